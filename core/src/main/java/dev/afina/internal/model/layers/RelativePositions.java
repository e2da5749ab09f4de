package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;

/** Positions that are told by terms of queries and keys, and so anew in each layer. */
@FunctionalInterface
public interface RelativePositions {

  /**
   * What the attention of this layer is told.
   *
   * @param query (R, H)
   * @param key (T, H)
   * @param rows which tokens the queries are
   * @return arrays of the query's manager
   */
  Positions of(NDArray query, NDArray key, PackedBatch batch, Rows rows, Dropout dropouts);
}
