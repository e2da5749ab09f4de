package dev.afina.metrics;

/** Whether greater or smaller values of a metric are better. */
public enum Direction {
  /** Greater is better, as for accuracy. */
  GREATER,

  /** Smaller is better, as for every loss and error. */
  SMALLER;

  /**
   * Whether a value is strictly better than another. A number is better than NaN, which stands for
   * "undefined"; NaN is never better.
   */
  public boolean isBetter(double value, double than) {
    if (Double.isNaN(value) || Double.isNaN(than)) {
      return !Double.isNaN(value) && Double.isNaN(than);
    }
    return this == GREATER ? value > than : value < than;
  }
}
