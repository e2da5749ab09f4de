package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The linear layers that give attention its queries, keys and values. */
public interface Projection {

  /**
   * Queries, keys and values.
   *
   * @param input (R, in): the rows of {@code x} that queries are asked for
   * @param x (T, in)
   * @return (R, H), (T, H) and (T, H), in x's manager
   */
  NDList apply(NDArray input, NDArray x);

  /** What these queries gather from their texts: (R, H), in x's manager. */
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
