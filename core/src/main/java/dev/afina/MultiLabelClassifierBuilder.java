package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Folds;
import dev.afina.data.Labels;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Configures the fine-tuning of a {@link MultiLabelClassifier}. Not thread safe. */
public final class MultiLabelClassifierBuilder
    extends TextModelBuilder<
        MultiLabelClassifierBuilder,
        MultiLabelClassifier,
        MultiLabelPrediction,
        MultiLabelEvaluation> {
  private MultiLabelLoss loss = MultiLabelLoss.binaryCrossEntropy();

  MultiLabelClassifierBuilder() {}

  /**
   * The labels in the order of the model's outputs. A row's labels are such names or their indexes.
   * Default: those of the checkpoint if it has named labels and all rows use them, otherwise those
   * of the data in {@link Labels#from} order.
   */
  public MultiLabelClassifierBuilder labels(String... names) {
    return labels(Labels.of(names));
  }

  /** As {@link #labels(String...)}. */
  public MultiLabelClassifierBuilder labels(Labels labels) {
    return names(Objects.requireNonNull(labels, "labels"));
  }

  /** The loss to minimize. Default: {@link MultiLabelLoss#binaryCrossEntropy()}. */
  public MultiLabelClassifierBuilder loss(MultiLabelLoss value) {
    this.loss = Objects.requireNonNull(value, "loss");
    return this;
  }

  @Override
  MultiLabelClassifierBuilder self() {
    return this;
  }

  @Override
  MultiLabelClassifierBuilder fresh() {
    return new MultiLabelClassifierBuilder().loss(loss);
  }

  @Override
  List<String> metricNames() {
    return MultiLabelEvaluation.metricNames();
  }

  @Override
  TaskChoice<MultiLabelPrediction, MultiLabelEvaluation> choice(
      Dataset train, @Nullable Dataset validation) {
    return new LabelChoice<>(
        names(),
        headWeights(),
        train,
        validation,
        MultiLabelTask::requireLabels,
        MultiLabelTask::new);
  }

  @Override
  Objective objective(Task<MultiLabelPrediction, MultiLabelEvaluation> task, Targets training) {
    return loss.objective(training, task.labels().size());
  }

  @Override
  String lossName() {
    return loss.toString();
  }

  @Override
  Folds folds(Dataset data, int count, long seed) {
    return Folds.plain(data, count, seed);
  }

  @Override
  MultiLabelClassifier model(
      LoadedModel loaded,
      TextReader reader,
      Task<MultiLabelPrediction, MultiLabelEvaluation> task) {
    return new MultiLabelClassifier(loaded, reader, new MultiLabelTask(task.labels()));
  }
}
