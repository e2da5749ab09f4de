package dev.afina.internal.model;

import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.model.layers.PackedForm;

/**
 * A model for prediction, with packed copies of its encoder's linear layers, which do not follow
 * later changes of the weights. Owns the copies until closed; embeddings, norms and head are those
 * of the model, except for single short texts in Java, of which a copy is made later.
 */
public final class PackedModel implements AutoCloseable {
  private final Network network;
  private final PackedForm form;

  PackedModel(Network network, PackedForm form) {
    this.network = network;
    this.form = form;
  }

  /** The format of the packed layers. */
  public PackedFormat format() {
    return form.format();
  }

  /** The network with packed layers. */
  public Network network() {
    return network;
  }

  /**
   * Whether the network computes hidden states correctly on this machine. Tested on the first call.
   */
  public boolean givesHiddenStates() {
    return form.arePartsRight();
  }

  @Override
  public void close() {
    form.close();
  }
}
