package dev.afina.tokenization;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a text or a pair of texts, including the model's special tokens. Positions count
 * from 0 to {@code size() - 1}.
 *
 * <p>Offsets are present only in encodings made by {@link Tokenizer#encodeWithOffsets}: training
 * does not need them, and they would more than double the memory of a tokenized data set.
 *
 * <p>Immutable and thread safe.
 */
public final class Encoding {

  private final int[] ids;
  private final byte[] typeIds;
  private final byte[] sequences; // -1 special, 0 text, 1 pair
  private final int @Nullable [] offsets; // start and end of each token, alternating
  private final int truncatedTokens;
  private final boolean allTruncatedCounted;

  /** Takes ownership of the arrays. */
  Encoding(
      int[] ids,
      byte[] typeIds,
      byte[] sequences,
      int @Nullable [] offsets,
      int truncatedTokens,
      boolean allTruncatedCounted) {
    this.allTruncatedCounted = allTruncatedCounted;
    this.ids = ids;
    this.typeIds = typeIds;
    this.sequences = sequences;
    this.offsets = offsets;
    this.truncatedTokens = truncatedTokens;
  }

  /**
   * The number of tokens, including special tokens.
   *
   * @return at most the {@code maxTokens} of the call
   */
  public int size() {
    return ids.length;
  }

  /**
   * The id of a token.
   *
   * @param i a position
   * @return its id in the vocabulary
   */
  public int id(int i) {
    return ids[i];
  }

  /**
   * All token ids.
   *
   * @return a copy
   */
  public int[] ids() {
    return ids.clone();
  }

  /**
   * The token type (segment) of a token: for BERT 0 in the first text and 1 in the second text and
   * its separator, for RoBERTa always 0.
   *
   * @param i a position
   * @return the type id
   */
  public int typeId(int i) {
    return typeIds[i];
  }

  /**
   * All token types.
   *
   * @return a copy
   */
  public int[] typeIds() {
    int[] copy = new int[typeIds.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = typeIds[i];
    }
    return copy;
  }

  /**
   * Copies the ids into a batch.
   *
   * @param into the batch
   * @param at the index of the first id; {@link #size()} elements are written
   * @throws IndexOutOfBoundsException if there is no room for them
   */
  public void copyIds(long[] into, int at) {
    Objects.checkFromIndexSize(at, ids.length, into.length);
    for (int i = 0; i < ids.length; i++) {
      into[at + i] = ids[i];
    }
  }

  /**
   * Copies the token types into a batch.
   *
   * @param into the batch
   * @param at the index of the first type; {@link #size()} elements are written
   * @throws IndexOutOfBoundsException if there is no room for them
   */
  public void copyTypeIds(long[] into, int at) {
    Objects.checkFromIndexSize(at, typeIds.length, into.length);
    for (int i = 0; i < typeIds.length; i++) {
      into[at + i] = typeIds[i];
    }
  }

  /**
   * Which text a token comes from.
   *
   * @param i a position
   * @return 0 for the first text, 1 for the second, -1 for a special token that the tokenizer added
   */
  public int sequence(int i) {
    return sequences[i];
  }

  /**
   * Whether the tokenizer added this token. A special token that is written in the text itself is
   * content.
   *
   * @param i a position
   * @return true for tokens such as the [CLS] at the start
   */
  public boolean isSpecial(int i) {
    return sequences[i] < 0;
  }

  /**
   * Whether {@link #start} and {@link #end} are available.
   *
   * @return true if {@link Tokenizer#encodeWithOffsets} made this encoding
   */
  public boolean hasOffsets() {
    return offsets != null;
  }

  /**
   * The start of a token: a char (UTF-16) index in the text that {@link #sequence} names; 0 for
   * special tokens.
   *
   * @param i a position
   * @return an index for {@link String#substring(int, int)}
   * @throws IllegalStateException if this encoding has no offsets
   */
  public int start(int i) {
    return offset(i, 0);
  }

  /**
   * The end of a token: the char (UTF-16) index after its last char; 0 for special tokens. If a
   * single character is split into several tokens (byte-level BPE), they all have its offsets.
   *
   * @param i a position
   * @return an index for {@link String#substring(int, int)}
   * @throws IllegalStateException if this encoding has no offsets
   */
  public int end(int i) {
    return offset(i, 1);
  }

  /**
   * The number of content tokens that were cut because they did not fit into {@code maxTokens}. Of
   * a much longer text only a part is tokenized at all, so this may be a lower bound: see {@link
   * #allTruncatedCounted()}.
   *
   * @return 0 if and only if nothing was cut
   */
  public int truncatedTokens() {
    return truncatedTokens;
  }

  /**
   * Whether {@link #truncatedTokens()} is exact rather than a lower bound.
   *
   * @return false if only a part of the text was tokenized
   */
  public boolean allTruncatedCounted() {
    return allTruncatedCounted;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Encoding that
        && truncatedTokens == that.truncatedTokens
        && allTruncatedCounted == that.allTruncatedCounted
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(typeIds, that.typeIds)
        && Arrays.equals(sequences, that.sequences)
        && Arrays.equals(offsets, that.offsets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return "Encoding[ids=" + Arrays.toString(ids) + ", truncatedTokens=" + truncatedTokens + "]";
  }

  private int offset(int i, int side) {
    if (offsets == null) {
      throw new IllegalStateException(
          "this Encoding has no offsets: encode leaves them out; call encodeWithOffsets");
    }
    Objects.checkIndex(i, ids.length);
    return offsets[2 * i + side];
  }
}
