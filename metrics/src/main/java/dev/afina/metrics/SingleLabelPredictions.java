package dev.afina.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * The predictions of a single-label classifier for labelled texts: for each text, the true class, a
 * probability for each class and the predicted class. That is the class with the greatest
 * probability, the first one if several are equal, unless others are given.
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
    int unused = Scores.checkProbabilities(probabilities);
    return of(
        truth,
        probabilities,
        Arrays.stream(probabilities).mapToInt(SingleLabelPredictions::best).toArray(),
        labels);
  }

  /**
   * Predictions of a classifier that does not always predict the most probable class, such as one
   * with a threshold for one of two classes.
   *
   * @param truth as in the method without {@code predicted}
   * @param probabilities as in the method without {@code predicted}
   * @param predicted the predicted class of each text, 0 to {@code labels.size() - 1}; copied
   * @param labels as in the method without {@code predicted}
   * @throws IllegalArgumentException as in the method without {@code predicted}
   */
  public static SingleLabelPredictions of(
      int[] truth, double[][] probabilities, int[] predicted, List<String> labels) {
    int classes = Scores.checkProbabilities(probabilities);
    List<String> names = Arguments.checkLabels(labels);
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          "labels: " + names.size() + ", expected " + classes + ", one per class of probabilities");
    }
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    Arguments.checkClasses("predicted", predicted, classes);
    Arguments.checkSameLength("truth", truth.length, "predicted", predicted.length);
    return new SingleLabelPredictions(
        truth.clone(),
        Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new),
        predicted.clone(),
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

  /** The predicted class of each text. A copy. */
  public int[] predicted() {
    return predicted.clone();
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
