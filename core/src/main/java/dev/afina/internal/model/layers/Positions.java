package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;

/**
 * What attention is told of the tokens' positions, where the embeddings do not tell it.
 *
 * <p>It holds arrays of others.
 */
public final class Positions {
  /** Nothing. */
  public static final Positions NONE = new Positions(List.of(), List.of());

  private static final NDIndex FIRST_QUERY = new NDIndex(":, :, 0:1");

  private final List<NDArray> biases;
  private final List<NDArray> rotary;

  private Positions(List<NDArray> biases, List<NDArray> rotary) {
    this.biases = List.copyOf(biases);
    this.rotary = List.copyOf(rotary);
  }

  /**
   * Numbers that are added to the scaled products of queries and keys.
   *
   * @param biases for each group of the batch an array that broadcasts to (texts, N, queries,
   *     length)
   */
  public static Positions biases(List<NDArray> biases) {
    return new Positions(biases, List.of());
  }

  /**
   * The same positions with rotary embeddings (Su et al. 2021, arXiv 2104.09864).
   *
   * @param cosines (S, D), S at least the longest text's length
   * @param sines (S, D)
   */
  public Positions rotated(NDArray cosines, NDArray sines) {
    return new Positions(biases, List.of(cosines, sines));
  }

  /** These of the queries that a layer has: of all tokens, or of each text's first. */
  Positions of(Rows rows) {
    return rows == Rows.ALL || biases.isEmpty()
        ? this
        : new Positions(biases.stream().map(b -> b.get(FIRST_QUERY)).toList(), rotary);
  }

  List<NDArray> biases() {
    return biases;
  }

  List<NDArray> rotary() {
    return rotary;
  }
}
