package dev.afina.internal.model.layers;

/** What a parameter holds that the checkpoint lacks: what transformers would begin with. */
public sealed interface Initial {
  /** As a bias begins. */
  Initial ZEROS = new Constant(0);

  /** As the weight of a norm begins. */
  Initial ONES = new Constant(1);

  /** As a linear layer's weight begins, unless the family has a way of its own. */
  Initial NORMAL = new Normal();

  /** One number everywhere. */
  record Constant(float value) implements Initial {}

  /** Normal, with the standard deviation that the configuration has for all. */
  record Normal() implements Initial {}

  /**
   * Normal within a cutoff. In transformers the family draws it over a {@link Normal} that was
   * drawn first, so both use up random numbers.
   *
   * @param deviation the standard deviation of what is cut
   * @param cutoff in standard deviations
   */
  record Truncated(double deviation, double cutoff) implements Initial {}
}
