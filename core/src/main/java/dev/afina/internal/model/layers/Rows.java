package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;

/** Which tokens are computed. */
public enum Rows {
  /** All: R = T. */
  ALL {
    @Override
    public NDArray of(NDArray x, PackedBatch batch) {
      return x;
    }
  },
  /**
   * The first of each text: R = B. Enough for the last layer under a head that reads the first
   * token, where it saves 13.6 % of the work of a six-layer encoder.
   */
  FIRST {
    @Override
    public NDArray of(NDArray x, PackedBatch batch) {
      return Embeddings.rows(x, batch.firstTokens());
    }
  };

  /** These rows of (T, H): (R, H). */
  public abstract NDArray of(NDArray x, PackedBatch batch);

  /** The fewest that layer {@code i} of {@code count} is asked for: the last one may skip some. */
  public static Rows of(int i, int count) {
    return i < count - 1 ? ALL : FIRST;
  }
}
