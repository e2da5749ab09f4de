package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** A LayerNorm of the last axis (Ba et al. 2016, arXiv 1607.06450). */
public final class Norm {
  private final Form form;
  private final String weight;
  private final String bias;
  private final boolean hasBias;
  private final int size;
  private final double epsilon;

  Norm(Form form, String name, boolean hasBias, int size, double epsilon) {
    this.form = form;
    this.weight = name + ".weight";
    this.bias = name + ".bias";
    this.hasBias = hasBias;
    this.size = size;
    this.epsilon = epsilon;
  }

  /** Normalises each row of (R, size). */
  public NDArray apply(NDArray x) {
    return x.getNDArrayInternal()
        .layerNorm(x, new Shape(size), weight(), bias(), (float) epsilon)
        .singletonOrThrow();
  }

  NDArray weight() {
    return form.array(weight);
  }

  /** Zeros where the layer has none. */
  NDArray bias() {
    return hasBias
        ? form.array(bias)
        : form.constant("zeros " + size, manager -> manager.zeros(new Shape(size)));
  }

  double epsilon() {
    return epsilon;
  }
}
