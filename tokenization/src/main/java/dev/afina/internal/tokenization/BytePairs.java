package dev.afina.internal.tokenization;

import java.util.List;
import java.util.Map;

/**
 * Byte pair encoding of words (R. Sennrich et al., Neural Machine Translation of Rare Words with
 * Subword Units, 2016). Starting from single bytes, the adjacent pair that comes first in the list
 * of merges becomes one token, leftmost first, until no pair can be merged. Pairs wait in a heap,
 * so a word of n bytes takes O(n log n).
 *
 * <p>The ids of words are cached in a {@link WordCache}. Thread safe.
 */
public final class BytePairs {

  private static final int BYTES = 256;

  private final int[] bytes = new int[BYTES];
  private final int[] lengths; // by id: how many bytes a token is
  private final int[] merged; // by rank: the id of the token that a merge makes
  private final PairTable ranks;
  private final WordCache known = new WordCache(this::spell);

  /**
   * A model.
   *
   * @param vocabulary tokens in the byte alphabet, each byte alone among them
   * @param letters the letter of each byte
   * @param merges pairs of tokens in their order; what each makes is in the vocabulary
   */
  public BytePairs(Map<String, Integer> vocabulary, String letters, List<String[]> merges) {
    int highest = vocabulary.values().stream().mapToInt(id -> id).max().orElse(0);
    lengths = new int[highest + 1];
    vocabulary.forEach((token, id) -> lengths[id] = token.length());
    for (int b = 0; b < BYTES; b++) {
      bytes[b] = id(vocabulary, letters.substring(b, b + 1));
    }
    ranks = new PairTable(merges.size());
    merged = new int[merges.size()];
    for (int rank = 0; rank < merged.length; rank++) {
      String[] pair = merges.get(rank);
      merged[rank] = id(vocabulary, pair[0] + pair[1]);
      ranks.put(id(vocabulary, pair[0]), id(vocabulary, pair[1]), rank);
    }
  }

  private static int id(Map<String, Integer> vocabulary, String token) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      throw new IllegalArgumentException("vocabulary: lacks a byte or what a merge needs");
    }
    return id;
  }

  /** The length of a token in bytes. */
  int length(int id) {
    return lengths[id];
  }

  /** The ids of a word, which must not be modified. */
  int[] ids(char[] text, int start, int end) {
    return known.get(text, start, end);
  }

  private int[] spell(char[] text, int start, int end) {
    int[] tokens = new int[Utf8.length(text, start, end)];
    int count = 0;
    for (int i = start; i < end; ) {
      int c = Character.codePointAt(text, i, end);
      i += Character.charCount(c);
      int length = Utf8.length(c);
      for (int k = 0; k < length; k++) {
        tokens[count++] = bytes[Utf8.byteAt(c, k, length)];
      }
    }
    return count < 2 ? tokens : merge(tokens);
  }

  /**
   * Merges until no pair is left. A token that was merged into the one before it becomes negative.
   */
  private int[] merge(int[] tokens) {
    int count = tokens.length;
    int[] next = new int[count];
    int[] previous = new int[count];
    MergeHeap heap = new MergeHeap(count);
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      if (i + 1 < count) {
        push(heap, tokens[i], tokens[i + 1], i);
      }
    }
    int left = count;
    while (!heap.isEmpty()) {
      long first = heap.pop();
      int at = (int) first;
      int right = next[at];
      if (tokens[at] < 0 || right == count) {
        continue;
      }
      // The pair may have changed meanwhile; as in the native library, its result decides.
      int id = merged[(int) (first >>> Integer.SIZE)];
      int rank = ranks.get(tokens[at], tokens[right]);
      if (rank < 0 || merged[rank] != id) {
        continue;
      }
      tokens[at] = id;
      tokens[right] = -1;
      left--;
      next[at] = next[right];
      if (next[at] < count) {
        previous[next[at]] = at;
        push(heap, id, tokens[next[at]], at);
      }
      if (previous[at] >= 0) {
        push(heap, tokens[previous[at]], id, previous[at]);
      }
    }
    int[] ids = new int[left];
    int size = 0;
    for (int i = 0; i < count; i = next[i]) {
      ids[size++] = tokens[i];
    }
    return ids;
  }

  private void push(MergeHeap heap, int first, int second, int at) {
    int rank = ranks.get(first, second);
    if (rank >= 0) {
      heap.push((long) rank << Integer.SIZE | at);
    }
  }
}
