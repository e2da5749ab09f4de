package dev.afina.internal.model;

import dev.afina.internal.model.layers.Binder;
import java.util.function.Function;

/**
 * An encoder with a classification head as a configuration describes it: which parameters it has,
 * and the network that they make. Immutable; it is bound to parameters once a precision for
 * prediction, and for training by each part of a batch to gradients of its own.
 */
public final class Architecture {
  private final ModelSpec spec;
  private final Function<Binder, Network> network;

  /**
   * Describes an architecture whose parameters are those of its network's layers.
   *
   * @param transformersClass the class that opens such a checkpoint in transformers
   * @param prefix what the encoder's keys begin with in a checkpoint with a head
   * @param vocabularySize rows of the token embedding: every token id is smaller
   * @param maxTokens the longest text it can take, the special tokens included
   * @param initializerRange the standard deviation of new weights
   * @param network makes the layers: the only statement of what they are and of the forward pass
   */
  public Architecture(
      String transformersClass,
      String prefix,
      int vocabularySize,
      int maxTokens,
      double initializerRange,
      Function<Binder, Network> network) {
    this.network = network;
    Binder binder = Binder.describing();
    Object unused = network.apply(binder);
    this.spec =
        new ModelSpec(
            transformersClass,
            prefix,
            vocabularySize,
            maxTokens,
            initializerRange,
            binder.parameters());
  }

  /** Parameters, names and limits. */
  public ModelSpec spec() {
    return spec;
  }

  /** The network of these layers. */
  public Network bind(Binder binder) {
    return network.apply(binder);
  }
}
