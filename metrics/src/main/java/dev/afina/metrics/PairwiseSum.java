package dev.afina.metrics;

/**
 * Adds doubles in NumPy's order: eight running sums up to 128 values, halves beyond. The rounding
 * error grows with log n instead of n (N. Higham, The Accuracy of Floating Point Summation, 1993).
 * The order matters here for another reason: a mean that is off by one bit can print another digit
 * in a report, e.g. .125 as 0.13 instead of 0.12.
 */
final class PairwiseSum {
  private static final int LANES = 8;
  private static final int BLOCK = 128;

  private PairwiseSum() {}

  static double of(double[] values) {
    return of(values, 0, values.length);
  }

  private static double of(double[] values, int from, int to) {
    int n = to - from;
    if (n > BLOCK) {
      int middle = from + n / 2 / LANES * LANES;
      return of(values, from, middle) + of(values, middle, to);
    }
    int whole = from + n / LANES * LANES;
    double sum = whole == from ? 0 : lanes(values, from, whole);
    for (int i = whole; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static double lanes(double[] values, int from, int to) {
    double[] s = new double[LANES];
    for (int i = from; i < to; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        s[lane] += values[i + lane];
      }
    }
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
  }
}
