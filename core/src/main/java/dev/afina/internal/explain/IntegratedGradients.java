package dev.afina.internal.explain;

import dev.afina.explain.Explanation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The integral of the gradients on the way from the baseline to the text (Sundararajan et al. 2017,
 * arXiv 1703.01365).
 *
 * <p>On each part of the way the attributions must add up to what the output gains on it. So where
 * they miss that, the part that misses most is halved. That is needed where the output changes
 * suddenly: at ReLU, and beside a baseline of zeros that a LayerNorm blows up to its usual length.
 *
 * @param attributions by token
 * @param points how many were looked at
 * @param start the output at the baseline
 * @param end the output at the text
 */
@SuppressWarnings("ArrayRecordComponent") // made here, read by one
record IntegratedGradients(double[] attributions, int points, double start, double end) {
  /** Of the points that were asked for. */
  private static final int MOST_REFINED = 32;

  /** Of half a part; fewer could not tell what happens on it. */
  private static final int FEWEST_POINTS = 8;

  /** A part of the way, and what was found on it. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Part(
      double from, double to, double outputFrom, double outputTo, double[] attributions) {

    static Part of(PathGradients way, double from, double to, int points) {
      GaussLegendre rule = GaussLegendre.of(points);
      double length = to - from;
      PathGradients.Found found =
          way.at(
              framed(from, DoubleStream.of(rule.nodes()).map(x -> from + x * length), to),
              framed(0, DoubleStream.of(rule.weights()).map(w -> w * length), 0));
      double[] outputs = found.outputs();
      return new Part(from, to, outputs[0], outputs[outputs.length - 1], found.attributions());
    }

    /** The ends are looked at for their outputs, with the weight 0. */
    private static double[] framed(double first, DoubleStream values, double last) {
      return DoubleStream.concat(
              DoubleStream.concat(DoubleStream.of(first), values), DoubleStream.of(last))
          .toArray();
    }

    double missed() {
      return Math.abs(DoubleStream.of(attributions).sum() - (outputTo - outputFrom));
    }
  }

  /**
   * Integrates.
   *
   * @param points of the whole way at first; of more parts, half as many each
   */
  static IntegratedGradients of(PathGradients way, int points) {
    Part whole = Part.of(way, 0, 1, points);
    double gained = Math.abs(whole.outputTo - whole.outputFrom);
    double tolerated = Explanation.TOLERANCE * Math.max(gained, Explanation.LEAST_DIFFERENCE);
    int half = Math.max(FEWEST_POINTS, points / 2);
    List<Part> parts = new ArrayList<>(List.of(whole));
    int seen = points;
    while (parts.stream().mapToDouble(Part::missed).sum() > tolerated
        && seen < MOST_REFINED * points) {
      Part worst = parts.stream().max(Comparator.comparingDouble(Part::missed)).orElseThrow();
      double middle = (worst.from + worst.to) / 2;
      parts.remove(worst);
      parts.add(Part.of(way, worst.from, middle, half));
      parts.add(Part.of(way, middle, worst.to, half));
      seen += 2 * half;
    }
    double[] sums = new double[whole.attributions.length];
    for (Part part : parts) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += part.attributions[i];
      }
    }
    return new IntegratedGradients(sums, seen, whole.outputFrom, whole.outputTo);
  }
}
