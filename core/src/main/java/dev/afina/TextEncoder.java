package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.model.Architecture;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.TextPair;
import dev.afina.tokenization.Tokenizer;
import java.util.List;
import java.util.Locale;

/**
 * Texts to token ids, never longer than the model can take, and a word on what was cut.
 *
 * @param maxTokens the longest text, its special tokens included
 */
record TextEncoder(Tokenizer tokenizer, int maxTokens) {

  /**
   * An encoder for a model.
   *
   * @param wanted the longest text that the user wants, 0 for as long as the model can take
   * @throws IllegalArgumentException if the model cannot take as many
   */
  static TextEncoder of(Tokenizer tokenizer, Architecture architecture, int wanted) {
    requireTaken(architecture, wanted);
    int limit = architecture.spec().maxTokens();
    return new TextEncoder(
        tokenizer, wanted > 0 ? wanted : Math.min(limit, tokenizer.modelMaxLength()));
  }

  /** Refuses a length that the model cannot take. */
  static void requireTaken(Architecture architecture, int wanted) {
    int limit = architecture.spec().maxTokens();
    if (wanted > limit) {
      throw new IllegalArgumentException(
          "maxTokens: expected at most "
              + limit
              + ", which is what the model can take, got "
              + wanted);
    }
  }

  /**
   * The tokens of one text.
   *
   * @throws IllegalArgumentException if there are none, which takes a tokenizer without special
   *     tokens
   */
  Encoding encode(Example example) {
    Encoding encoding = tokenizer.encode(example.text(), example.pair(), maxTokens);
    if (encoding.size() == 0) {
      throw noTokens("the text");
    }
    return encoding;
  }

  /**
   * The tokens of many texts.
   *
   * @throws IllegalArgumentException if one has none
   */
  List<Encoding> encode(Dataset data) {
    List<TextPair> texts = data.stream().map(e -> new TextPair(e.text(), e.pair())).toList();
    List<Encoding> encodings = tokenizer.encodeAll(texts, maxTokens);
    for (int i = 0; i < encodings.size(); i++) {
      if (encodings.get(i).size() == 0) {
        throw noTokens("text " + (i + 1) + " of " + encodings.size());
      }
    }
    return encodings;
  }

  private static IllegalArgumentException noTokens(String which) {
    return new IllegalArgumentException(
        which
            + " has no tokens: it is empty, or nothing that the tokenizer keeps, and post_processor"
            + " in tokenizer.json adds none; leave such texts out");
  }

  /** One sentence on what was cut, empty if nothing was. */
  String truncation(List<Encoding> encodings) {
    int[] lost =
        encodings.stream()
            .mapToInt(Encoding::truncatedTokens)
            .filter(n -> n > 0)
            .sorted()
            .toArray();
    boolean counted = encodings.stream().allMatch(Encoding::allTruncatedCounted);
    if (lost.length == 0) {
      return "";
    }
    double median = (lost[(lost.length - 1) / 2] + lost[lost.length / 2]) / 2.0;
    return String.format(
        Locale.ROOT,
        "%d of %d texts (%.1f %%) are longer than %d tokens and were cut;"
            + " the median of them lost %s%.0f tokens",
        lost.length,
        encodings.size(),
        100.0 * lost.length / encodings.size(),
        maxTokens,
        counted ? "" : "at least ",
        median);
  }
}
