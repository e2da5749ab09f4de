package dev.afina.report;

import dev.afina.data.Dataset;
import dev.afina.metrics.RegressionMetrics;
import dev.afina.metrics.RegressionPredictions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The figures of a regression.
 *
 * @param metrics means over the targets
 * @param mistakes the largest errors, at most {@value #MOST_MISTAKES}
 */
record RegressionFigures(
    String name,
    int texts,
    Map<String, Double> metrics,
    List<TargetFigures> targets,
    List<Mistake> mistakes)
    implements EvaluationFigures {
  static final int MOST_MISTAKES = 20;

  /** More points than these are a cloud that hides itself. */
  static final int MOST_POINTS = 2_000;

  /**
   * One of the numbers that a text has.
   *
   * @param points truth and prediction of every text, or of evenly chosen {@value #MOST_POINTS}
   * @param residuals how often the prediction is too low or too high, and by how much
   */
  record TargetFigures(
      String target, Map<String, Double> metrics, List<Pair> points, List<Bin> residuals) {}

  /** Two numbers of a text. */
  record Pair(double truth, double predicted) {}

  /** Texts whose prediction minus truth is from {@code lower} to under {@code upper}. */
  record Bin(double lower, double upper, int count) {}

  /** A text whose number was missed. */
  record Mistake(ShownText text, String target, double truth, double predicted) {}

  static RegressionFigures of(
      String name, Dataset texts, RegressionPredictions scored, List<String> targets) {
    EvaluationFigures.requireTexts(name, texts, scored.size());
    if (targets.size() != scored.targets()) {
      throw new IllegalArgumentException(
          "evaluation: %s names of targets, expected %s, one a target of the predictions"
              .formatted(targets.size(), scored.targets()));
    }
    double[][] truth = scored.truth();
    double[][] predicted = scored.predicted();
    return new RegressionFigures(
        name,
        scored.size(),
        EvaluationFigures.values(RegressionMetrics.all(), scored),
        IntStream.range(0, targets.size())
            .mapToObj(
                t ->
                    new TargetFigures(
                        targets.get(t),
                        EvaluationFigures.values(RegressionMetrics.all(), scored.target(t)),
                        points(truth, predicted, t),
                        residuals(truth, predicted, t)))
            .toList(),
        mistakes(texts, targets, truth, predicted));
  }

  private static List<Pair> points(double[][] truth, double[][] predicted, int target) {
    int shown = Math.min(truth.length, MOST_POINTS);
    return IntStream.range(0, shown)
        .map(i -> (int) ((long) i * truth.length / shown))
        .mapToObj(i -> new Pair(truth[i][target], predicted[i][target]))
        .toList();
  }

  /** An odd number of bins of one width, the middle one around 0, the outer ones at the ends. */
  private static List<Bin> residuals(double[][] truth, double[][] predicted, int target) {
    double[] residuals =
        IntStream.range(0, truth.length)
            .mapToDouble(i -> predicted[i][target] - truth[i][target])
            .toArray();
    int bins = Math.max(5, Math.min(31, (int) Math.sqrt(residuals.length))) | 1;
    double greatest = Arrays.stream(residuals).map(Math::abs).max().orElse(0);
    if (greatest == 0 || Double.isInfinite(greatest)) { // all right, or beyond all numbers
      return List.of();
    }
    double width = 2 * (greatest / bins);
    int[] counts = new int[bins];
    for (double residual : residuals) {
      int bin = (int) Math.floor((residual + greatest) / width);
      counts[Math.max(0, Math.min(bins - 1, bin))]++;
    }
    return IntStream.range(0, bins)
        .mapToObj(b -> new Bin((b - bins / 2.0) * width, (b + 1 - bins / 2.0) * width, counts[b]))
        .toList();
  }

  private static List<Mistake> mistakes(
      Dataset texts, List<String> targets, double[][] truth, double[][] predicted) {
    int width = targets.size();
    return IntStream.range(0, truth.length * width)
        .filter(i -> predicted[i / width][i % width] != truth[i / width][i % width])
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                i -> -Math.abs(predicted[i / width][i % width] - truth[i / width][i % width])))
        .limit(MOST_MISTAKES)
        .map(
            i ->
                new Mistake(
                    ShownText.of(texts.get(i / width)),
                    targets.get(i % width),
                    truth[i / width][i % width],
                    predicted[i / width][i % width]))
        .toList();
  }
}
