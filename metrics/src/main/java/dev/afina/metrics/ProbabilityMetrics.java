package dev.afina.metrics;

/**
 * Metrics of predicted probabilities: they reward confidence in correct predictions and punish it
 * in wrong ones.
 */
public final class ProbabilityMetrics {
  /**
   * Probabilities are clipped this far from 0 and 1: the distance from 1 to the next double, as in
   * scikit-learn.
   */
  private static final double EPSILON = Math.ulp(1.0);

  private ProbabilityMetrics() {}

  /**
   * The log loss (cross entropy) in nats: the mean over texts of {@code −ln(probability of the true
   * class)}. Lower is better; 0 is a perfect prediction, {@code ln(classes)} is guessing.
   *
   * <p>Probabilities are clipped to [ε, 1 − ε] with ε = 2⁻⁵², so that a probability of 0 for the
   * true class costs 36.04 and not infinity. Rows are not normalised. Both rules are
   * scikit-learn's; but where scikit-learn warns about a row whose sum is off, here a sum that
   * differs from 1 by more than 0.02 is an error, because such numbers are not probabilities.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param probabilities one row per text with C ≥ 2 numbers from 0 to 1 that sum to 1
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, a class is out
   *     of range, or a row holds anything but probabilities
   */
  public static double logLoss(int[] truth, double[][] probabilities) {
    int classes = Scores.checkProbabilities(probabilities);
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    double[] losses = new double[truth.length];
    for (int i = 0; i < losses.length; i++) {
      double p = probabilities[i][truth[i]];
      losses[i] = -Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
    }
    return PairwiseSum.of(losses) / losses.length;
  }

  /**
   * The Brier score (G. W. Brier, Verification of Forecasts Expressed in Terms of Probability,
   * 1950): the mean over texts of {@code sum over classes of (probability − (1 for the true class,
   * 0 for others))²}. With two classes it is half of that, as in scikit-learn. From 0 to 1 with two
   * classes, from 0 to 2 with more; smaller is better.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param probabilities one row per text with C ≥ 2 numbers from 0 to 1 that sum to 1
   * @throws IllegalArgumentException as {@link #logLoss}
   */
  public static double brierScore(int[] truth, double[][] probabilities) {
    int classes = Scores.checkProbabilities(probabilities);
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    double[] squares = new double[truth.length];
    for (int i = 0; i < squares.length; i++) {
      for (int c = 0; c < classes; c++) {
        double error = (c == truth[i] ? 1 : 0) - probabilities[i][c];
        squares[i] += error * error;
      }
    }
    double mean = PairwiseSum.of(squares) / squares.length;
    return classes == 2 ? mean / 2 : mean;
  }
}
