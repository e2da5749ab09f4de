package dev.afina.metrics;

import java.util.Arrays;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * True and predicted numbers of a regression, with its metrics. There may be several numbers per
 * text, the targets. Each metric is computed per target and then averaged over the targets, as
 * scikit-learn does with {@code uniform_average}.
 *
 * <p>Formulas use y for the true numbers of a target, ŷ for the predicted ones, ȳ for the mean of y
 * and n for the number of texts. Immutable and thread safe.
 */
public final class RegressionPredictions implements Resampled<RegressionPredictions> {
  private final double[][] truth;
  private final double[][] predicted;

  private RegressionPredictions(double[][] truth, double[][] predicted) {
    this.truth = truth;
    this.predicted = predicted;
  }

  /**
   * Predictions of a single target.
   *
   * @param truth the true number of each text; copied
   * @param predicted the predicted number of each text, in the same order; copied
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a number is
   *     NaN or infinite
   */
  public static RegressionPredictions of(double[] truth, double[] predicted) {
    Scores.checkNumbers("truth", truth);
    Scores.checkNumbers("predicted", predicted);
    Arguments.checkSameLength("truth", truth.length, "predicted", predicted.length);
    return new RegressionPredictions(
        new double[][] {truth.clone()}, new double[][] {predicted.clone()});
  }

  /**
   * Predictions of one or more targets.
   *
   * @param truth one row per text, one true number per target; copied
   * @param predicted one row per text, one predicted number per target; copied
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a number is
   *     NaN or infinite
   */
  public static RegressionPredictions of(double[][] truth, double[][] predicted) {
    int targets = Scores.checkScores("truth", truth, "number per target");
    int predictedTargets = Scores.checkScores("predicted", predicted, "number per target");
    Arguments.checkSameLength("truth", truth.length, "predicted", predicted.length);
    if (targets != predictedTargets) {
      throw new IllegalArgumentException(
          "predicted[0]: " + predictedTargets + " targets, expected " + targets + " as in truth");
    }
    return new RegressionPredictions(transposed(truth), transposed(predicted));
  }

  /** The number of targets, at least 1. */
  public int targets() {
    return truth.length;
  }

  @Override
  public int size() {
    return truth[0].length;
  }

  /** The true numbers: one row per text, one number per target. A copy. */
  public double[][] truth() {
    return transposed(truth);
  }

  /** The predicted numbers: one row per text, one number per target. A copy. */
  public double[][] predicted() {
    return transposed(predicted);
  }

  /**
   * The predictions of one target only.
   *
   * @param target counted from 0
   * @throws IllegalArgumentException if there is no such target
   */
  public RegressionPredictions target(int target) {
    if (target < 0 || target >= targets()) {
      throw new IllegalArgumentException(
          "target: " + target + ", expected 0 to " + (targets() - 1));
    }
    return new RegressionPredictions(
        new double[][] {truth[target]}, new double[][] {predicted[target]});
  }

  @Override
  public RegressionPredictions select(int... texts) {
    Arguments.checkTexts(texts, size());
    return new RegressionPredictions(select(truth, texts), select(predicted, texts));
  }

  /** The mean squared error: {@code sum of (y − ŷ)² / n}. 0 or more; smaller is better. */
  public double meanSquaredError() {
    return mean(RegressionPredictions::squaredError);
  }

  /** The mean absolute error: {@code sum of |y − ŷ| / n}. 0 or more; smaller is better. */
  public double meanAbsoluteError() {
    return mean((y, predictions) -> meanOf(y.length, i -> Math.abs(y[i] - predictions[i])));
  }

  /**
   * R², the share of the variance that is explained: {@code 1 − sum of (y − ŷ)² / sum of (y − ȳ)²}.
   * At most 1, which is perfect; always predicting the mean gives 0, and worse predictions are
   * negative without bound. If all true numbers are equal it is 1 for perfect predictions and 0
   * otherwise, and NaN for a single text. So scikit-learn has it; but where the mean of equal
   * numbers is rounded, as that of three times 0.1, it divides by what rounding leaves and gives
   * −2e31, say, where this gives 0.
   */
  public double rSquared() {
    return size() < 2 ? Double.NaN : mean(RegressionPredictions::rSquared);
  }

