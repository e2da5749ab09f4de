package dev.afina.internal.model.layers;

import dev.afina.internal.model.layers.ParameterSpec.Part;

/**
 * A linear layer as a family describes it.
 *
 * @param name its key in the checkpoint, without ".weight"
 * @param in the inputs
 * @param out the outputs
 * @param hasBias whether it has a bias
 * @param activation what follows it
 * @param part where it belongs; only the encoder's layers are packed
 * @param initial what a new weight holds; a new bias is 0
 */
public record LinearSpec(
    String name,
    int in,
    int out,
    boolean hasBias,
    Activation activation,
    Part part,
    Initial initial) {

  /** A layer of the encoder, with a bias and nothing after it. */
  public static LinearSpec of(String name, int in, int out) {
    return new LinearSpec(name, in, out, true, Activation.LINEAR, Part.ENCODER, Initial.NORMAL);
  }

  /** The same layer without a bias. */
  public LinearSpec withoutBias() {
    return withBias(false);
  }

  /** The same layer with a bias or without one. */
  public LinearSpec withBias(boolean exists) {
    return new LinearSpec(name, in, out, exists, activation, part, initial);
  }

  /** The same layer, followed by an activation. */
  public LinearSpec then(Activation next) {
    return new LinearSpec(name, in, out, hasBias, next, part, initial);
  }

  /** The same layer in another part of the model. */
  public LinearSpec of(Part other) {
    return new LinearSpec(name, in, out, hasBias, activation, other, initial);
  }

  /** The same layer whose new weight begins in another way. */
  public LinearSpec from(Initial other) {
    return new LinearSpec(name, in, out, hasBias, activation, part, other);
  }

  LinearSpec under(String prefix) {
    return new LinearSpec(prefix + name, in, out, hasBias, activation, part, initial);
  }

  /** The key of the weight (out, in). */
  public String weight() {
    return name + ".weight";
  }

  /** The key of the bias (out). */
  public String bias() {
    return name + ".bias";
  }
}
