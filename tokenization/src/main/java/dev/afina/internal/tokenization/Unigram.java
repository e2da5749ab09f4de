package dev.afina.internal.tokenization;

import java.util.Arrays;
import java.util.Map;

/**
 * A Unigram language model (T. Kudo, Subword Regularization, 2018): finds the segmentation of a
 * word into pieces with the greatest sum of scores, by the Viterbi algorithm. Of segmentations with
 * equal sums, the one whose last piece begins first wins. A character that is not a piece is
 * unknown, with a score below all others; adjacent unknown characters become one token.
 *
 * <p>The tokens of words are cached in a {@link WordCache}. Thread safe.
 */
public final class Unigram {

  /** The score of an unknown character is this much below the lowest of a piece. */
  private static final double UNKNOWN_PENALTY = 10;

  private static final int BYTES = 256;
  private static final String HEX = "0123456789ABCDEF";

  /** The number of values per token in {@link #tokens}. */
  static final int STEP = 3;

  private final PieceTrie trie;
  private final double[] scores;
  private final int unknown;
  private final double unknownScore;
  private final int[] bytes; // the pieces of bytes; empty where unknown characters stay unknown
  private final WordCache known = new WordCache(this::spell);

  /**
   * A model.
   *
   * @param vocabulary the pieces and their ids
   * @param scores the score of each id, including both ids of a duplicate piece
   * @param unknown the id of the unknown token
   * @param byteFallback whether unknown characters are encoded as byte pieces such as {@code
   *     <0x0A>}, if all exist
   */
  public Unigram(
      Map<String, Integer> vocabulary, double[] scores, int unknown, boolean byteFallback) {
    trie = new PieceTrie(vocabulary);
    this.scores = scores.clone();
    this.unknown = unknown;
    unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
    bytes = new int[byteFallback ? BYTES : 0];
    for (int b = 0; b < bytes.length; b++) {
      bytes[b] = trie.id("<0x" + HEX.charAt(b >> 4) + HEX.charAt(b & 0xF) + ">");
    }
  }

  /**
   * The tokens of a word: id, start and end (within the word) of each.
   *
   * @return {@link #STEP} values per token, which must not be modified
   */
  int[] tokens(char[] text, int start, int end) {
    return known.get(text, start, end);
  }

  private int[] spell(char[] text, int start, int end) {
    int size = end - start;
    double[] best = new double[size + 1];
    int[] begins = new int[size + 1]; // of the best way's last piece up to a place, plus 1
    int[] pieces = new int[size + 1];
    for (int from = 0; from < size; ) {
      int next = from + (Character.isHighSurrogate(text[start + from]) ? 2 : 1);
      double here = best[from];
      boolean isPiece = false;
      int node = PieceTrie.ROOT;
      for (int to = from; to < size; ) {
        node = trie.child(node, text[start + to]);
        if (node == PieceTrie.NONE) {
          break;
        }
        to++;
        int id = trie.id(node);
        if (id != PieceTrie.NONE) {
          double score = here + scores[id];
          if (begins[to] == 0 || score > best[to]) {
            best[to] = score;
            begins[to] = from + 1;
            pieces[to] = id;
          }
          isPiece |= to == next;
        }
      }
      if (!isPiece && (begins[next] == 0 || here + unknownScore > best[next])) {
        best[next] = here + unknownScore;
        begins[next] = from + 1;
        pieces[next] = unknown;
      }
      from = next;
    }
    return tokens(text, start, size, begins, pieces);
  }

  /** Follows the best path backwards. */
  private int[] tokens(char[] text, int start, int size, int[] begins, int[] pieces) {
    int[] tokens = new int[STEP * 4];
    int count = 0; // they are put in from the last one on
    for (int end = size; end > 0; ) {
      int begin = begins[end] - 1;
      int id = pieces[end];
      if (id == unknown) {
        while (begin > 0 && pieces[begin] == unknown) {
          begin = begins[begin] - 1;
        }
        id = trie.id(text, start + begin, start + end);
        if (id == PieceTrie.NONE) {
          int[] spelled = bytes(text, start + begin, start + end);
          for (int i = spelled.length - 1; i >= 0; i--) {
            tokens = put(tokens, count++, spelled[i], begin, end);
          }
          end = begin;
          continue;
        }
      }
      tokens = put(tokens, count++, id, begin, end);
      end = begin;
    }
    int[] inOrder = new int[STEP * count];
    for (int i = 0; i < count; i++) {
      System.arraycopy(tokens, STEP * (count - 1 - i), inOrder, STEP * i, STEP);
    }
    return inOrder;
  }

  private static int[] put(int[] tokens, int at, int id, int begin, int end) {
    int[] room =
        tokens.length < STEP * (at + 1) ? Arrays.copyOf(tokens, 2 * tokens.length) : tokens;
    room[STEP * at] = id;
    room[STEP * at + 1] = begin;
    room[STEP * at + 2] = end;
    return room;
  }

  /** Unknown characters by their bytes, or as the unknown token. */
  private int[] bytes(char[] text, int start, int end) {
    if (bytes.length == 0) {
      return new int[] {unknown};
    }
    int[] ids = new int[Utf8.length(text, start, end)];
    int count = 0;
    for (int i = start; i < end; ) {
      int c = Character.codePointAt(text, i, end);
      i += Character.charCount(c);
      int length = Utf8.length(c);
      for (int k = 0; k < length; k++) {
        int id = bytes[Utf8.byteAt(c, k, length)];
        if (id == PieceTrie.NONE) {
          return new int[] {unknown};
        }
        ids[count++] = id;
      }
    }
    return ids;
  }
}
