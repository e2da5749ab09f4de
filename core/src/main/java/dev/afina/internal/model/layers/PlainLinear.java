package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** A linear layer by plain operators, recorded where the thread records. */
record PlainLinear(Form form, LinearSpec spec) implements Linear {

  @Override
  public NDArray apply(NDArray x) {
    NDArray bias = spec.hasBias() ? bias() : null;
    NDList y = x.getNDArrayInternal().linear(x, weight(), bias);
    return spec.activation().apply(y.singletonOrThrow());
  }

  NDArray weight() {
    return form.array(spec.weight());
  }

  /** Of a layer that has one. */
  NDArray bias() {
    return form.array(spec.bias());
  }
}
