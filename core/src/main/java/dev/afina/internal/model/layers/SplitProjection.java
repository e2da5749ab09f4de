package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * One layer, whose outputs are split.
 *
 * @param all of 3 · H outputs: queries, then keys, then values
 */
record SplitProjection(Linear all) implements Projection {

  // For other rows than x's, keys and values are computed in vain: few rows, in one layer.
  @Override
  public NDList apply(NDArray input, NDArray x) {
    NDList parts = all.apply(x).split(3, 1);
    NDArray query = input == x ? parts.get(0) : all.apply(input).split(3, 1).get(0);
    return new NDList(query, parts.get(1), parts.get(2));
  }
}
