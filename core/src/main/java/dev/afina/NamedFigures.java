package dev.afina;

import dev.afina.metrics.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The loss and the metrics of an evaluation by name. */
final class NamedFigures {
  static final String LOSS = "loss";

  private NamedFigures() {}

  /** The names that {@link #of} can give, in order. */
  static <P> List<String> names(List<Metric<P>> metrics) {
    return Stream.concat(Stream.of(LOSS), metrics.stream().map(Metric::key)).toList();
  }

  /** Without the metrics that are undefined. */
  static <P> Map<String, Double> of(double loss, List<Metric<P>> metrics, P predictions) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(LOSS, loss);
    for (Metric<P> metric : metrics) {
      double value = metric.of(predictions);
      if (!Double.isNaN(value)) {
        figures.put(metric.key(), value);
      }
    }
    return Collections.unmodifiableMap(figures);
  }
}
