package dev.afina.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.engine.AttentionCall;

/** Attention of a text's tokens to each other, with its projections of queries, keys and values. */
public final class SelfAttention {
  private final Projection projection;
  private final Attention attention;
  private final Rows rows;

  SelfAttention(Projection projection, Attention attention, Rows rows) {
    this.projection = projection;
    this.attention = attention;
    this.rows = rows;
  }

  Projection projection() {
    return projection;
  }

  AttentionCall call(PackedBatch batch, Positions positions) {
    return attention.call(batch, rows, positions);
  }

  /**
   * What each token gathers from its text.
   *
   * @param input (R, in): the rows of {@code x} that are asked for
   * @param x (T, in)
   * @return (R, H), in x's manager
   */
  public NDArray apply(
      NDArray input, NDArray x, PackedBatch batch, Positions positions, Dropout dropouts) {
    return projection.attend(input, x, attention, batch, rows, positions, dropouts);
  }
}
