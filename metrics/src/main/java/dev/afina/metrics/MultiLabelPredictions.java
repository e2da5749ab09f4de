package dev.afina.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * What a classifier said of labelled texts, any number of labels a text: for each text which labels
 * it has and a probability of each label. Labels whose probability is over their threshold are the
 * predicted ones.
 *
 * <p>Immutable, so it can be shared between threads.
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
   * The predictions of these texts.
   *
   * @param truth one row a text: whether it has each label; copied
   * @param probabilities one row a text, one probability a label, each from 0 to 1; copied
   * @param threshold what a probability must exceed, from 0 to 1; 0.5 is usual
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
   * The predictions of these texts, where each label has a threshold of its own.
   *
   * @param truth one row a text: whether it has each label; copied
   * @param probabilities one row a text, one probability a label, each from 0 to 1; copied
   * @param thresholds what the probability of each label must exceed, from 0 to 1; copied
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
    int width = Scores.checkRows("probabilities", probabilities, "probability a label");
    for (int i = 0; i < probabilities.length; i++) {
      Scores.checkShares("probabilities[" + i + "]", probabilities[i]);
    }
    if (width != names.size()) {
      throw new IllegalArgumentException(
          "labels: " + names.size() + ", expected " + width + ", one a label of probabilities");
    }
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    return new MultiLabelPredictions(
        Arrays.stream(truth).map(boolean[]::clone).toArray(boolean[][]::new),
        Arrays.stream(probabilities).map(double[]::clone).toArray(double[][]::new),
        thresholds.clone(),
        names);
  }

  /** The counts of the labels over their thresholds. */
  public MultiLabelMatrix matrix() {
    return matrix;
  }

  /** The name of each label, in the order of their indices. */
  public List<String> labels() {
    return matrix.labels();
  }

  /** What the probability of each label must exceed; a copy. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /** The calibration of all pairs of a text and a label. */
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

  /** One row a text: whether it has each label; a copy. */
  public boolean[][] truth() {
    return Arrays.stream(truth).map(boolean[]::clone).toArray(boolean[][]::new);
  }

  /** One row a text, one probability a label; a copy. */
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

  // What the metrics read without a copy.

  boolean[][] sharedTruth() {
    return truth;
  }

  double[][] sharedProbabilities() {
    return probabilities;
  }
}
