package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;

/**
 * The float32 weights from which a {@link PackedLayer} was packed. Not owned: they must stay open
 * as long as what is made of them.
 *
 * @param output after attention
 * @param intermediate from H to F
 * @param activation follows {@code intermediate}
 * @param narrow from F to H
 * @param epsilon of both norms
 */
public record PlainLayer(
    Weights query,
    Weights key,
    Weights value,
    Weights output,
    Weights attentionNorm,
    Weights intermediate,
    PackedKernels.Activation activation,
    Weights narrow,
    Weights outputNorm,
    double epsilon) {

  /**
   * Those of a linear layer or of a norm.
   *
   * @param weight (out, in), or (H) of a norm
   * @param bias (out), or (H)
   */
  public record Weights(NDArray weight, NDArray bias) {}
}
