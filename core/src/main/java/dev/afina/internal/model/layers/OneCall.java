package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.PackedNetwork;
import java.util.function.Function;

/**
 * A network of {@link Embeddings}, a {@link PostNormStack} and a {@link FirstTokenHead}, with
 * nothing between them, as a single call of native code without dropout.
 */
public final class OneCall {
  private final PackedNetwork network;
  private final Embeddings embeddings;
  private final PostNormStack layers;
  private final Function<PackedBatch, Positions> positions;

  OneCall(
      PackedNetwork network,
      Embeddings embeddings,
      PostNormStack layers,
      Function<PackedBatch, Positions> positions) {
    this.network = network;
    this.embeddings = embeddings;
    this.layers = layers;
    this.positions = positions;
  }

  /** Logits (B, C) in the order of the batch, in the batch's manager. */
  public NDArray logits(PackedBatch batch) {
    return network.apply(
        embeddings.ids(batch),
        layers.call(batch, Rows.FIRST, positions.apply(batch)),
        batch.manager());
  }
}
