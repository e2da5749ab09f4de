package dev.afina.metrics;

import java.util.function.ToDoubleFunction;

/**
 * A figure with a name: what "keep the best checkpoint by" asks for, and what reports list. Knows
 * in which direction it gets better.
 *
 * <p>{@link SingleLabelMetrics}, {@link MultiLabelMetrics} and {@link RegressionMetrics} have those
 * of the field; {@link #of(String, Direction, ToDoubleFunction)} makes one of your own:
 *
 * <pre>{@code
 * Metric<SingleLabelPredictions> missed =
 *     Metric.of("missed", Direction.SMALLER, p -> 1 - p.confusionMatrix().recall(1));
 * }</pre>
 *
 * <p>Immutable. Safe to use from several threads if its formula is.
 *
 * @param <P> the predictions that it is a figure of
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
   * A metric.
   *
   * @param key its name in settings and logs, e.g. {@code "macro_f1"}
   * @param better the direction in which it gets better
   * @param formula its value for predictions; NaN where it is undefined
   * @throws IllegalArgumentException if the key is blank
   */
  public static <P> Metric<P> of(
      String key, Direction better, ToDoubleFunction<? super P> formula) {
    if (key.isBlank()) {
      throw new IllegalArgumentException("metric \"" + key + "\": blank, expected a name");
    }
    return new Metric<>(key, better, formula);
  }

  /** The name in settings and logs, e.g. "macro_f1". */
  public String key() {
    return key;
  }

  /** Which of two values is the better one. */
  public Direction better() {
    return better;
  }

  /** The value for predictions; NaN where the metric is undefined for them. */
  public double of(P predictions) {
    return formula.applyAsDouble(predictions);
  }

  /** The key. */
  @Override
  public String toString() {
    return key;
  }
}
