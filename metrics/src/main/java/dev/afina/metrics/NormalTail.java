package dev.afina.metrics;

/**
 * The tails of the normal distribution, which Java's library lacks, to 14 digits: by the series of
 * the error function near the middle and by its continued fraction further out (M. Abramowitz and
 * I. Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14).
 */
final class NormalTail {
  private static final double SERIES_UP_TO = 2;
  private static final int FRACTIONS = 200; // from 2 on, 80 suffice

  private NormalTail() {}

  /** The probability of being further than {@code deviations} from the mean, on either side. */
  static double bothSides(double deviations) {
    double x = Math.abs(deviations) / Math.sqrt(2);
    return x < SERIES_UP_TO ? 1 - series(x) : fraction(x);
  }

  /** erf(x): 2/√π · e^(−x²) · sum of 2ⁿ x^(2n+1) / (1 · 3 · … · (2n+1)). */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 1e-18; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** erfc(x): e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), from the inside out. */
  private static double fraction(double x) {
    double value = x;
    for (int n = FRACTIONS; n > 0; n--) {
      value = x + n / 2.0 / value;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / value;
  }
}
