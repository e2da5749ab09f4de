package dev.afina.internal.saved;

import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.text.Combination;
import dev.afina.internal.text.LongTextRule;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is done with long texts, as a section of {@link AfinaConfig}; a model that cuts has none.
 */
public final class LongTextsJson {
  private static final String STRATEGY = "strategy";
  private static final String HEAD_AND_TAIL = "head_and_tail";
  private static final String WINDOWS = "windows";
  private static final String HEAD_TOKENS = "head_tokens";
  private static final String STRIDE = "stride";
  private static final String COMBINATION = "combination";
  private static final String MOST_WINDOWS = "most_windows";

  private LongTextsJson() {}

  /**
   * What is done with long texts by a model's file.
   *
   * @throws CheckpointException when it says what cannot be
   */
  public static LongTextRule read(AfinaConfig config) throws CheckpointException {
    Optional<ConfigJson> section =
        config.section(
            AfinaConfig.LONG_TEXTS, STRATEGY, HEAD_TOKENS, STRIDE, COMBINATION, MOST_WINDOWS);
    if (section.isEmpty()) {
      return new LongTextRule.Cut();
    }
    ConfigJson json = section.get();
    json.string(STRATEGY); // has no default
    if (json.word(STRATEGY, HEAD_AND_TAIL, WINDOWS).equals(HEAD_AND_TAIL)) {
      return new LongTextRule.HeadAndTail(
          json.has(HEAD_TOKENS)
              ? OptionalInt.of(json.whole(HEAD_TOKENS, 0, 0))
              : OptionalInt.empty());
    }
    int stride = json.whole(STRIDE, 0, 0);
    int most = json.count(MOST_WINDOWS);
    boolean mean =
        json.word(COMBINATION, key(Combination.MEAN), key(Combination.MAXIMUM))
            .equals(key(Combination.MEAN));
    return new LongTextRule.Windows(stride, mean ? Combination.MEAN : Combination.MAXIMUM, most);
  }

  private static String key(Combination combination) {
    return combination.name().toLowerCase(Locale.ROOT);
  }

  /** The section; empty for a rule that every model has. */
  static Optional<JsonObject> of(LongTextRule rule) {
    JsonObject json = new JsonObject();
    if (rule instanceof LongTextRule.HeadAndTail part) {
      json.addProperty(STRATEGY, HEAD_AND_TAIL);
      part.headTokens().ifPresent(n -> json.addProperty(HEAD_TOKENS, n));
      return Optional.of(json);
    }
    if (rule instanceof LongTextRule.Windows windows) {
      json.addProperty(STRATEGY, WINDOWS);
      json.addProperty(STRIDE, windows.stride());
      json.addProperty(COMBINATION, key(windows.combination()));
      json.addProperty(MOST_WINDOWS, windows.most());
      return Optional.of(json);
    }
    return Optional.empty();
  }
}
