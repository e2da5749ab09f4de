package dev.afina.metrics;

/** Which of two values of a metric is the better one. */
public enum Direction {
  /** The greater one, as of accuracy. */
  GREATER,

  /** The smaller one, as of every loss and error. */
  SMALLER;

  /**
   * Whether a value is better than another one. Equal values are no better than each other; a
   * number is better than NaN, which stands for "undefined", and NaN is never better.
   */
  public boolean isBetter(double value, double than) {
    if (Double.isNaN(value) || Double.isNaN(than)) {
      return !Double.isNaN(value) && Double.isNaN(than);
    }
    return this == GREATER ? value > than : value < than;
  }
}
