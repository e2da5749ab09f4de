package dev.afina.internal.model;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.PackedForm;

/**
 * A model for prediction, its encoder's linear layers as they were when they were packed. Owns
 * copies of these until closed; embeddings, norms and head are the model's.
 */
public final class PackedModel implements AutoCloseable {
  private final Network network;
  private final PackedForm form;

  PackedModel(Network network, PackedForm form) {
    this.network = network;
    this.form = form;
  }

  /** The network of packed layers. */
  public Network network() {
    return network;
  }

  /**
   * Whether the network gives hidden states rightly on this machine; found out when asked first.
   */
  public boolean givesHiddenStates() {
    return form.arePartsRight();
  }

  /** Logits (B, C) in the order of the batch, owned by the batch's manager. */
  public NDArray logits(PackedBatch batch) {
    return network.logits(batch, Dropout.NONE);
  }

  @Override
  public void close() {
    form.close();
  }
}
