package dev.afina.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * The predictions of a single-label classifier for labelled texts: for each text, the true class
 * and a probability for each class. The class with the greatest probability is predicted, the first
 * one if several are equal.
 *
 * <p>Immutable and thread safe.
 */
public final class SingleLabelPredictions implements Resampled<SingleLabelPredictions> {
  private final int[] truth;
  private final double[][] probabilities;
  private final int[] predicted;
  private final ConfusionMatrix matrix;

  private SingleLabelPredictions(
      int[] truth, double[][] probabilities, int[] predicted, List<String> labels) {
    this.truth = truth;
    this.probabilities = probabilities;
    this.predicted = predicted;
    this.matrix = ConfusionMatrix.of(truth, predicted, labels);
  }

  /**
   * Predictions from true classes and probabilities.
   *
   * @param truth the right class of each text, 0 to {@code labels.size() - 1}; copied
   * @param probabilities one row per text, one probability per class, which sum to 1; copied
   * @param labels the name of each class, in the order of their indices, at least 2; copied
   * @throws IllegalArgumentException if an argument is null or empty, lengths differ, a class is
   *     out of range, or a row holds anything but probabilities
   */
  public static SingleLabelPredictions of(
      int[] truth, double[][] probabilities, List<String> labels) {
    int classes = Scores.checkProbabilities(probabilities);
    List<String> names = Arguments.checkLabels(labels);
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          "labels: " + names.size() + ", expected " + classes + ", one per class of probabilities");
    }
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    return new SingleLabelPredictions(
        truth.clone(),
        Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new),
        Arrays.stream(probabilities).mapToInt(SingleLabelPredictions::best).toArray(),
        names);
  }

  /** The confusion matrix of true and predicted classes. */
  public ConfusionMatrix confusionMatrix() {
    return matrix;
  }

  /** The class names by index. Unmodifiable. */
  public List<String> labels() {
    return matrix.labels();
  }

  /** The true class of each text. A copy. */
  public int[] truth() {
    return truth.clone();
  }

  /** One row per text, one probability per class. A copy. */
  public double[][] probabilities() {
    return Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new);
  }

  @Override
  public int size() {
    return truth.length;
  }

  @Override
  public SingleLabelPredictions select(int... texts) {
    Arguments.checkTexts(texts, size());
    return new SingleLabelPredictions(
        Arrays.stream(texts).map(i -> truth[i]).toArray(),
        Arrays.stream(texts).mapToObj(i -> probabilities[i]).toArray(double[][]::new),
        Arrays.stream(texts).map(i -> predicted[i]).toArray(),
        labels());
  }

  static int best(double[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      if (row[c] > row[best]) {
        best = c;
      }
    }
    return best;
  }

  // For the metrics of this package, without a copy.

  int[] sharedTruth() {
    return truth;
  }

  double[][] sharedProbabilities() {
    return probabilities;
  }
}
