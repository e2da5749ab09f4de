package dev.afina;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * What a cross-validation found: how well a model does on rows that it was not trained on, for each
 * fold, and for all rows by the fold that they are tested in. Immutable.
 *
 * @param <E> the evaluation of this type of model
 */
public final class CrossValidation<E extends EvaluationResult<?>> {
  private final List<E> folds;
  private final E outOfFold;

  CrossValidation(List<E> folds, E outOfFold) {
    this.folds = List.copyOf(folds);
    this.outOfFold = outOfFold;
  }

  /** An evaluation for each fold, by the model that was trained on all others. */
  public List<E> folds() {
    return folds;
  }

  /** All rows in the order of the data, each predicted by the model that was not trained on it. */
  public E outOfFold() {
    return outOfFold;
  }

  /**
   * The mean of a metric over the folds.
   *
   * @param metric its name, as in {@link EvaluationResult#metrics()}
   * @throws IllegalArgumentException when a fold has no such metric
   */
  public double mean(String metric) {
    return values(metric).average().orElseThrow();
  }

  /**
   * The standard deviation of a metric over the folds, with n − 1 below the line.
   *
   * @param metric its name, as in {@link EvaluationResult#metrics()}
   * @throws IllegalArgumentException when a fold has no such metric
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

  /** Mean ± standard deviation of each metric that all folds have, one a line. */
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
