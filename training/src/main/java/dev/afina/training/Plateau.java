package dev.afina.training;

import java.util.List;

/**
 * The rate falls when the watched metric has not got better for some evaluations, as torch's {@code
 * ReduceLROnPlateau} has it with a relative threshold.
 */
final class Plateau implements LearningRate {
  /** A reduction that changes the rate by less is left out. */
  private static final double SMALLEST_CHANGE = 1e-8;

  private final double reduction;
  private final int patience;
  private final double threshold;
  private final int cooldown;
  private final double least;
  private final double peak;
  private final boolean greaterIsBetter;

  private double factor = 1;
  private double best;
  private int bad;
  private int cooling;

  /**
   * @param least the smallest rate
   * @param peak the rate at first
   */
  Plateau(
      double reduction,
      int patience,
      double threshold,
      int cooldown,
      double least,
      double peak,
      boolean greaterIsBetter) {
    this.reduction = reduction;
    this.patience = patience;
    this.threshold = threshold;
    this.cooldown = cooldown;
    this.least = least;
    this.peak = peak;
    this.greaterIsBetter = greaterIsBetter;
    this.best = greaterIsBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  @Override
  public double factor(int done) {
    return factor;
  }

  @Override
  public void evaluated(double value) {
    boolean better =
        greaterIsBetter ? value > best * (1 + threshold) : value < best * (1 - threshold);
    if (better) {
      best = value;
      bad = 0;
    } else {
      bad++;
    }
    if (cooling > 0) {
      cooling--;
      bad = 0;
    }
    if (bad > patience) {
      double before = factor * peak;
      double after = Math.max(before * reduction, least);
      if (before - after > SMALLEST_CHANGE) {
        factor = after / peak;
      }
      cooling = cooldown;
      bad = 0;
    }
  }

  @Override
  public List<Double> state() {
    return List.of(factor, best, (double) bad, (double) cooling);
  }

  @Override
  public void restore(List<Double> state) {
    factor = state.get(0);
    best = state.get(1);
    bad = state.get(2).intValue();
    cooling = state.get(3).intValue();
  }
}
