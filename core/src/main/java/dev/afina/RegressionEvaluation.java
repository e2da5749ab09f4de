package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import dev.afina.metrics.Metric;
import dev.afina.metrics.RegressionMetrics;
import dev.afina.metrics.RegressionPredictions;
import dev.afina.report.TrainingReport;
import dev.afina.training.Truncation;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well a {@link Regressor} does on data whose values are known: its numbers, compared with the
 * true ones. Immutable. Jackson and Gson write it as its {@link #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class RegressionEvaluation implements EvaluationResult<Estimate> {
  private final Labels targets;
  private final List<Estimate> predictions;
  private final RegressionPredictions scored;

  /**
   * The figures of what any {@link Predictor} said of these rows.
   *
   * @param data with values
   * @param predictions one a row, in the same order, all of the same targets
   * @throws IllegalArgumentException if there is no row, the lists are not of equal length, or a
   *     row has nothing to compare with, naming it
   */
  public static RegressionEvaluation of(Dataset data, List<Estimate> predictions) {
    NamedFigures.requireOneEach(data, predictions);
    return new RegressionTask(predictions.get(0).outputNames()).evaluation(data, predictions);
  }

  /**
   * The figures of numbers; for those that were made elsewhere, and for tests.
   *
   * @param targets those of the estimates
   * @param truth the true values of each example, one a target
   * @param predictions one an example, in the same order
   * @throws IllegalArgumentException if there is no example, the lists are not of equal length, or
   *     a value is not finite
   */
  public static RegressionEvaluation of(
      Labels targets, List<double[]> truth, List<Estimate> predictions) {
    return new RegressionEvaluation(targets, new Targets(truth), predictions);
  }

  /**
   * @param truth a value a target, one row an example
   */
  RegressionEvaluation(Labels targets, Targets truth, List<Estimate> predictions) {
    this.targets = targets;
    this.predictions = List.copyOf(predictions);
    this.scored =
        RegressionPredictions.of(
            truth.rows().toArray(double[][]::new),
            predictions.stream().map(RegressionEvaluation::values).toArray(double[][]::new));
  }

  private static double[] values(Estimate estimate) {
    float[] outputs = estimate.outputs();
    double[] values = new double[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      values[i] = outputs[i];
    }
    return values;
  }

  /** The mean squared error over examples and targets, 0 or more; smaller is better. */
  @Override
  public double loss() {
    return scored.meanSquaredError();
  }

  /** The mean distance of the numbers from the true ones, 0 or more; smaller is better. */
  public double meanAbsoluteError() {
    return scored.meanAbsoluteError();
  }

  /** Pearson's correlation, in [−1, 1]; NaN where it is undefined. */
  public double pearson() {
    return scored.pearson();
  }

  /** Any metric: one of {@link RegressionMetrics}, or your own. NaN where it is undefined. */
  public double of(Metric<? super RegressionPredictions> metric) {
    return metric.of(scored);
  }

  /** True and predicted numbers, for confidence intervals and more. */
  public RegressionPredictions scored() {
    return scored;
  }

  @Override
  public Truncation truncation() {
    return Document.truncation(predictions.stream().map(Estimate::reading).toList());
  }

  @Override
  public List<Estimate> predictions() {
    return predictions;
  }

  /** Loss, then all of {@link RegressionMetrics}. */
  @Override
  public Map<String, Double> metrics() {
    return NamedFigures.of(loss(), RegressionMetrics.all(), scored);
  }

  /** The names that {@link #metrics()} can have, in order. */
  static List<String> metricNames() {
    return NamedFigures.names(RegressionMetrics.all());
  }

  /** The metrics of each target, a line each; of several also of their mean. */
  @Override
  public String report() {
    StringBuilder table = new StringBuilder();
    int width =
        Math.max(
            "mean of targets".length(),
            targets.names().stream().mapToInt(String::length).max().orElse(0));
    table.append(" ".repeat(width));
    for (Metric<RegressionPredictions> metric : RegressionMetrics.all()) {
      table.append(String.format(Locale.ROOT, "  %" + width(metric) + "s", metric.key()));
    }
    for (int target = 0; target < targets.size(); target++) {
      appendLine(table, width, targets.name(target), scored.target(target));
    }
    if (targets.size() > 1) {
      appendLine(table, width, "mean of targets", scored);
    }
    return table.toString();
  }

  @Override
  public TrainingReport addedTo(TrainingReport report, String name, Dataset texts) {
    return report.evaluation(name, texts, scored);
  }

  private static void appendLine(
      StringBuilder table, int width, String name, RegressionPredictions predictions) {
    table.append('\n').append(String.format(Locale.ROOT, "%" + width + "s", name));
    for (Metric<RegressionPredictions> metric : RegressionMetrics.all()) {
      String format = "  %" + width(metric) + ".4f";
      table.append(String.format(Locale.ROOT, format, metric.of(predictions)));
    }
  }

  /** Wide enough for -9999.9999, too. */
  private static int width(Metric<?> metric) {
    return Math.max(10, metric.key().length());
  }

  /**
   * What JSON says of it: {@code examples} (how many), {@code metrics} ({@link #metrics()}), and
   * {@code targets}, with all of {@link RegressionMetrics} of each. The predictions are not in it.
   * Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    Members ofTargets = new Members();
    for (int target = 0; target < targets.size(); target++) {
      Members figures = new Members();
      RegressionPredictions ofTarget = scored.target(target);
      RegressionMetrics.all().forEach(metric -> figures.with(metric.key(), metric.of(ofTarget)));
      ofTargets.with(targets.name(target), figures.asMap());
    }
    return NamedFigures.asMap(this).with("targets", ofTargets.asMap()).asMap();
  }

  /** The size and the main figures in one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d examples: mean squared error %.4f, mean absolute error %.4f, Pearson %.4f",
        predictions.size(),
        loss(),
        meanAbsoluteError(),
        pearson());
  }
}
