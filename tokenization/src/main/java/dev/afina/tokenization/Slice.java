package dev.afina.tokenization;

import java.util.List;

/**
 * Some neighbouring tokens of one of two texts, to be put into the model's template.
 *
 * @param tokens where they are, in the template; the other text is empty
 * @param sequence 0 for tokens of the text, 1 for tokens of its pair
 * @param from the first of them, counted among those of the sequence
 * @param to behind the last of them
 * @param start the char of the whole text with which the tokenized part of it begins
 */
record Slice(Tokens tokens, int sequence, int from, int to, int start) {

  int size() {
    return to - from;
  }

  /**
   * The template with slices in place of its texts.
   *
   * @param template the tokens of the template, with empty texts
   * @param slices of the text, then of its pair, each in its order
   * @param truncated tokens of both that are in no slice
   * @param counted whether those are all of them
   */
  static Encoding encoding(Tokens template, List<Slice> slices, int truncated, boolean counted) {
    int size = template.size() + slices.stream().mapToInt(Slice::size).sum();
    Tokens filled = new Tokens(new int[size], new byte[size], new byte[size], null);
    int[] offsets =
        slices.stream().anyMatch(slice -> slice.tokens.places() != null) ? new int[2 * size] : null;
    int at = 0;
    int specials = 0; // of the template that are copied
    for (Slice slice : slices) {
      if (slice.size() == 0) {
        continue;
      }
      int source = slice.first();
      copy(template, specials, filled, at, source - specials);
      at += source - specials;
      specials = source;
      copy(slice.tokens, source + slice.from, filled, at, slice.size());
      Tokens.Places places = slice.tokens.places();
      if (offsets != null && places != null) {
        for (int j = 0; j < 2 * slice.size(); j++) {
          offsets[2 * at + j] = slice.start + places.offsets()[2 * (source + slice.from) + j];
        }
      }
      at += slice.size();
    }
    copy(template, specials, filled, at, template.size() - specials);
    return new Encoding(
        filled.ids(), filled.typeIds(), filled.sequences(), offsets, truncated, counted);
  }

  /** Where its text begins: behind so many tokens of the template, since the other one is empty. */
  private int first() {
    int at = 0;
    while (at < tokens.size() && tokens.sequences()[at] != sequence) {
      at++;
    }
    return at;
  }

  private static void copy(Tokens from, int source, Tokens to, int at, int count) {
    System.arraycopy(from.ids(), source, to.ids(), at, count);
    System.arraycopy(from.typeIds(), source, to.typeIds(), at, count);
    System.arraycopy(from.sequences(), source, to.sequences(), at, count);
  }
}
