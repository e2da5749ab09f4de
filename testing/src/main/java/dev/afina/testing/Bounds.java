package dev.afina.testing;

import dev.afina.metrics.Direction;
import dev.afina.metrics.Metric;
import java.util.Locale;
import java.util.function.Supplier;

/** Asserts that a metric is not worse than a bound. */
final class Bounds {
  private Bounds() {}

  /**
   * @param more what else to say, such as a report
   */
  static void requireAsGood(Metric<?> metric, double value, double bound, Supplier<String> more) {
    if (Double.isNaN(bound)) {
      throw new IllegalArgumentException(metric.key() + ": the bound is NaN, expected a number");
    }
    boolean greater = metric.better() == Direction.GREATER;
    if (greater ? value >= bound : value <= bound) { // neither for NaN
      return;
    }
    throw new AssertionError(
        String.format(
            Locale.ROOT,
            "%s: %s, expected %s or %s%n%s",
            metric.key(),
            Double.isNaN(value) ? "undefined for these rows" : shown(value),
            shown(bound),
            greater ? "more" : "less",
            more.get()));
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
