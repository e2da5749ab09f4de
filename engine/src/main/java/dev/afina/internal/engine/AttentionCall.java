package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** How attention is computed over a batch of consecutive texts, grouped by length. */
public final class AttentionCall {
  private static final long LONGEST_BY_PRODUCTS = 64;

  private final long[] texts;
  private final long[] lengths;
  private final boolean firstOnly;
  private final int heads;
  private final double scale;
  private final List<NDArray> biases;
  private final List<NDArray> rotary;

  /**
   * @param texts the number of texts in each group
   * @param lengths the length of the texts in each group, in tokens
   * @param firstOnly whether there are queries for the first token of each text only
   * @param heads N, of D = H / N numbers each
   * @param scale the factor of the products of queries and keys
   * @param biases added to the scaled products: none, or one array per group, which broadcasts to
   *     (texts, N, queries, length); with {@code firstOnly} its first query is used
   * @param rotary none, or the cosines (S, D) and sines (S, D) by which queries and keys are
   *     rotated (Su et al. 2021, arXiv 2104.09864); S is at least the greatest length
   */
  public AttentionCall(
      long[] texts,
      long[] lengths,
      boolean firstOnly,
      int heads,
      double scale,
      List<NDArray> biases,
      List<NDArray> rotary) {
    this.texts = texts.clone();
    this.lengths = lengths.clone();
    this.firstOnly = firstOnly;
    this.heads = heads;
    this.scale = scale;
    this.biases = List.copyOf(biases);
    this.rotary = List.copyOf(rotary);
  }

  long[] texts() {
    return texts;
  }

  long[] lengths() {
    return lengths;
  }

  /**
   * Whether two batched products and a softmax serve in place of PyTorch's fused kernel. For one
   * short text they are faster on several cores, and as fast on one, where they are used so that
   * its results hardly depend on the cores. The fused kernel needs no memory for the attention
   * weights of long texts.
   */
  boolean byProducts() {
    return texts.length == 1 && texts[0] == 1 && lengths[0] <= LONGEST_BY_PRODUCTS;
  }

  boolean firstOnly() {
    return firstOnly;
  }

  /** {@code firstOnly} as an argument of the kernels: 1 for first tokens, 0 for all. */
  long rows() {
    return firstOnly ? 1 : 0;
  }

  int heads() {
    return heads;
  }

  double scale() {
    return scale;
  }

  List<NDArray> biases() {
    return biases;
  }

  List<NDArray> rotary() {
    return rotary;
  }
}
