package dev.afina.tokenization;

import java.util.List;

/**
 * Encodings padded to the same length, as input for a model. All arrays have the shape (B, T): B
 * texts by T tokens, T being the size of the longest encoding. Immutable and thread safe.
 */
public final class PaddedBatch {

  private final int[][] ids; // (B, T)
  private final int[][] typeIds; // (B, T)
  private final int[][] attentionMask; // (B, T)

  PaddedBatch(List<Encoding> encodings, int padId, int padTypeId, Side side) {
    int longest = 0;
    for (Encoding encoding : encodings) {
      longest = Math.max(longest, encoding.size());
    }
    ids = new int[encodings.size()][longest];
    typeIds = new int[encodings.size()][longest];
    attentionMask = new int[encodings.size()][longest];
    for (int row = 0; row < encodings.size(); row++) {
      Encoding encoding = encodings.get(row);
      int first = side == Side.LEFT ? longest - encoding.size() : 0;
      for (int column = 0; column < longest; column++) {
        int i = column - first;
        boolean real = i >= 0 && i < encoding.size();
        ids[row][column] = real ? encoding.id(i) : padId;
        typeIds[row][column] = real ? encoding.typeId(i) : padTypeId;
        attentionMask[row][column] = real ? 1 : 0;
      }
    }
  }

  /**
   * The token ids, including padding.
   *
   * @return (B, T), a copy
   */
  public int[][] ids() {
    return copy(ids);
  }

  /**
   * The token types. Padding has the tokenizer's padding type, which is nearly always 0.
   *
   * @return (B, T), a copy
   */
  public int[][] typeIds() {
    return copy(typeIds);
  }

  /**
   * The attention mask: 1 for a token, 0 for padding.
   *
   * @return (B, T), a copy
   */
  public int[][] attentionMask() {
    return copy(attentionMask);
  }

  private static int[][] copy(int[][] rows) {
    int[][] copy = new int[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      copy[i] = rows[i].clone();
    }
    return copy;
  }
}
