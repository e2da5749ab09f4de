package dev.afina;

import dev.afina.internal.files.Excerpt;
import dev.afina.internal.objective.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Checks that a training can choose its best weights by the metric that it is told to. */
final class KeepBestCheck {
  private KeepBestCheck() {}

  /**
   * Throws if the metric of {@link TextModelBuilder#keepBest} is undefined for the validation data,
   * whatever is predicted, as ROC AUC is if a label has no row. Evaluates random predictions to
   * find out.
   *
   * @param rows the targets of the validation data; empty for none
   * @throws IllegalArgumentException if it is undefined; the message has the labels without a row
   */
  static <P, E extends EvaluationResult<P>> void requireDefined(
      TextModelBuilder<?, ?, P, E> builder, Task<P, E> task, Targets rows) {
    String metric = builder.keepBest().orElse("");
    if (rows.size() == 0 || !builder.metricNames().contains(metric)) {
      return; // there is no metric, or it is a custom one
    }
    E evaluation = task.evaluation(rows, randomPredictions(task, rows.size()));
    if (builder.builtInMetrics(evaluation, 0).containsKey(metric)) {
      return;
    }
    List<String> absent = labelsWithoutRow(task, rows);
    throw new IllegalArgumentException(
        "keepBest(\"%s\"): is undefined for the validation data, whatever is predicted%s; choose another metric or other rows"
            .formatted(
                metric,
                absent.isEmpty()
                    ? ", for too few of their values or labels differ"
                    : ", because no row has label " + Excerpt.list(absent)));
  }

  private static <P> List<P> randomPredictions(Task<P, ?> task, int count) {
    Random random = new Random(0);
    List<P> predictions = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      float[] logits = new float[task.labels().size()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = random.nextFloat();
      }
      predictions.add(task.prediction(logits));
    }
    return predictions;
  }

  private static List<String> labelsWithoutRow(Task<?, ?> task, Targets rows) {
    List<Integer> counts = task.counts(rows);
    List<String> absent = new ArrayList<>();
    for (int label = 0; label < counts.size(); label++) {
      if (counts.get(label) == 0) {
        absent.add(task.labels().name(label));
      }
    }
    return absent;
  }
}
