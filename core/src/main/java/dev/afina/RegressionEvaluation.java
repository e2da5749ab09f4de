package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.text.Document;
import dev.afina.metrics.Metric;
import dev.afina.metrics.RegressionMetrics;
import dev.afina.metrics.RegressionPredictions;
import dev.afina.report.TrainingReport;
import dev.afina.training.Truncation;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The evaluation of a {@link Regressor} on data with known values: its predictions, compared with
 * the true values. Immutable. Jackson and Gson serialize it as {@link #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class RegressionEvaluation implements EvaluationResult<Estimate> {
  private final Labels targets;
  private final List<Estimate> predictions;
  private final RegressionPredictions scored;

  /**
   * Evaluates the predictions of any {@link Predictor}.
   *
   * @param data rows with values
   * @param predictions one per row, in the same order, all with the same targets
   * @throws IllegalArgumentException if there is no row, the sizes differ, or a row has no target;
   *     the message names the row
   */
  public static RegressionEvaluation of(Dataset data, List<Estimate> predictions) {
    NamedFigures.requireOneEach(data, predictions);
    return new RegressionTask(predictions.get(0).outputNames()).evaluation(data, predictions);
  }

  /**
   * Evaluates predictions that were made elsewhere.
   *
   * @param targets the targets of the predictions
   * @param truth the true values of each example, one per target
   * @param predictions one per example, in the same order
   * @throws IllegalArgumentException if there is no example, the lists differ in length, or a value
   *     is not finite
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

  /** The mean absolute error over examples and targets, 0 or more; smaller is better. */
  public double meanAbsoluteError() {
    return scored.meanAbsoluteError();
  }

  /** The Pearson correlation of predicted and true values, in [−1, 1]; NaN if it is undefined. */
  public double pearson() {
    return scored.pearson();
  }

  /** Computes any metric: one of {@link RegressionMetrics}, or your own. NaN if it is undefined. */
  public double of(Metric<? super RegressionPredictions> metric) {
    return metric.of(scored);
  }

  /** The true and predicted values, for confidence intervals and other statistics. */
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

  /** The loss, then all of {@link RegressionMetrics}. */
  @Override
  public Map<String, Double> metrics() {
    return NamedFigures.of(loss(), RegressionMetrics.all(), scored);
  }

  /** The names that {@link #metrics()} can have, in order. */
  static List<String> metricNames() {
    return NamedFigures.names(RegressionMetrics.all());
  }

  /**
   * The metrics of each target, one line per target, followed by a line of means if there are
   * several.
   */
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
   * The JSON form: {@code examples} (their number), {@code metrics} ({@link #metrics()}) and {@code
   * targets} (all of {@link RegressionMetrics} for each). It contains no predictions. Unmodifiable.
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

  /** The number of examples and the main figures in one line. */
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
