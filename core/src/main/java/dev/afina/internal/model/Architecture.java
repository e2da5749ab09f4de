package dev.afina.internal.model;

import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.ParameterSpec;
import java.util.Optional;
import java.util.function.Function;

/**
 * An encoder with a classification head, as described by a configuration: its parameters, and the
 * network that they form. It is bound to parameters once per precision for prediction; in training
 * each part of a batch binds it to its own gradients. Immutable.
 */
public final class Architecture {
  private final ModelSpec spec;
  private final HeadForm head;
  private final Function<Binder, Network> network;
  private final boolean mayBeOneCall;

  /**
   * Describes an architecture whose parameters are those of its network's layers.
   *
   * @param transformersClass the class that opens such a checkpoint in transformers
   * @param prefix the prefix of the encoder's keys in a checkpoint with a head
   * @param vocabularySize the number of rows of the token embedding; every token id is smaller
   * @param maxTokens the maximum length of a text, special tokens included
   * @param initializerRange the standard deviation of new weights
   * @param network makes the layers; the only place that states them and the forward pass
   */
  public Architecture(
      String transformersClass,
      String prefix,
      int vocabularySize,
      int maxTokens,
      double initializerRange,
      Function<Binder, Network> network) {
    this(
        transformersClass,
        prefix,
        vocabularySize,
        maxTokens,
        initializerRange,
        network,
        HeadForm.OF_CONFIG);
  }

  private Architecture(
      String transformersClass,
      String prefix,
      int vocabularySize,
      int maxTokens,
      double initializerRange,
      Function<Binder, Network> network,
      HeadForm head) {
    this.network = network;
    this.head = head;
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
    this.mayBeOneCall = binder.mayBeOneCall();
  }

  /** Its parameters, names and limits. */
  public ModelSpec spec() {
    return spec;
  }

  /** Whether prediction may be a single call of native code. If false, it never is. */
  public boolean mayBeOneCall() {
    return mayBeOneCall;
  }

  /** The same encoder with a plain head. */
  Architecture withPlainHead(HeadForm form, int labels) {
    int hiddenSize =
        spec.parameters().stream()
            .filter(p -> p.part() == ParameterSpec.Part.HEAD && p.shape().dimension() == 2)
            .mapToInt(p -> (int) p.shape().get(1))
            .findFirst()
            .orElseThrow(); // each family has a layer of the encoder's size before its output
    return new Architecture(
        PlainHead.CLASS,
        spec.prefix(),
        spec.vocabularySize(),
        spec.maxTokens(),
        spec.initializerRange(),
        binder ->
            new PlainHead(network.apply(binder.withoutHead()), hiddenSize, labels, form, binder),
        form);
  }

  /** The plain head; empty if the head is that of the family. */
  public Optional<HeadForm> plainHead() {
    return head.isPlain() ? Optional.of(head) : Optional.empty();
  }

  /** Makes the network with the layers of a binder. */
  public Network bind(Binder binder) {
    return network.apply(binder);
  }
}
