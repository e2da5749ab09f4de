package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;

/**
 * The end of a sublayer that is normalised after the addition: norm(dropout(linear(x)) + input).
 *
 * @param rate of the dropout, by the configuration; empty where a family drops nothing, whatever
 *     the rates
 */
public record PostNorm(Linear linear, OptionalDouble rate, Norm norm) {

  /**
   * The sublayer's result.
   *
   * @param x (R, in)
   * @param input (R, H), of the sublayer
   * @return (R, H), in x's manager
   */
  public NDArray apply(NDArray x, NDArray input, Dropout dropouts) {
    return rate.isPresent() && dropouts.drops(rate.getAsDouble())
        ? norm.apply(dropouts.apply(linear.apply(x), rate.getAsDouble()).add(input))
        : linear.addNorm(x, input, norm);
  }
}
