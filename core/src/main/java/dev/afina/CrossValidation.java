package dev.afina;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
  private final E outOfFold;

  CrossValidation(List<E> folds, E outOfFold) {
    this.folds = List.copyOf(folds);
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
   * @param metric the name of the metric, as in {@link EvaluationResult#metrics()}
   * @throws IllegalArgumentException if a fold has no such metric
   */
  public double mean(String metric) {
    return values(metric).average().orElseThrow();
  }

  /**
   * The sample standard deviation (divisor n − 1) of a metric over the folds.
   *
   * @param metric the name of the metric, as in {@link EvaluationResult#metrics()}
   * @throws IllegalArgumentException if a fold has no such metric
   */
  public double deviation(String metric) {
    double mean = mean(metric);
    double squares = values(metric).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (folds.size() - 1));
  }

  private DoubleStream values(String metric) {
    for (E fold : folds) {
      if (!fold.metrics().containsKey(metric)) {
        throw new IllegalArgumentException(
            "metric \"" + metric + "\": expected one of " + commonMetrics());
      }
    }
    return folds.stream().mapToDouble(fold -> Objects.requireNonNull(fold.metrics().get(metric)));
  }

  private Set<String> commonMetrics() {
    Set<String> common = new LinkedHashSet<>(folds.get(0).metrics().keySet());
    folds.forEach(fold -> common.retainAll(fold.metrics().keySet()));
    return common;
  }

  /** Mean ± standard deviation of each metric that all folds have, one per line. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    int width = commonMetrics().stream().mapToInt(String::length).max().orElse(0);
    for (String metric : commonMetrics()) {
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
