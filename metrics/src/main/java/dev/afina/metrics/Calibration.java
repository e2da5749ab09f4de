package dev.afina.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well probabilities are calibrated: of the texts for which a model is 80 % sure, are 80 %
 * correct? Texts are grouped by probability into bins of equal width. Plotted as accuracy over
 * probability, the bins are the reliability curve; their mean distance from the diagonal is the
 * expected calibration error (C. Guo et al., On Calibration of Modern Neural Networks, 2017).
 *
 * <p>Immutable and thread safe.
 */
public final class Calibration {
  /** The default number of bins, as in the paper. */
  public static final int DEFAULT_BINS = 15;

  private static final int MOST_BINS = 1_000_000;

  /**
   * The texts whose probability is greater than {@code lower} and at most {@code upper}; the first
   * bin also includes probability 0.
   *
   * @param lower the lower edge
   * @param upper the upper edge
   * @param count the number of texts, at least 1
   * @param meanProbability the mean probability of these texts
   * @param shareTrue the share of these texts that are correct, from 0 to 1
   */
  public record Bin(
      double lower, double upper, int count, double meanProbability, double shareTrue) {}

  private final List<Bin> bins;
  private final int texts;

  private Calibration(List<Bin> bins, int texts) {
    this.bins = bins;
    this.texts = texts;
  }

  /**
   * The calibration of the predicted class of each text, which is the one with the greatest
   * probability (the first of equal ones).
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param probabilities one row per text with C ≥ 2 numbers from 0 to 1 that sum to 1
   * @param bins the number of bins, 1 to 1,000,000
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, a class is out
   *     of range, a row holds anything but probabilities, or bins is out of range
   */
  public static Calibration of(int[] truth, double[][] probabilities, int bins) {
    int classes = Scores.checkProbabilities(probabilities);
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "probabilities", probabilities.length);
    boolean[] right = new boolean[truth.length];
    double[] greatest = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      int best = SingleLabelPredictions.best(probabilities[i]);
      right[i] = best == truth[i];
      greatest[i] = probabilities[i][best];
    }
    return of(right, greatest, bins);
  }

  /**
   * The calibration of the probabilities of one class, as scikit-learn's {@code calibration_curve}.
   *
   * @param truth whether each text belongs to the class
   * @param probabilities the probability of the class for each text, from 0 to 1
   * @param bins the number of bins, 1 to 1,000,000
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, a value is not
   *     from 0 to 1, or bins is out of range
   */
  public static Calibration of(boolean[] truth, double[] probabilities, int bins) {
    if (bins < 1 || bins > MOST_BINS) {
      throw new IllegalArgumentException("bins: " + bins + ", expected 1 to " + MOST_BINS);
    }
    RankingMetrics.checkBinary(truth, "probabilities", probabilities);
    Scores.checkShares("probabilities", probabilities);
    int[] counts = new int[bins];
    int[] trueCounts = new int[bins];
    double[] sums = new double[bins];
    double[] edges = new double[bins + 1];
    Arrays.setAll(edges, i -> i == bins ? 1 : i * (1.0 / bins)); // NumPy's linspace, to the bit
    for (int i = 0; i < truth.length; i++) {
      int bin = bin(edges, probabilities[i]);
      counts[bin]++;
      trueCounts[bin] += truth[i] ? 1 : 0;
      sums[bin] += probabilities[i];
    }
    List<Bin> filled = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      if (counts[b] > 0) {
        double n = counts[b];
        filled.add(new Bin(edges[b], edges[b + 1], counts[b], sums[b] / n, trueCounts[b] / n));
      }
    }
    return new Calibration(List.copyOf(filled), truth.length);
  }

  /** The bins that contain texts, in ascending order. Unmodifiable. */
  public List<Bin> bins() {
    return bins;
  }

  /**
   * The expected calibration error: the mean over the texts of the distance between their bin's
   * accuracy and mean probability. From 0 to 1, smaller is better; depends on the number of bins.
   */
  public double expectedError() {
    double sum = 0;
    for (Bin bin : bins) {
      sum += bin.count() * Math.abs(bin.shareTrue() - bin.meanProbability());
    }
    return sum / texts;
  }

  /** The bin whose lower edge is the last one below the value. */
  private static int bin(double[] edges, double value) {
    int found = Arrays.binarySearch(edges, 1, edges.length - 1, value);
    return found >= 0 ? found - 1 : -found - 2;
  }
}
