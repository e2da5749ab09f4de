package dev.afina.tokenization;

import org.jspecify.annotations.Nullable;

/**
 * All tokens of a text, or of a text and its pair, with the template's around them: before
 * truncation. Arrays are shared and not changed any more.
 *
 * @param ids the id of each token
 * @param typeIds its type (segment)
 * @param sequences 0 for a token of the text, 1 of the pair, -1 of the template
 * @param places where the tokens are, if that was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // never leaves this package, nor is it compared
record Tokens(int[] ids, byte[] typeIds, byte[] sequences, @Nullable Places places) {

  /**
   * Where tokens lie in their texts.
   *
   * @param offsets start and end of each in chars, 0 for tokens of the template
   * @param words which word of its text each is a part of, counted from 0
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Places(int[] offsets, int[] words) {}

  Tokens with(Places places) {
    return new Tokens(ids, typeIds, sequences, places);
  }

  Tokens withoutPlaces() {
    return places == null ? this : new Tokens(ids, typeIds, sequences, null);
  }

  int size() {
    return ids.length;
  }

  /** How many tokens are of a text (0), its pair (1) or the template (-1). */
  int count(int sequence) {
    int count = 0;
    for (byte of : sequences) {
      count += of == sequence ? 1 : 0;
    }
    return count;
  }
}
