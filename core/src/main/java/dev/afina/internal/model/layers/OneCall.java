package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.PackedNetwork;
import java.util.List;

/**
 * A network of {@link Embeddings}, a {@link PostNormStack} and a {@link FirstTokenHead}, with
 * nothing between them, in one call of native code; nothing is dropped.
 */
public final class OneCall {
  private final PackedNetwork network;
  private final PostNormStack layers;

  OneCall(PackedNetwork network, PostNormStack layers) {
    this.network = network;
    this.layers = layers;
  }

  /**
   * Logits (B, C) in the order of the batch, in the batch's manager.
   *
   * @param ids T numbers for each table, in range
   * @param positions of all tokens
   */
  public NDArray logits(List<long[]> ids, PackedBatch batch, Positions positions) {
    return network.apply(ids, layers.call(batch, Rows.FIRST, positions), batch.manager());
  }
}
