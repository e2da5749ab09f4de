package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.afina.internal.engine.AttentionCall;
import java.util.Optional;

/** Self-attention with its projections of queries, keys and values. */
public final class SelfAttention {
  private final Projection projection;
  private final Attention attention;
  private final Optional<RelativePositions> relative;

  SelfAttention(Projection projection, Attention attention) {
    this(projection, attention, Optional.empty());
  }

  private SelfAttention(
      Projection projection, Attention attention, Optional<RelativePositions> relative) {
    this.projection = projection;
    this.attention = attention;
    this.relative = relative;
  }

  /** The same attention with relative positions that depend on queries and keys. */
  public SelfAttention with(RelativePositions own) {
    return new SelfAttention(projection, attention, Optional.of(own));
  }

  /** Whether it has relative positions that depend on queries and keys. */
  boolean findsItsPositions() {
    return relative.isPresent();
  }

  Projection projection() {
    return projection;
  }

  AttentionCall call(PackedBatch batch, Rows rows, Positions positions) {
    return attention.call(batch, rows, positions);
  }

  /**
   * Computes the context of each token.
   *
   * @param input (R, in): the rows of {@code x} to compute it for
   * @param x (T, in)
   * @param rows the tokens of {@code input}
   * @param positions ignored if the attention has relative positions of its own
   * @return (R, H), in x's manager
   */
  public NDArray apply(
      NDArray input,
      NDArray x,
      PackedBatch batch,
      Rows rows,
      Positions positions,
      Dropout dropouts) {
    if (relative.isEmpty()) {
      return projection.attend(input, x, attention, batch, rows, positions, dropouts);
    }
    NDList all = projection.apply(input, x);
    NDArray query = all.get(0);
    NDArray key = all.get(1);
    Positions own = relative.get().of(query, key, batch, rows, dropouts);
    return attention.apply(query, key, all.get(2), batch, rows, own, dropouts);
  }
}
