package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Three layers, one after the other. */
record PlainProjection(Linear query, Linear key, Linear value) implements Projection {
  @Override
  public NDList apply(NDArray input, NDArray x) {
    return new NDList(query.apply(input), key.apply(x), value.apply(x));
  }
}
