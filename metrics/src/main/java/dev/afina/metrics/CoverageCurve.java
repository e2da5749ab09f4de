package dev.afina.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What it costs to decide more: texts are taken from the most confident down, and each point says
 * which share of them is taken and which share of those is wrong (R. El-Yaniv and Y. Wiener, On the
 * Foundations of Noise-free Selective Classification, 2010). Texts of equal confidence are taken
 * together.
 *
 * <p>Immutable.
 */
public final class CoverageCurve {
  /**
   * A confidence to decide at.
   *
   * @param confidence the least that is taken
   * @param coverage the share of texts that is taken, over 0, at most 1
   * @param error the share of these that is wrong, from 0 to 1
   */
  public record Point(double confidence, double coverage, double error) {}

  private final List<Point> points;

  private CoverageCurve(List<Point> points) {
    this.points = points;
  }

  /**
   * The curve of some texts.
   *
   * @param confidences of each text, from 0 to 1
   * @param right whether what would be decided is right
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

  /** From the most confident texts to all of them. */
  public List<Point> points() {
    return points;
  }

  /** The mean error over all coverages, from 0 to 1; smaller is better. */
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
