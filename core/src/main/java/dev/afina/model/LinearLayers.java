package dev.afina.model;

import ai.djl.ndarray.NDArray;

/** How linear layers, most of a model's work, are computed from its plain weights. */
@FunctionalInterface
public interface LinearLayers {
  /** In float32, recorded where the thread records. */
  LinearLayers PLAIN =
      (x, weight, bias) -> x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow();

  /** x · weightᵀ + bias: (…, in) to (…, out), in x's manager. */
  NDArray apply(NDArray x, NDArray weight, NDArray bias);
}
