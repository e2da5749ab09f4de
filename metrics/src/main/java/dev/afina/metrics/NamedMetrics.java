package dev.afina.metrics;

import java.util.List;
import java.util.stream.Collectors;

/** Finds a metric by its name. */
final class NamedMetrics {
  private NamedMetrics() {}

  /**
   * The metric with this key.
   *
   * @param more what else may be named, for the message; may be empty
   */
  static <P> Metric<P> find(List<Metric<P>> metrics, String key, String more) {
    for (Metric<P> metric : metrics) {
      if (metric.key().equals(key)) {
        return metric;
      }
    }
    String known = metrics.stream().map(Metric::key).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "metric "
            + (key == null ? "null" : '"' + Text.cut(key, 100) + '"')
            + ": unknown, expected one of "
            + known
            + more);
  }
}
