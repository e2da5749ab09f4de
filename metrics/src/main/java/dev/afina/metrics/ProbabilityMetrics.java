package dev.afina.metrics;

/** Metrics of predicted probabilities, which also see how sure a prediction was. Pure functions. */
public final class ProbabilityMetrics {
  /**
   * What a probability is kept away from 0 and 1: the distance from 1 to the next double, as in
   * scikit-learn.
   */
  private static final double EPSILON = Math.ulp(1.0);

  /**
   * Allows probabilities written with two decimals, and softmax in 16 bits; logits hardly ever
   * pass.
   */
  private static final double SUM_TOLERANCE = 0.02;

  private ProbabilityMetrics() {}

  /**
   * The log loss (cross entropy) in nats: the mean over texts of {@code −ln(probability of the true
   * class)}. Lower is better; 0 is a perfect prediction, {@code ln(classes)} is guessing.
   *
   * <p>A probability of 0 for the true class would be infinitely bad: probabilities are first
   * clipped to [ε, 1 − ε], ε = 2⁻⁵², so that one text adds at most 36.04. Rows are not normalised.
   * Both are scikit-learn's rules; unlike it, a row whose sum is off by more than 0.02 is an error
   * here and not a warning, for these are not probabilities.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param probabilities one row a text, each of the same C ≥ 2 probabilities: numbers from 0 to 1
   *     that sum to 1
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, a class is out
   *     of range, or a row holds anything but probabilities
   */
  public static double logLoss(int[] truth, double[][] probabilities) {
    int classes = checkProbabilities(probabilities);
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    double[] losses = new double[truth.length];
    for (int i = 0; i < losses.length; i++) {
      double p = probabilities[i][truth[i]];
      losses[i] = -Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
    }
    return PairwiseSum.of(losses) / losses.length;
  }

  private static int checkProbabilities(double[][] probabilities) {
    if (probabilities == null || probabilities.length == 0) {
      throw new IllegalArgumentException(
          "probabilities: "
              + (probabilities == null ? "null" : "empty")
              + ", expected one row a text, at least one");
    }
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] == null) {
        throw new IllegalArgumentException(
            "probabilities[" + i + "]: null, expected one probability a class");
      }
    }
    int classes = probabilities[0].length;
    if (classes < 2) {
      throw new IllegalArgumentException(
          "probabilities[0]: length " + classes + ", expected 2 classes or more");
    }
    for (int i = 0; i < probabilities.length; i++) {
      checkRow(i, probabilities[i], classes);
    }
    return classes;
  }

  private static void checkRow(int text, double[] row, int classes) {
    if (row.length != classes) {
      throw new IllegalArgumentException(
          "probabilities["
              + text
              + "]: length "
              + row.length
              + ", expected "
              + classes
              + " as in the first row");
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      if (!(row[c] >= 0 && row[c] <= 1)) { // NaN fails both
        throw new IllegalArgumentException(
            "probabilities["
                + text
                + "]["
                + c
                + "]: "
                + row[c]
                + ", expected 0 to 1; give probabilities, not logits");
      }
      sum += row[c];
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "probabilities["
              + text
              + "]: sum "
              + sum
              + ", expected 1; give each text's probabilities over all classes");
    }
  }
}
