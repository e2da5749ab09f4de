package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.model.layers.ParameterSpec.Part;

/**
 * The head that RoBERTa and others have on the first token: dropout, dense, activation, dropout,
 * output.
 */
public final class TwoLayerHead {
  private final Linear dense;
  private final Linear output;
  private final double rate;

  /**
   * Makes the layers {@code dense} and {@code out_proj}.
   *
   * @param head the view that holds them
   * @param rate of both dropouts
   */
  public TwoLayerHead(Binder head, int hidden, int labels, Activation activation, double rate) {
    this.dense = head.linear(LinearSpec.of("dense", hidden, hidden).of(Part.HEAD).then(activation));
    this.output = head.linear(LinearSpec.of("out_proj", hidden, labels).of(Part.OUTPUT));
    this.rate = rate;
  }

  /** Logits (B, C) of first tokens (B, H). */
  public NDArray apply(NDArray first, Dropout dropout) {
    NDArray x = dense.apply(dropout.apply(first, rate)); // (B, H)
    return output.apply(dropout.apply(x, rate));
  }
}
