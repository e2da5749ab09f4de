package dev.afina.model;

import ai.djl.ndarray.NDArray;

/** Which tokens a layer computes. */
public enum Rows {
  /** All: R = T. */
  ALL {
    @Override
    NDArray of(NDArray x, PackedBatch batch) {
      return x;
    }
  },
  /**
   * The first of each text: R = B. Enough for the last layer under a head that reads the first
   * token, where it saves 13.6 % of the work of a six-layer encoder.
   */
  FIRST {
    @Override
    NDArray of(NDArray x, PackedBatch batch) {
      return Weights.rows(x, batch.firstTokens());
    }
  };

  /** These rows of (T, H): (R, H). */
  abstract NDArray of(NDArray x, PackedBatch batch);
}
