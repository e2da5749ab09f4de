package dev.afina.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The risk-coverage curve of a classifier that may abstain (R. El-Yaniv and Y. Wiener, On the
 * Foundations of Noise-free Selective Classification, 2010). Each point is a confidence threshold,
 * with the share of texts that reach it (coverage) and the share of these that are wrong (error).
 *
 * <p>Immutable and thread safe.
 */
public final class CoverageCurve {
  /**
   * One threshold and its consequences.
   *
   * @param confidence the threshold: texts with at least this confidence are decided
   * @param coverage the share of texts that are decided, more than 0 and at most 1
   * @param error the share of the decided texts that are wrong, from 0 to 1
   */
  public record Point(double confidence, double coverage, double error) {}

  private final List<Point> points;

  private CoverageCurve(List<Point> points) {
    this.points = points;
  }

  /**
   * Computes the curve.
   *
   * @param confidences the confidence of each prediction, from 0 to 1
   * @param right whether each prediction is correct, in the same order
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a confidence
   *     is not from 0 to 1
   */
  public static CoverageCurve of(double[] confidences, boolean[] right) {
    RankingMetrics.checkBinary(right, "confidences", confidences);
    Scores.checkShares("confidences", confidences);
    int[] order =
        IntStream.range(0, right.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -confidences[i]))
            .mapToInt(i -> i)
            .toArray();
    List<Point> points = new ArrayList<>();
    int wrong = 0;
    for (int rank = 0; rank < order.length; rank++) {
      wrong += right[order[rank]] ? 0 : 1;
      double confidence = confidences[order[rank]];
      if (rank + 1 == order.length || confidences[order[rank + 1]] < confidence) {
        double taken = rank + 1;
        points.add(new Point(confidence, taken / order.length, wrong / taken));
      }
    }
    return new CoverageCurve(List.copyOf(points));
  }

  /** The points in order of increasing coverage; the last one covers all texts. Unmodifiable. */
  public List<Point> points() {
    return points;
  }

  /** The area under the risk-coverage curve, from 0 to 1; smaller is better. */
  public double meanError() {
    double sum = 0;
    double before = 0;
    for (Point point : points) {
      sum += (point.coverage() - before) * point.error();
      before = point.coverage();
    }
    return sum;
  }
}
