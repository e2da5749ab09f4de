package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;

/**
 * A linear layer, most of a model's work: x · weightᵀ + bias, and the activation it was made with.
 */
public interface Linear {

  /**
   * The layer's result.
   *
   * @param x (R, in)
   * @return (R, out), in x's manager
   */
  NDArray apply(NDArray x);

  /**
   * The layer's result added to {@code residual}, then normalised.
   *
   * @param x (R, in)
   * @param residual (R, out)
   * @return (R, out), in x's manager
   */
  default NDArray addNorm(NDArray x, NDArray residual, Norm norm) {
    return norm.apply(apply(x).add(residual));
  }
}
