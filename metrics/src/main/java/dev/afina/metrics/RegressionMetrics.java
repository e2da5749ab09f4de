package dev.afina.metrics;

import static dev.afina.metrics.Direction.GREATER;
import static dev.afina.metrics.Direction.SMALLER;

import java.util.List;

/**
 * Metrics of regression, by name. For formulas, ranges and undefined cases see the methods of
 * {@link RegressionPredictions}.
 */
public final class RegressionMetrics {
  /** {@link RegressionPredictions#meanSquaredError()}. */
  public static final Metric<RegressionPredictions> MEAN_SQUARED_ERROR =
      Metric.of("mean_squared_error", SMALLER, RegressionPredictions::meanSquaredError);

  /** {@link RegressionPredictions#meanAbsoluteError()}. */
  public static final Metric<RegressionPredictions> MEAN_ABSOLUTE_ERROR =
      Metric.of("mean_absolute_error", SMALLER, RegressionPredictions::meanAbsoluteError);

  /** {@link RegressionPredictions#rSquared()}. */
  public static final Metric<RegressionPredictions> R_SQUARED =
      Metric.of("r2", GREATER, RegressionPredictions::rSquared);

  /** {@link RegressionPredictions#pearson()}. */
  public static final Metric<RegressionPredictions> PEARSON =
      Metric.of("pearson", GREATER, RegressionPredictions::pearson);

  /** {@link RegressionPredictions#spearman()}. */
  public static final Metric<RegressionPredictions> SPEARMAN =
      Metric.of("spearman", GREATER, RegressionPredictions::spearman);

  private static final List<Metric<RegressionPredictions>> ALL =
      List.of(MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, R_SQUARED, PEARSON, SPEARMAN);

  private RegressionMetrics() {}

  /** All metrics that are constants of this class. Unmodifiable. */
  public static List<Metric<RegressionPredictions>> all() {
    return ALL;
  }

  /**
   * The metric of this name, such as "pearson".
   *
   * @throws IllegalArgumentException if there is no such metric; the message lists all names
   */
  public static Metric<RegressionPredictions> named(String key) {
    return NamedMetrics.find(ALL, key, "");
  }
}
