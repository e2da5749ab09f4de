package dev.afina;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * The result of a cross-validation: an evaluation of each fold, and one of all rows together, in
 * which each row is predicted by the model that was not trained on it. Immutable.
 *
 * @param <E> the evaluation of the type of model
 */
public final class CrossValidation<E extends EvaluationResult<?>> {
  private final List<E> folds;
  private final List<Map<String, Double>> metrics;
  private final E outOfFold;

  /**
   * @param metrics of each fold by name
   */
  CrossValidation(List<E> folds, List<Map<String, Double>> metrics, E outOfFold) {
    this.folds = List.copyOf(folds);
    this.metrics = List.copyOf(metrics);
    this.outOfFold = outOfFold;
  }

  /** The evaluation of each fold, by the model that was trained on all others. Unmodifiable. */
  public List<E> folds() {
    return folds;
  }

  /**
   * The evaluation of all rows, in the order of the data, each predicted by the model that was not
   * trained on it.
   */
  public E outOfFold() {
    return outOfFold;
  }

  /**
   * The mean of a metric over the folds.
   *
   * @param metric the name of the metric: one of {@link #metricNames()}
   * @throws IllegalArgumentException if a fold has no such metric
   */
  public double mean(String metric) {
    return values(metric).average().orElseThrow();
  }

  /**
   * The sample standard deviation (divisor n − 1) of a metric over the folds.
   *
   * @param metric the name of the metric: one of {@link #metricNames()}
   * @throws IllegalArgumentException if a fold has no such metric
   */
  public double deviation(String metric) {
    double mean = mean(metric);
    double squares = values(metric).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (folds.size() - 1));
  }

  private DoubleStream values(String metric) {
    if (!metricNames().contains(metric)) {
      throw new IllegalArgumentException(
          "metric \"" + metric + "\": expected one of " + metricNames());
    }
    return metrics.stream().mapToDouble(fold -> Objects.requireNonNull(fold.get(metric)));
  }

  /**
   * The metrics that all folds have: those of {@link EvaluationResult#metrics()}, and those that
   * the builder adds ({@link TextModelBuilder#metric}, {@link ClassifierBuilder#positiveLabel}).
   * Unmodifiable, in a fixed order.
   */
  public Set<String> metricNames() {
    Set<String> common = new LinkedHashSet<>(metrics.get(0).keySet());
    metrics.forEach(fold -> common.retainAll(fold.keySet()));
    return Collections.unmodifiableSet(common);
  }

  /** Mean ± standard deviation of each metric that all folds have, one per line. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    int width = metricNames().stream().mapToInt(String::length).max().orElse(0);
    for (String metric : metricNames()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-" + width + "s  %.4f ± %.4f",
              metric,
              mean(metric),
              deviation(metric)));
    }
    return String.join("\n", lines);
  }
}
