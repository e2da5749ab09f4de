package dev.afina.tokenization;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one text or pair of texts, with the special tokens of the model around them.
 *
 * <p>Immutable; share it freely. Positions run from 0 to {@link #size()} - 1. Offsets are there
 * only when {@link Tokenizer#encodeWithOffsets} made it: they would double the memory of a data set
 * and training does not need them.
 */
public final class Encoding {

  private final int[] ids;
  private final byte[] typeIds;
  private final byte[] sequences; // -1 special, 0 text, 1 pair
  private final int @Nullable [] offsets; // start and end of each token in turn
  private final int truncatedTokens;
  private final boolean allTruncatedCounted;

  /** Takes the arrays over; nobody else may keep them. */
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
   * How many tokens there are, special ones included.
   *
   * @return the count, never more than the maxTokens that was asked for
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
   * The token type (segment) of a token, as the tokenizer's template gives it: for BERT 0 in the
   * first text and 1 in the second with its separator, for RoBERTa always 0.
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
   * @param at where the first id goes; {@link #size()} places are written
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
   * @param at where the first type goes; {@link #size()} places are written
   */
  public void copyTypeIds(long[] into, int at) {
    Objects.checkFromIndexSize(at, typeIds.length, into.length);
    for (int i = 0; i < typeIds.length; i++) {
      into[at + i] = typeIds[i];
    }
  }

  /**
   * Which text a token stands for.
   *
   * @param i a position
   * @return 0 for the text, 1 for its pair, -1 for a special token that the model's template added
   */
  public int sequence(int i) {
    return sequences[i];
  }

  /**
   * Whether the model's template added this token. A special token that was written in the text
   * itself is content.
   *
   * @param i a position
   * @return true for tokens such as the [CLS] at the start
   */
  public boolean isSpecial(int i) {
    return sequences[i] < 0;
  }

  /**
   * Whether {@link #start} and {@link #end} may be asked.
   *
   * @return true when {@link Tokenizer#encodeWithOffsets} made this encoding
   */
  public boolean hasOffsets() {
    return offsets != null;
  }

  /**
   * Where a token begins: a char (UTF-16) index into its own text, the one {@link #sequence} names.
   * Special tokens have 0.
   *
   * @param i a position
   * @return an index that {@link String#substring(int, int)} takes
   * @throws IllegalStateException when this encoding has no offsets
   */
  public int start(int i) {
    return offset(i, 0);
  }

  /**
   * Where a token ends: the char (UTF-16) index after its last char. Special tokens have 0. Tokens
   * of one character that is several tokens (byte-level BPE) share its offsets.
   *
   * @param i a position
   * @return an index that {@link String#substring(int, int)} takes
   * @throws IllegalStateException when this encoding has no offsets
   */
  public int end(int i) {
    return offset(i, 1);
  }

  /**
   * How many content tokens did not fit into maxTokens and were cut. Of a text that is much longer
   * only a part is tokenized, so that there were at least so many; see {@link
   * #allTruncatedCounted()}.
   *
   * @return 0 when, and only when, the text is whole
   */
  public int truncatedTokens() {
    return truncatedTokens;
  }

  /**
   * Whether {@link #truncatedTokens()} is the whole number and not the least one.
   *
   * @return false for a text that was cut before it was tokenized
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
