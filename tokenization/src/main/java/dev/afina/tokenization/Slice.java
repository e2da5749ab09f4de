package dev.afina.tokenization;

import java.util.Comparator;
import java.util.List;

/**
 * A range of consecutive tokens of one of two texts, to be inserted into the model's template.
 *
 * @param tokens the tokens including the template; the other text is empty
 * @param sequence 0 for tokens of the first text, 1 for tokens of the second
 * @param from the index of the first token, counted among those of the sequence
 * @param to the index after the last token
 * @param start where the tokenized part begins in the whole text, as a char index
 */
record Slice(Tokens tokens, int sequence, int from, int to, int start) {

  int size() {
    return to - from;
  }

  /**
   * Fills the template with slices.
   *
   * @param template the tokens of the template with empty texts
   * @param secondFirst whether the template has the second text before the first
   * @param slices the slices of both texts, those of each text in order
   * @param truncated the number of tokens of both texts that are in no slice
   * @param counted whether that number is exact rather than a lower bound
   */
  static Encoding encoding(
      Tokens template, boolean secondFirst, List<Slice> slices, int truncated, boolean counted) {
    int size = template.size() + slices.stream().mapToInt(Slice::size).sum();
    Tokens filled = new Tokens(new int[size], new byte[size], new byte[size], null);
    int[] offsets =
        slices.stream().anyMatch(slice -> slice.tokens.places() != null) ? new int[2 * size] : null;
    int at = 0;
    int specials = 0; // of the template that are copied
    Comparator<Slice> order = Comparator.comparingInt(Slice::sequence);
    List<Slice> ordered =
        slices.stream()
            .filter(slice -> slice.size() > 0)
            .sorted(secondFirst ? order.reversed() : order)
            .toList();
    for (Slice slice : ordered) {
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

  /**
   * The index of the text's first token: the number of template tokens before it, since the other
   * text is empty.
   */
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
