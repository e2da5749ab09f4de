package dev.afina.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * What a classifier said of labelled texts, one label a text: for each text its true class and a
 * probability of each class. The class with the greatest probability is the predicted one, of equal
 * ones the first.
 *
 * <p>Immutable, so it can be shared between threads.
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
   * The predictions of these texts.
   *
   * @param truth the right class of each text, 0 to {@code labels.size() - 1}; copied
   * @param probabilities one row a text, one probability a class, which sum to 1; copied
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
          "labels: " + names.size() + ", expected " + classes + ", one a class of probabilities");
    }
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    return new SingleLabelPredictions(
        truth.clone(),
        Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new),
        Arrays.stream(probabilities).mapToInt(SingleLabelPredictions::best).toArray(),
        names);
  }

  /** How often each class was taken for each other one. */
  public ConfusionMatrix confusionMatrix() {
    return matrix;
  }

  /** The name of each class, in the order of their indices. */
  public List<String> labels() {
    return matrix.labels();
  }

  /** The right class of each text; a copy. */
  public int[] truth() {
    return truth.clone();
  }

  /** One row a text, one probability a class; a copy. */
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

  // What the metrics read without a copy.

  int[] sharedTruth() {
    return truth;
  }

  double[][] sharedProbabilities() {
    return probabilities;
  }
}
