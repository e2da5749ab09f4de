package dev.afina.internal.model;

import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.ParameterSpec;
import java.util.Optional;
import java.util.function.Function;

/**
 * An encoder with a classification head as a configuration describes it: which parameters it has,
 * and the network that they make. Immutable; it is bound to parameters once a precision for
 * prediction, and for training by each part of a batch to gradients of its own.
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

  /** Parameters, names and limits. */
  public ModelSpec spec() {
    return spec;
  }

  /** Whether prediction may be one call of native code; else it is several for certain. */
  public boolean mayBeOneCall() {
    return mayBeOneCall;
  }

  /** The same encoder under a plain head. */
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

  /** The plain head; empty where the head is the family's. */
  public Optional<HeadForm> plainHead() {
    return head.isPlain() ? Optional.of(head) : Optional.empty();
  }

  /** The network of these layers. */
  public Network bind(Binder binder) {
    return network.apply(binder);
  }
}
