package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Folds;
import dev.afina.data.Labels;
import dev.afina.internal.files.Excerpt;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.tuning.TrainingIdentity;
import dev.afina.metrics.ConfusionMatrix;
import dev.afina.metrics.SingleLabelMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Configures the fine-tuning of a {@link Classifier}. Not thread safe. */
public final class ClassifierBuilder
    extends TextModelBuilder<ClassifierBuilder, Classifier, Prediction, Evaluation> {
  private static final List<String> POSITIVE_METRICS = List.of("precision", "recall", "f1");

  private Loss loss = Loss.crossEntropy();
  private @Nullable String positiveLabel;

  ClassifierBuilder() {}

  /**
   * The labels in the order of the model's outputs, two or more. A row's label is one of these
   * names or its index. Default: those of the checkpoint if it has named labels and all rows use
   * them, otherwise those of the data in {@link Labels#from} order.
   */
  public ClassifierBuilder labels(String... names) {
    return labels(Labels.of(names));
  }

  /** As {@link #labels(String...)}. */
  public ClassifierBuilder labels(Labels labels) {
    return names(Objects.requireNonNull(labels, "labels"));
  }

  /** The loss to minimize. Default: {@link Loss#crossEntropy()}. */
  public ClassifierBuilder loss(Loss value) {
    this.loss = Objects.requireNonNull(value, "loss");
    return this;
  }

  /**
   * The positive label of a binary task. Its precision, recall and F1 are added to the metrics of
   * the evaluations during training, and of {@link #crossValidate}, as {@code "precision"}, {@code
   * "recall"} and {@code "f1"}. Default: none.
   */
  public ClassifierBuilder positiveLabel(String name) {
    this.positiveLabel = Objects.requireNonNull(name, "positiveLabel");
    return this;
  }

  @Override
  ClassifierBuilder self() {
    return this;
  }

  @Override
  ClassifierBuilder fresh() {
    ClassifierBuilder copy = new ClassifierBuilder();
    copy.loss = loss;
    copy.positiveLabel = positiveLabel;
    return copy;
  }

  @Override
  List<String> metricNames() {
    List<String> names = new ArrayList<>(Evaluation.metricNames());
    if (positiveLabel != null) {
      names.addAll(POSITIVE_METRICS);
    }
    keepBest().filter(ClassifierBuilder::isTopK).ifPresent(names::add);
    return names;
  }

  /** These are as many as there are labels; that of {@link #keepBest} is computed. */
  private static boolean isTopK(String metric) {
    return metric.matches("top_[1-9]\\d{0,5}_accuracy");
  }

  @Override
  void requireDistinctMetrics() {
    for (String name : POSITIVE_METRICS) {
      if (positiveLabel != null && isCustomMetric(name)) {
        throw new IllegalArgumentException(
            "metric(\"%s\") and positiveLabel(\"%s\"), which gives a metric of that name, too; choose another name"
                .formatted(name, Excerpt.of(positiveLabel)));
      }
    }
  }

  @Override
  IllegalArgumentException unknownMetric(String metric, List<String> known) {
    if (positiveLabel == null && POSITIVE_METRICS.contains(metric)) {
      return new IllegalArgumentException(
          "keepBest: \"%s\" needs positiveLabel(...); of all labels together they are macro_%s, …"
              .formatted(metric, metric));
    }
    return super.unknownMetric(metric, known);
  }

  @Override
  Map<String, Double> builtInMetrics(Evaluation evaluation, double objective) {
    Map<String, Double> metrics = super.builtInMetrics(evaluation, objective);
    keepBest()
        .filter(ClassifierBuilder::isTopK)
        .ifPresent(name -> metrics.put(name, evaluation.of(SingleLabelMetrics.named(name))));
    if (positiveLabel != null) {
      ConfusionMatrix matrix = evaluation.confusionMatrix();
      int positive = matrix.labels().indexOf(positiveLabel);
      metrics.put("precision", matrix.precision(positive));
      metrics.put("recall", matrix.recall(positive));
      metrics.put("f1", matrix.f1(positive));
    }
    return metrics;
  }

  @Override
  TaskChoice<Prediction, Evaluation> choice(Dataset train, @Nullable Dataset validation) {
    return new LabelChoice<>(
        names(), headWeights(), train, validation, Dataset::labelOf, SingleLabelTask::toLearn);
  }

  @Override
  Objective objective(Task<Prediction, Evaluation> task, Targets training) {
    List<String> names = task.labels().names();
    Objective objective = loss.objective(training, names.size());
    if (positiveLabel != null && !names.contains(positiveLabel)) {
      throw new IllegalArgumentException(
          "positiveLabel: \"%s\" is none of %s"
              .formatted(Excerpt.of(positiveLabel), Excerpt.of(task.labels())));
    }
    return objective;
  }

  @Override
  String lossName() {
    return loss.toString();
  }

  @Override
  Map<String, String> factsOfKeepBest() {
    return positiveLabel != null && keepBest().filter(POSITIVE_METRICS::contains).isPresent()
        ? Map.of(TrainingIdentity.POSITIVE_LABEL, positiveLabel)
        : Map.of();
  }

  @Override
  Folds folds(Dataset data, int count, long seed) {
    return Folds.stratified(data, count, seed);
  }

  @Override
  Classifier model(LoadedModel loaded, TextReader reader, Task<Prediction, Evaluation> task) {
    return new Classifier(loaded, reader, new SingleLabelTask(task.labels()));
  }
}
