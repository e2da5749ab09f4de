package dev.afina.internal.model;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;

/**
 * An encoder with a classification head whose layers are bound to parameters. As thread safe as the
 * parameters.
 */
public interface Network {

  /**
   * The forward pass.
   *
   * @param dropout {@link Dropout#NONE} for prediction
   * @return logits (B, C) in the order of the batch, owned by the batch's manager
   */
  NDArray logits(PackedBatch batch, Dropout dropout);
}
