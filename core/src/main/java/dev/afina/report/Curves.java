package dev.afina.report;

import dev.afina.metrics.Metric;
import dev.afina.metrics.MultiLabelMetrics;
import dev.afina.metrics.RegressionMetrics;
import dev.afina.metrics.SingleLabelMetrics;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import dev.afina.training.TrainingState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a training logged and evaluated, as curves over its updates.
 *
 * @param loss the training loss as it was logged; of a training that logged nothing that of each
 *     epoch
 * @param lossOfEpochs whether it is the latter
 * @param evaluations all metrics of each evaluation, in their order
 */
record Curves(
    List<Point> loss,
    boolean lossOfEpochs,
    List<Point> learningRate,
    List<Point> gradientNorm,
    List<Evaluated> evaluations) {

  /** A value after an update. */
  record Point(int step, double value) {}

  /** An evaluation in the course of the training. */
  record Evaluated(int step, double epoch, Map<String, Double> metrics) {}

  private static final String PREFIX = "eval_";

  /** More charts than these tell less. */
  private static final int MOST_METRICS = 6;

  /** Those that people look at first, of all kinds of tasks. */
  private static final List<String> USUAL =
      List.of(
          "accuracy",
          "f1",
          "macro_f1",
          "subset_accuracy",
          "micro_f1",
          "pearson",
          "spearman",
          "r2",
          "mean_absolute_error");

  static Curves of(TrainingResult result) {
    List<Point> loss = logged(result, "loss");
    List<Point> ofEpochs =
        result.epochs().stream().map(e -> new Point(e.step(), e.trainingLoss())).toList();
    return new Curves(
        loss.isEmpty() ? ofEpochs : loss,
        loss.isEmpty(),
        logged(result, "learning_rate"),
        logged(result, "grad_norm"),
        evaluations(result));
  }

  private static List<Point> logged(TrainingResult result, String name) {
    List<Point> points = new ArrayList<>();
    for (TrainingState.LogEntry entry : result.history()) {
      Double value = entry.values().get(name);
      if (value != null && Double.isFinite(value)) {
        points.add(new Point(entry.step(), value));
      }
    }
    return points;
  }

  private static List<Evaluated> evaluations(TrainingResult result) {
    List<Evaluated> found = new ArrayList<>();
    for (TrainingState.LogEntry entry : result.history()) {
      Map<String, Double> metrics = new LinkedHashMap<>();
      entry
          .values()
          .forEach(
              (name, value) -> {
                if (name.startsWith(PREFIX)) {
                  metrics.put(name.substring(PREFIX.length()), value);
                }
              });
      if (!metrics.isEmpty()) {
        found.add(new Evaluated(entry.step(), entry.epoch(), metrics));
      }
    }
    if (found.isEmpty()) { // a result that somebody made of its epochs
      for (TrainingListener.Epoch epoch : result.epochs()) {
        if (!epoch.metrics().isEmpty()) {
          found.add(new Evaluated(epoch.step(), epoch.epoch(), epoch.metrics()));
        }
      }
    }
    return found;
  }

  /** A metric of the evaluations; without those where it is undefined. */
  List<Point> metric(String name) {
    return evaluations.stream()
        .map(e -> new Point(e.step(), e.metrics().getOrDefault(name, Double.NaN)))
        .filter(p -> Double.isFinite(p.value()))
        .toList();
  }

  /**
   * The metrics to draw beside the loss: the one that chose the weights, usual ones, and the user's
   * own.
   */
  List<String> shownMetrics(TrainingOptions options) {
    Set<String> measured = new LinkedHashSet<>();
    evaluations.forEach(e -> measured.addAll(e.metrics().keySet()));
    Set<String> wanted = new LinkedHashSet<>();
    options.evaluation().keepBest().ifPresent(wanted::add);
    wanted.addAll(USUAL);
    Set<String> known = known();
    measured.stream().filter(name -> !known.contains(name)).forEach(wanted::add);
    wanted.remove("loss");
    if (measured.contains("accuracy")) {
      wanted.remove("micro_f1"); // with one label a text it is the accuracy
    }
    wanted.retainAll(measured);
    return wanted.stream().limit(MOST_METRICS).toList();
  }

  private static Set<String> known() {
    Set<String> names = new HashSet<>(List.of("loss", "precision", "recall", "f1"));
    Stream.of(SingleLabelMetrics.all(), MultiLabelMetrics.all(), RegressionMetrics.all())
        .forEach(list -> list.forEach(metric -> names.add(((Metric<?>) metric).key())));
    return Collections.unmodifiableSet(names);
  }
}
