package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** A linear layer by plain operators, recorded where the thread records. */
record PlainLinear(Form form, LinearSpec spec) implements Linear {

  @Override
  public NDArray apply(NDArray x) {
    NDArray weight = form.array(spec.weight());
    NDArray y =
        spec.hasBias() ? linear(x, weight, form.array(spec.bias())) : x.matMul(weight.transpose());
    return spec.activation().apply(y);
  }

  private static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    NDList result = x.getNDArrayInternal().linear(x, weight, bias);
    return result.singletonOrThrow();
  }
}
