package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The linear layers that compute the queries, keys and values of attention. */
public interface Projection {

  /**
   * Computes queries, keys and values.
   *
   * @param input (R, in): the rows of {@code x} to compute queries for
   * @param x (T, in)
   * @return (R, H), (T, H) and (T, H), in x's manager
   */
  NDList apply(NDArray input, NDArray x);

  /** Computes attention with these queries, keys and values: (R, H), in x's manager. */
  default NDArray attend(
      NDArray input,
      NDArray x,
      Attention attention,
      PackedBatch batch,
      Rows rows,
      Positions positions,
      Dropout dropouts) {
    NDList all = apply(input, x);
    return attention.apply(all.get(0), all.get(1), all.get(2), batch, rows, positions, dropouts);
  }
}
