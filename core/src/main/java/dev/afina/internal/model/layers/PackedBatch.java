package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.afina.tokenization.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch of texts as one stream of tokens, without padding.
 *
 * <p>The texts are sorted by length. Texts of equal length form a {@link Group}, which attention
 * processes as one dense array. {@link #index(int)} gives the original index of a text.
 *
 * <p>Its arrays belong to the given manager.
 */
public final class PackedBatch {

  /**
   * Consecutive texts of equal length.
   *
   * @param texts the number of texts
   * @param length the number of tokens of each
   */
  public record Group(int texts, int length) {}

  private final NDManager manager;
  private final TokenRows tokenRows;
  private final List<Encoding> encodings;
  private final int[] indexes;
  private final List<Group> groups = new ArrayList<>();
  private final int tokens;

  /**
   * Packs texts.
   *
   * @param encodings at least one, none of them empty
   * @param vocabularySize every token id must be smaller
   * @param maxTokens the maximum length of a text
   * @param tokenRows the row of each token in the table of the token embedding
   * @throws IllegalArgumentException if there are no texts, one is empty or too long, or a token id
   *     is outside the vocabulary
   */
  public PackedBatch(
      List<Encoding> encodings,
      int vocabularySize,
      int maxTokens,
      NDManager manager,
      TokenRows tokenRows) {
    if (encodings.isEmpty()) {
      throw new IllegalArgumentException("texts: expected 1 or more, got none");
    }
    this.manager = manager;
    this.tokenRows = tokenRows;
    this.indexes =
        IntStream.range(0, encodings.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> encodings.get(i).size()))
            .mapToInt(i -> i)
            .toArray();
    this.encodings = IntStream.of(indexes).mapToObj(encodings::get).toList();
    int sum = 0;
    for (int from = 0; from < indexes.length; ) {
      int length = this.encodings.get(from).size();
      int to = from;
      while (to < indexes.length && this.encodings.get(to).size() == length) {
        check(this.encodings.get(to), vocabularySize, maxTokens);
        to++;
      }
      groups.add(new Group(to - from, length));
      sum += (to - from) * length;
      from = to;
    }
    this.tokens = sum;
  }

  /** The owner of the batch's arrays. */
  public NDManager manager() {
    return manager;
  }

  /** The number of texts, B. */
  public int texts() {
    return indexes.length;
  }

  /** The number of tokens of all texts, T. */
  public int tokens() {
    return tokens;
  }

  /** The index, in the constructor's list, of the text stored at {@code i}. */
  public int index(int i) {
    return indexes[i];
  }

  /** The row of each token in the token embedding (T); by default its id. */
  public long[] tokenRows() {
    long[] rows = new long[tokens];
    int at = 0;
    for (Encoding e : encodings) {
      for (int i = 0; i < e.size(); i++) {
        rows[at] = tokenRows.of(at, e.id(i));
        at++;
      }
    }
    return rows;
  }

  /**
   * Token types (T): 1 in the second text of a pair, otherwise 0.
   *
   * @param types the number of types that the model knows
   * @throws IllegalArgumentException if the batch has a type that it does not know
   */
  public long[] typeIds(int types) {
    long[] ids = new long[tokens];
    int at = 0;
    for (Encoding e : encodings) {
      e.copyTypeIds(ids, at);
      at += e.size();
    }
    for (long id : ids) {
      if (id >= types) {
        throw new IllegalArgumentException(
            "token type " + id + ": this model knows " + types + "; it takes no pairs of texts");
      }
    }
    return ids;
  }

  /** Positions (T): 0, 1, 2, … in each text. */
  public long[] positions() {
    long[] positions = new long[tokens];
    int at = 0;
    for (Encoding e : encodings) {
      for (int i = 0; i < e.size(); i++) {
        positions[at++] = i;
      }
    }
    return positions;
  }

  /**
   * Positions (T) as in the RoBERTa family: from {@code padding} + 1. A padding token within a text
   * gets {@code padding} and is not counted.
   */
  public long[] positionsAfter(int padding) {
    long[] positions = new long[tokens];
    int at = 0;
    for (Encoding e : encodings) {
      int count = 0;
      for (int i = 0; i < e.size(); i++) {
        boolean pad = e.id(i) == padding;
        count += pad ? 0 : 1;
        positions[at++] = pad ? padding : padding + count;
      }
    }
    return positions;
  }

  /** The first token of each text (B), as an index into the stream. */
  public NDArray firstTokens() {
    long[] first = new long[texts()];
    long at = 0;
    for (int i = 0; i < first.length; i++) {
      first[i] = at;
      at += encodings.get(i).size();
    }
    return manager.create(first);
  }

  /** The mean of each text's rows: (T, H) to (B, H). */
  public NDArray means(NDArray x) {
    NDList means = new NDList();
    long at = 0;
    for (Group group : groups) {
      long rows = (long) group.texts * group.length;
      NDArray texts = x.get(new NDIndex("{}:{}", at, at + rows));
      means.add(texts.reshape(group.texts, group.length, -1).mean(new int[] {1}));
      at += rows;
    }
    return means.size() == 1
        ? means.get(0)
        : NDArrays.concat(means); // a concatenation of one would only be recorded in vain
  }

  /** Texts of each group. */
  long[] groupTexts() {
    return groups.stream().mapToLong(Group::texts).toArray();
  }

  /** The length of each group's texts. */
  long[] groupLengths() {
    return groups.stream().mapToLong(Group::length).toArray();
  }

  /** The groups, in the order of the tokens. */
  public List<Group> groups() {
    return groups;
  }

  /**
   * Splits an array by group, in x's manager.
   *
   * @param x (T, H), or (B, H) for the first tokens
   * @param rows which of the two
   */
  public NDList byGroup(NDArray x, Rows rows) {
    long[] sizes =
        groups.stream()
            .mapToLong(g -> rows == Rows.ALL ? (long) g.texts() * g.length() : g.texts())
            .toArray();
    return sizes.length == 1 ? new NDList(x) : x.split(bounds(sizes));
  }

  /** The start of each part after the first. */
  static long[] bounds(long[] sizes) {
    long[] bounds = new long[sizes.length - 1];
    long at = 0;
    for (int i = 0; i < bounds.length; i++) {
      at += sizes[i];
      bounds[i] = at;
    }
    return bounds;
  }

  // Out of range indexes must never reach native code.
  private static void check(Encoding encoding, int vocabularySize, int maxTokens) {
    int size = encoding.size();
    if (size == 0 || size > maxTokens) {
      throw new IllegalArgumentException(
          "text: expected 1 to " + maxTokens + " tokens, got " + size);
    }
    for (int i = 0; i < size; i++) {
      int id = encoding.id(i);
      if (id < 0 || id >= vocabularySize) {
        throw new IllegalArgumentException(
            "token id "
                + id
                + " is outside the model's vocabulary of "
                + vocabularySize
                + "; tokenizer and model do not belong together");
      }
    }
  }
}
