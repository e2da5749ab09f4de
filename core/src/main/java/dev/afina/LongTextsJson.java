package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.internal.model.ConfigJson;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** {@link LongTexts} as a section of {@link AfinaConfig}; a model that cuts has none. */
final class LongTextsJson {
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
  static LongTexts read(AfinaConfig config) throws CheckpointException {
    Optional<ConfigJson> section =
        config.section(
            AfinaConfig.LONG_TEXTS, STRATEGY, HEAD_TOKENS, STRIDE, COMBINATION, MOST_WINDOWS);
    if (section.isEmpty()) {
      return LongTexts.cut();
    }
    ConfigJson json = section.get();
    json.string(STRATEGY); // has no default
    if (json.word(STRATEGY, HEAD_AND_TAIL, WINDOWS).equals(HEAD_AND_TAIL)) {
      return json.has(HEAD_TOKENS)
          ? LongTexts.headAndTail(json.whole(HEAD_TOKENS, 0, 0))
          : LongTexts.headAndTail();
    }
    LongTexts.Windows windows =
        LongTexts.windows(json.whole(STRIDE, 0, 0)).atMost(json.count(MOST_WINDOWS));
    return json.word(COMBINATION, key(Combination.MEAN), key(Combination.MAXIMUM))
            .equals(key(Combination.MEAN))
        ? windows.averaged()
        : windows.maximum();
  }

  private static String key(Combination combination) {
    return combination.name().toLowerCase(Locale.ROOT);
  }

  static JsonObject headAndTail(OptionalInt headTokens) {
    JsonObject json = new JsonObject();
    json.addProperty(STRATEGY, HEAD_AND_TAIL);
    headTokens.ifPresent(n -> json.addProperty(HEAD_TOKENS, n));
    return json;
  }

  static JsonObject windows(int stride, Combination combination, int most) {
    JsonObject json = new JsonObject();
    json.addProperty(STRATEGY, WINDOWS);
    json.addProperty(STRIDE, stride);
    json.addProperty(COMBINATION, key(combination));
    json.addProperty(MOST_WINDOWS, most);
    return json;
  }
}
