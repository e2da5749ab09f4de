package dev.afina.tokenization;

import dev.afina.internal.tokenization.TextPipeline;
import dev.afina.internal.tokenization.TokenList;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer in Java for the pipelines that {@link JavaPipelines} supports. It returns the ids and
 * offsets of the native tokenizer (except where {@link TokenizerJson#isRebuilt} says that scores
 * are others), several times as fast and without native code that could crash the JVM. Immutable.
 */
final class JavaTokenizer {

  /** Fewer chars than an average token has, so that lists rarely have to grow. */
  private static final int CHARS_PER_TOKEN = 3;

  private final TextPipeline pipeline;
  private final TextTemplate single;
  private final TextTemplate pair;
  private final @Nullable OffsetTrim trim;

  JavaTokenizer(
      TextPipeline pipeline, TextTemplate single, TextTemplate pair, @Nullable OffsetTrim trim) {
    this.pipeline = pipeline;
    this.single = single;
    this.pair = pair;
    this.trim = trim;
  }

  /**
   * Encodes with special tokens, like {@link NativeTokenizer#encode}.
   *
   * @return null if a text contains characters that only the native tokenizer can handle
   */
  @Nullable Tokens encode(String text, @Nullable String second, boolean withPlaces) {
    TokenList a = tokens(text, withPlaces);
    if (a == null || second == null) {
      return a == null ? null : fill(single, a, text, null, null);
    }
    TokenList b = tokens(second, withPlaces);
    return b == null ? null : fill(pair, a, text, b, second);
  }

  private @Nullable TokenList tokens(String text, boolean withPlaces) {
    TokenList tokens = new TokenList(withPlaces, text.length() / CHARS_PER_TOKEN + 4);
    return pipeline.encode(text, tokens) ? tokens : null;
  }

  private Tokens fill(
      TextTemplate template,
      TokenList a,
      String text,
      @Nullable TokenList b,
      @Nullable String second) {
    int size = template.size() - 1 + a.size() + (b == null ? 0 : b.size() - 1);
    int[] ids = new int[size];
    byte[] typeIds = new byte[size];
    byte[] sequences = new byte[size];
    Tokens.Places places =
        a.withPlaces() ? new Tokens.Places(new int[2 * size], new int[size]) : null;
    int at = 0;
    for (int slot = 0; slot < template.size(); slot++) {
      int sequence = template.sequence(slot);
      int first = at;
      if (sequence < 0) {
        ids[at++] = template.id(slot);
      } else {
        TokenList list = sequence == 0 || b == null ? a : b;
        String own = sequence == 0 || second == null ? text : second;
        list.copyIds(ids, at);
        if (places != null) {
          place(list, own, places, at);
        }
        at += list.size();
      }
      for (int i = first; i < at; i++) {
        typeIds[i] = template.typeId(slot);
        sequences[i] = (byte) sequence;
      }
    }
    return new Tokens(ids, typeIds, sequences, places);
  }

  private void place(TokenList list, String text, Tokens.Places places, int at) {
    for (int i = 0; i < list.size(); i++) {
      places.words()[at + i] = list.word(i);
      int offset = 2 * (at + i);
      if (trim != null) {
        trim.trim(list, i, text, places.offsets(), offset);
      } else {
        places.offsets()[offset] = list.start(i);
        places.offsets()[offset + 1] = list.end(i);
      }
    }
  }
}
