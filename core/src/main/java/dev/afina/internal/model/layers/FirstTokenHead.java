package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.PackedNetwork;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The head that nearly all models have on the first token: dropout, dense, activation, dropout,
 * output.
 */
public final class FirstTokenHead {
  private final Linear dense;
  private final Linear output;
  private final OptionalDouble before;
  private final double between;

  /**
   * Makes the layers.
   *
   * @param binder the view of all keys
   * @param dense the first layer, with its activation
   * @param output the key of the second layer
   * @param before the rate before the first layer; empty where nothing is dropped there, whatever
   *     the rates
   * @param between the rate between the layers
   */
  public FirstTokenHead(
      Binder binder,
      LinearSpec dense,
      String output,
      int labels,
      OptionalDouble before,
      double between) {
    this.dense = binder.linear(dense.of(Part.HEAD));
    this.output = binder.linear(LinearSpec.of(output, dense.out(), labels).of(Part.OUTPUT));
    this.before = before;
    this.between = between;
  }

  /** The layers {@code dense} and {@code out_proj}, with the same rate before each. */
  public static FirstTokenHead ofRoberta(
      Binder head, int hidden, int labels, Activation activation, double rate) {
    return new FirstTokenHead(
        head,
        LinearSpec.of("dense", hidden, hidden).then(activation),
        "out_proj",
        labels,
        OptionalDouble.of(rate),
        rate);
  }

  /** The layers as a packed network takes them; empty where they are not made or lack a bias. */
  Optional<PackedNetwork.Head> packed() {
    if (dense instanceof PlainLinear first
        && output instanceof PlainLinear last
        && first.spec().hasBias()
        && last.spec().hasBias()) {
      return Optional.of(
          new PackedNetwork.Head(
              first.weight(),
              first.bias(),
              first.spec().activation().packed(),
              last.weight(),
              last.bias()));
    }
    return Optional.empty();
  }

  /** Logits (B, C) of first tokens (B, H). */
  public NDArray apply(NDArray first, Dropout dropout) {
    NDArray x = before.isPresent() ? dropout.apply(first, before.getAsDouble()) : first;
    return output.apply(dropout.apply(dense.apply(x), between));
  }
}
