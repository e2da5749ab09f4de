package dev.afina.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * The predictions of a multi-label classifier for labelled texts: for each text, which labels are
 * true and a probability for each label. Labels whose probability exceeds their threshold are
 * predicted.
 *
 * <p>Immutable and thread safe.
 */
public final class MultiLabelPredictions implements Resampled<MultiLabelPredictions> {
  private final boolean[][] truth;
  private final double[][] probabilities;
  private final double[] thresholds;
  private final MultiLabelMatrix matrix;

  private MultiLabelPredictions(
      boolean[][] truth, double[][] probabilities, double[] thresholds, List<String> labels) {
    this.truth = truth;
    this.probabilities = probabilities;
    this.thresholds = thresholds;
    boolean[][] predicted = new boolean[truth.length][labels.size()];
    for (int i = 0; i < truth.length; i++) {
      for (int label = 0; label < labels.size(); label++) {
        predicted[i][label] = probabilities[i][label] > thresholds[label];
      }
    }
    this.matrix = MultiLabelMatrix.of(truth, predicted, labels);
  }

  /**
   * Predictions with one threshold for all labels.
   *
   * @param truth one row per text: whether it has each label; copied
   * @param probabilities one row per text, one probability per label, each from 0 to 1; copied
   * @param threshold the probability that a label must exceed to be predicted, from 0 to 1; usually
   *     0.5
   * @param labels the name of each label, at least 1; copied
   * @throws IllegalArgumentException if an argument is null or empty, lengths differ, or a number
   *     is not from 0 to 1
   */
  public static MultiLabelPredictions of(
      boolean[][] truth, double[][] probabilities, double threshold, List<String> labels) {
    double[] thresholds = new double[Arguments.checkLabels(labels).size()];
    Arrays.fill(thresholds, threshold);
    return of(truth, probabilities, thresholds, labels);
  }

  /**
   * Predictions with a threshold for each label.
   *
   * @param truth one row per text: whether it has each label; copied
   * @param probabilities one row per text, one probability per label, each from 0 to 1; copied
   * @param thresholds for each label, the probability that it must exceed to be predicted, from 0
   *     to 1; copied
   * @param labels the name of each label, at least 1; copied
   * @throws IllegalArgumentException if an argument is null or empty, lengths differ, or a number
   *     is not from 0 to 1
   */
  public static MultiLabelPredictions of(
      boolean[][] truth, double[][] probabilities, double[] thresholds, List<String> labels) {
    List<String> names = Arguments.checkLabels(labels);
    for (double threshold : thresholds) {
      if (!(threshold >= 0 && threshold <= 1)) { // also refuses NaN
        throw new IllegalArgumentException("threshold: " + threshold + ", expected 0 to 1");
      }
    }
    Arguments.checkSameLength("thresholds", thresholds.length, "labels", names.size());
    Scores.checkLabelSets("truth", truth, names.size());
    int width = Scores.checkRows("probabilities", probabilities, "probability per label");
    for (int i = 0; i < probabilities.length; i++) {
      Scores.checkShares("probabilities[" + i + "]", probabilities[i]);
    }
    if (width != names.size()) {
      throw new IllegalArgumentException(
          "labels: " + names.size() + ", expected " + width + ", one per label of probabilities");
    }
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    return new MultiLabelPredictions(
        Arrays.stream(truth).map(boolean[]::clone).toArray(boolean[][]::new),
        Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new),
        thresholds.clone(),
        names);
  }

  /** The counts of true and predicted labels. */
  public MultiLabelMatrix matrix() {
    return matrix;
  }

  /** The label names by index. Unmodifiable. */
  public List<String> labels() {
    return matrix.labels();
  }

  /** For each label, the probability that it must exceed to be predicted. A copy. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /**
   * The calibration over all pairs of text and label, with {@value Calibration#DEFAULT_BINS} bins.
   */
  public Calibration calibration() {
    boolean[] pairs = new boolean[truth.length * thresholds.length];
    for (int i = 0; i < truth.length; i++) {
      System.arraycopy(truth[i], 0, pairs, i * thresholds.length, thresholds.length);
    }
    return Calibration.of(
        pairs,
        Arrays.stream(probabilities).flatMapToDouble(Arrays::stream).toArray(),
        Calibration.DEFAULT_BINS);
  }

  /** One row per text: whether it has each label. A copy. */
  public boolean[][] truth() {
    return Arrays.stream(truth).map(boolean[]::clone).toArray(boolean[][]::new);
  }

  /** One row per text, one probability per label. A copy. */
  public double[][] probabilities() {
    return Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new);
  }

  @Override
  public int size() {
    return truth.length;
  }

  @Override
  public MultiLabelPredictions select(int... texts) {
    Arguments.checkTexts(texts, size());
    return new MultiLabelPredictions(
        Arrays.stream(texts).mapToObj(i -> truth[i]).toArray(boolean[][]::new),
        Arrays.stream(texts).mapToObj(i -> probabilities[i]).toArray(double[][]::new),
        thresholds,
        labels());
  }

  // For the metrics of this package, without a copy.

  boolean[][] sharedTruth() {
    return truth;
  }

  double[][] sharedProbabilities() {
    return probabilities;
  }
}