  /**
   * Pearson's correlation: {@code sum of (y − ȳ)(ŷ − mean of ŷ) / √(sum of (y − ȳ)² · sum of (ŷ −
   * mean of ŷ)²)}. From −1 to 1, greater is better. NaN if all true or all predicted numbers are
   * equal, as with a single text.
   */
  public double pearson() {
    return mean(RegressionPredictions::pearson);
  }

  /**
   * Spearman's correlation: {@linkplain #pearson() Pearson's} of the ranks, where equal numbers get
   * the mean of their ranks. From −1 to 1, greater is better. NaN if Pearson's correlation is.
   */
  public double spearman() {
    return mean((y, predictions) -> pearson(ranks(y), ranks(predictions)));
  }

  private double mean(ToDoubleBiFunction<double[], double[]> ofTarget) {
    double[] values =
        IntStream.range(0, targets())
            .mapToDouble(target -> ofTarget.applyAsDouble(truth[target], predicted[target]))
            .toArray();
    return PairwiseSum.of(values) / values.length;
  }

  private static double squaredError(double[] truth, double[] predicted) {
    return meanOf(truth.length, i -> square(truth[i] - predicted[i]));
  }

  private static double rSquared(double[] truth, double[] predicted) {
    double unexplained = squaredError(truth, predicted);
    if (unexplained == 0) {
      return 1;
    }
    if (isConstant(truth)) {
      return 0;
    }
    double mean = PairwiseSum.of(truth) / truth.length;
    double variance = meanOf(truth.length, i -> square(truth[i] - mean));
    return variance == 0 ? 0 : 1 - unexplained / variance;
  }

  private static double pearson(double[] truth, double[] predicted) {
    if (isConstant(truth) || isConstant(predicted)) {
      return Double.NaN;
    }
    double[] x = normalized(truth);
    double[] y = normalized(predicted);
    double[] products = new double[x.length];
    Arrays.setAll(products, i -> x[i] * y[i]);
    return Math.max(-1, Math.min(1, PairwiseSum.of(products)));
  }

  /** Centred and scaled to length 1, in two steps so that no square overflows. */
  private static double[] normalized(double[] values) {
    double mean = PairwiseSum.of(values) / values.length;
    double[] centred = Arrays.stream(values).map(value -> value - mean).toArray();
    double greatest = Arrays.stream(centred).map(Math::abs).max().orElse(0);
    double norm =
        greatest
            * Math.sqrt(
                PairwiseSum.of(
                    Arrays.stream(centred).map(value -> square(value / greatest)).toArray()));
    return Arrays.stream(centred).map(value -> value / norm).toArray();
  }

  private static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  /** Ranks from 1; equal numbers get the mean of their ranks. */
  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted((a, b) -> Double.compare(values[a], values[b]))
            .mapToInt(i -> i)
            .toArray();
    double[] ranks = new double[values.length];
    for (int i = 0; i < order.length; ) {
      int end = i;
      while (end < order.length && values[order[end]] == values[order[i]]) {
        end++;
      }
      for (int equal = i; equal < end; equal++) {
        ranks[order[equal]] = (i + end + 1) / 2.0;
      }
      i = end;
    }
    return ranks;
  }

  private interface Term {
    double of(int text);
  }

  private static double meanOf(int texts, Term term) {
    double[] terms = new double[texts];
    Arrays.setAll(terms, term::of);
    return PairwiseSum.of(terms) / texts;
  }

  private static double square(double value) {
    return value * value;
  }

  private static double[][] transposed(double[][] rows) {
    return IntStream.range(0, rows[0].length)
        .mapToObj(target -> Arrays.stream(rows).mapToDouble(row -> row[target]).toArray())
        .toArray(double[][]::new);
  }

  private static double[][] select(double[][] columns, int[] texts) {
    return Arrays.stream(columns)
        .map(column -> Arrays.stream(texts).mapToDouble(i -> column[i]).toArray())
        .toArray(double[][]::new);
  }
}
