package dev.afina.report;

import dev.afina.data.Dataset;
import dev.afina.internal.files.Excerpt;
import dev.afina.metrics.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of an evaluation, of one kind of task each. */
sealed interface EvaluationFigures
    permits SingleLabelFigures, MultiLabelFigures, RegressionFigures {

  /** What was evaluated on, such as "test". */
  String name();

  /** How many texts that is. */
  int texts();

  /** By name, in the order to show them; NaN where one is undefined. */
  Map<String, Double> metrics();

  /** How well one label is found. */
  record LabelFigures(
      String label,
      double precision,
      double recall,
      double f1,
      int support,
      int predicted,
      int truePositives) {

    int falsePositives() {
      return predicted - truePositives;
    }

    int falseNegatives() {
      return support - truePositives;
    }
  }

  /** A mean over labels or texts. */
  record AverageFigures(String name, double precision, double recall, double f1) {}

  /** Their values. */
  static <P> Map<String, Double> values(List<? extends Metric<? super P>> metrics, P scored) {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.forEach(metric -> values.put(metric.key(), metric.of(scored)));
    return Collections.unmodifiableMap(values);
  }

  /** Refuses texts that are not those of the predictions. */
  static void requireTexts(String name, Dataset texts, int predictions) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("evaluation: its name must not be blank");
    }
    if (texts.size() != predictions) {
      throw new IllegalArgumentException(
          "evaluation \"%s\": %s texts and %s predictions, expected as many of both, in one order"
              .formatted(Excerpt.of(name), texts.size(), predictions));
    }
  }
}
