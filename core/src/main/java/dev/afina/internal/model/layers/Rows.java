package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;

/** The tokens that something is computed for. */
public enum Rows {
  /** All tokens: R = T. */
  ALL {
    @Override
    public NDArray of(NDArray x, PackedBatch batch) {
      return x;
    }
  },
  /**
   * The first token of each text: R = B. This is enough for the last layer if the head reads only
   * the first token, and saves 13.6 % of the work of a six-layer encoder.
   */
  FIRST {
    @Override
    public NDArray of(NDArray x, PackedBatch batch) {
      return Embeddings.rows(x, batch.firstTokens());
    }
  };

  /** Selects these rows: (T, H) to (R, H). */
  public abstract NDArray of(NDArray x, PackedBatch batch);

  /**
   * The fewest tokens that layer {@code i} of {@code count} is computed for: only the last one may
   * skip some.
   */
  public static Rows of(int i, int count) {
    return i < count - 1 ? ALL : FIRST;
  }
}
