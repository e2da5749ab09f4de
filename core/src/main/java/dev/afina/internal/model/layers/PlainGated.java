package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * A gated linear unit (Shazeer 2020, arXiv 2002.05202).
 *
 * @param both the two halves
 * @param activation of the first one
 */
record PlainGated(Linear both, Activation activation) implements Linear {
  @Override
  public NDArray apply(NDArray x) {
    NDList halves = both.apply(x).split(2, 1);
    return activation.apply(halves.get(0)).mul(halves.get(1));
  }
}
