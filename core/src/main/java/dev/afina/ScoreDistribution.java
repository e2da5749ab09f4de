package dev.afina;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The distribution of a model's confidences and labels on its validation data, with which a service
 * can detect drift by the population stability index: PSI = Σ (a − e) · ln(a / e) over the bins,
 * where e is the share of a bin on the validation data and a its share in service. By a common rule
 * a PSI below 0.1 means no change, one above 0.25 a large change. Immutable.
 *
 * @param edges the edges between the bins, ascending, in [0, 1]; one fewer than there are bins
 * @param shares the share of the validation texts in each bin, in [0, 1]; they add up to 1
 * @param labelShares the share of each label, in label order, among all labels given; for a {@link
 *     MultiLabelClassifier} followed by the share of texts that were given none
 */
public record ScoreDistribution(List<Double> edges, List<Double> shares, List<Double> labelShares) {
  /** Quantiles: ten bins with about as many texts each, fewer where confidences are equal. */
  private static final int BINS = 10;

  /** Stands for a share of 0, whose logarithm would be infinite. */
  private static final double LEAST_SHARE = 1e-4;

  /**
   * @throws IllegalArgumentException if the edges are not ascending, a number is out of range, or
   *     the lengths do not match
   */
  public ScoreDistribution {
    edges = List.copyOf(edges);
    shares = List.copyOf(shares);
    labelShares = List.copyOf(labelShares);
    for (int i = 0; i < edges.size(); i++) {
      double below = i == 0 ? 0 : edges.get(i - 1);
      if (!(edges.get(i) >= 0 && edges.get(i) <= 1 && (i == 0 || edges.get(i) > below))) {
        throw new IllegalArgumentException(
            "edges: %s at %s, expected rising numbers from 0 to 1".formatted(edges.get(i), i));
      }
    }
    if (shares.size() != edges.size() + 1) {
      throw new IllegalArgumentException(
          "shares: %s, expected %s, one more than edges"
              .formatted(shares.size(), edges.size() + 1));
    }
    requireShares("shares", shares);
    requireShares("labelShares", labelShares);
  }

  private static void requireShares(String what, List<Double> shares) {
    double sum = 0;
    for (double share : shares) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException(what + ": " + share + ", expected 0 to 1");
      }
      sum += share;
    }
    if (!(Math.abs(sum - 1) <= 1e-6)) {
      throw new IllegalArgumentException(what + ": add up to " + sum + ", expected 1");
    }
  }

  /**
   * The distribution of some confidences and labels.
   *
   * @param labelCounts how often each label was given
   */
  static ScoreDistribution of(double[] confidences, long[] labelCounts) {
    double[] sorted = confidences.clone();
    Arrays.sort(sorted);
    List<Double> edges =
        IntStream.range(1, BINS)
            .map(bin -> (int) ((long) bin * sorted.length / BINS))
            .filter(i -> i > 0 && sorted[i] > sorted[i - 1])
            .mapToObj(i -> (sorted[i - 1] + sorted[i]) / 2)
            .distinct()
            .toList();
    long[] counts = new long[edges.size() + 1];
    for (double confidence : confidences) {
      counts[bin(edges, confidence)]++;
    }
    return new ScoreDistribution(edges, shares(counts), shares(labelCounts));
  }

  private static List<Double> shares(long... counts) {
    double all = Arrays.stream(counts).sum();
    return Arrays.stream(counts).mapToObj(count -> count / all).toList();
  }

  /**
   * The index of the bin of a confidence, from 0. An edge belongs to the bin above it.
   *
   * @param confidence as in {@link Decision#confidence()}
   */
  public int bin(double confidence) {
    return bin(edges, confidence);
  }

  private static int bin(List<Double> edges, double confidence) {
    int bin = 0;
    while (bin < edges.size() && confidence >= edges.get(bin)) {
      bin++;
    }
    return bin;
  }

  /**
   * The population stability index of the confidences in service: 0 if they are distributed as on
   * the validation data, greater the more they differ. A share of 0 counts as 0.0001.
   *
   * @param counts the number of texts in each bin
   * @throws IllegalArgumentException if there is not one number per bin, a number is negative, or
   *     all are 0
   */
  public double psi(long... counts) {
    return psi(shares, counts);
  }

  /**
   * The population stability index of the confidences of these decisions.
   *
   * @throws IllegalArgumentException if there are none
   */
  public double psi(List<Decision> decisions) {
    long[] counts = new long[shares.size()];
    decisions.forEach(decision -> counts[bin(decision.confidence())]++);
    return psi(shares, counts);
  }

  /**
   * The population stability index of the labels in service.
   *
   * @param counts how often each label was given, in the order of {@link #labelShares()}
   * @throws IllegalArgumentException as {@link #psi(long...)}
   */
  public double labelPsi(long... counts) {
    return psi(labelShares, counts);
  }

  private static double psi(List<Double> expected, long... counts) {
    long all = Arrays.stream(counts).sum();
    if (counts.length != expected.size()
        || all == 0
        || Arrays.stream(counts).anyMatch(n -> n < 0)) {
      throw new IllegalArgumentException(
          "counts: %s numbers with a sum of %s, expected %s of 0 or more, not all 0"
              .formatted(counts.length, all, expected.size()));
    }
    return IntStream.range(0, counts.length)
        .mapToDouble(i -> term(expected.get(i), (double) counts[i] / all))
        .sum();
  }

  private static double term(double expectedShare, double actualShare) {
    double e = Math.max(expectedShare, LEAST_SHARE);
    double a = Math.max(actualShare, LEAST_SHARE);
    return (a - e) * Math.log(a / e);
  }
}
