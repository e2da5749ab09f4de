package dev.afina.tokenization;

import org.jspecify.annotations.Nullable;

/**
 * All tokens of a text or a pair, including those of the template, before truncation. The arrays
 * are shared and must not be modified.
 *
 * @param ids the id of each token
 * @param typeIds the type (segment) of each token
 * @param sequences 0 for a token of the first text, 1 of the second, -1 of the template
 * @param places the positions of the tokens, if requested
 */
@SuppressWarnings("ArrayRecordComponent") // never leaves this package and is never compared
record Tokens(int[] ids, byte[] typeIds, byte[] sequences, @Nullable Places places) {

  /**
   * The positions of tokens in their texts.
   *
   * @param offsets start and end of each token in chars, alternating; 0 for tokens of the template
   * @param words the index of the word that each token belongs to, within its text
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Places(int[] offsets, int[] words) {}

  Tokens with(Places places) {
    return new Tokens(ids, typeIds, sequences, places);
  }

  /** The same tokens, all of type 0. */
  Tokens withoutTypes() {
    return new Tokens(ids, new byte[ids.length], sequences, places);
  }

  Tokens withoutPlaces() {
    return places == null ? this : new Tokens(ids, typeIds, sequences, null);
  }

  int size() {
    return ids.length;
  }

  /** The number of tokens of the first text (0), the second (1) or the template (-1). */
  int count(int sequence) {
    int count = 0;
    for (byte of : sequences) {
      count += of == sequence ? 1 : 0;
    }
    return count;
  }
}
