package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.internal.decision.Decided;
import dev.afina.internal.json.Members;
import dev.afina.metrics.Metric;
import dev.afina.training.Truncation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The loss and the metrics of an evaluation by name. */
final class NamedFigures {
  static final String LOSS = "loss";

  private NamedFigures() {}

  /** The names that {@link #of} can give, in order. */
  static <P> List<String> names(List<Metric<P>> metrics) {
    return Stream.concat(Stream.of(LOSS), metrics.stream().map(Metric::key)).toList();
  }

  /** Adds the figures of decisions to others. */
  static Map<String, Double> with(Map<String, Double> others, Decided decided) {
    Map<String, Double> figures = new LinkedHashMap<>(others);
    figures.put("coverage", decided.coverage());
    if (decided.decided() > 0) {
      figures.put("decided_accuracy", decided.accuracy());
    }
    return Collections.unmodifiableMap(figures);
  }

  /** The loss and all metrics that are defined. */
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

  /** Throws unless there is one prediction per row, and at least one. */
  static void requireOneEach(Dataset data, List<?> predictions) {
    if (predictions.isEmpty() || data.size() != predictions.size()) {
      throw new IllegalArgumentException(
          "evaluation: %s rows and %s predictions, expected as many of both, 1 or more"
              .formatted(data.size(), predictions.size()));
    }
  }

  /** The members that the JSON of every evaluation starts with. */
  static Members asMap(EvaluationResult<?> evaluation) {
    Truncation truncation = evaluation.truncation();
    return new Members()
        .with("examples", evaluation.predictions().size())
        .with("truncation", truncation.cut() == 0 ? null : truncation.asMap())
        .with("metrics", evaluation.metrics());
  }

  /** The figures of each label by name; each function takes the index of a label. */
  static Map<String, Object> ofLabels(
      List<String> labels,
      IntFunction<Double> precision,
      IntFunction<Double> recall,
      IntFunction<Double> f1,
      IntFunction<Integer> support) {
    Members all = new Members();
    for (int label = 0; label < labels.size(); label++) {
      all.with(
          labels.get(label),
          new Members()
              .with("precision", precision.apply(label))
              .with("recall", recall.apply(label))
              .with("f1", f1.apply(label))
              .with("support", support.apply(label))
              .asMap());
    }
    return all.asMap();
  }
}
