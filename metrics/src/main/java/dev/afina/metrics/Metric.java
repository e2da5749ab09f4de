package dev.afina.metrics;

import java.util.function.ToDoubleFunction;

/**
 * A metric with a name and a direction, by which a training can keep its best checkpoint and which
 * reports can list.
 *
 * <p>{@link SingleLabelMetrics}, {@link MultiLabelMetrics} and {@link RegressionMetrics} have the
 * usual ones; {@link #of(String, Direction, ToDoubleFunction)} defines your own:
 *
 * <pre>{@code
 * Metric<SingleLabelPredictions> missed =
 *     Metric.of("missed", Direction.SMALLER, p -> 1 - p.confusionMatrix().recall(1));
 * }</pre>
 *
 * <p>Immutable, and thread safe if its formula is.
 *
 * @param <P> the type of predictions that it evaluates
 */
public final class Metric<P> {
  private final String key;
  private final Direction better;
  private final ToDoubleFunction<? super P> formula;

  private Metric(String key, Direction better, ToDoubleFunction<? super P> formula) {
    this.key = key;
    this.better = better;
    this.formula = formula;
  }

  /**
   * Defines a metric.
   *
   * @param key its name in settings and logs, such as {@code "macro_f1"}
   * @param better whether greater or smaller values are better
   * @param formula computes the value for predictions, NaN if it is undefined
   * @throws IllegalArgumentException if the key is blank
   */
  public static <P> Metric<P> of(
      String key, Direction better, ToDoubleFunction<? super P> formula) {
    if (key.isBlank()) {
      throw new IllegalArgumentException("metric \"" + key + "\": blank, expected a name");
    }
    return new Metric<>(key, better, formula);
  }

  /** The name in settings and logs, such as "macro_f1". */
  public String key() {
    return key;
  }

  /** Whether greater or smaller values are better. */
  public Direction better() {
    return better;
  }

  /** The value for these predictions; NaN if the metric is undefined for them. */
  public double of(P predictions) {
    return formula.applyAsDouble(predictions);
  }

  /** The key. */
  @Override
  public String toString() {
    return key;
  }
}
