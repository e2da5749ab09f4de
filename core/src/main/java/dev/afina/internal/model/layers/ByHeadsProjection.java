package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** One layer, whose outputs are sorted out. */
record ByHeadsProjection(Form form, ByHeads spec, Linear all) implements Projection {

  // For other rows than x's, keys and values are computed in vain: few rows, in one layer.
  @Override
  public NDList apply(NDArray input, NDArray x) {
    NDList parts = parts(x);
    NDArray query = input == x ? parts.get(0) : parts(input).get(0);
    return new NDList(
        query.add(form.array(spec.queryBias())),
        parts.get(1),
        parts.get(2).add(form.array(spec.valueBias())));
  }

  /** Queries, keys and values, (R, H) each, without biases. */
  private NDList parts(NDArray x) {
    NDList parts =
        all.apply(x)
            .reshape(-1, spec.heads(), 3, spec.hidden() / spec.heads()) // (R, N, 3, D)
            .split(3, 2);
    NDList flat = new NDList();
    parts.forEach(part -> flat.add(part.reshape(-1, spec.hidden())));
    return flat;
  }
}
