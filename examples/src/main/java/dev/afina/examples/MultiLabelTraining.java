package dev.afina.examples;

import dev.afina.DecisionGoal;
import dev.afina.DecisionRules;
import dev.afina.MultiLabelClassifier;
import dev.afina.MultiLabelClassifierBuilder;
import dev.afina.MultiLabelEvaluation;
import dev.afina.MultiLabelPrediction;
import dev.afina.card.EvaluatedOn;
import dev.afina.card.ModelCard;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any number of labels per text. */
record MultiLabelTraining()
    implements TrainedTask<MultiLabelClassifier, MultiLabelPrediction, MultiLabelEvaluation> {
  private static final List<String> SHOWN_METRICS =
      List.of("loss", "micro_f1", "macro_f1", "subset_accuracy");

  @Override
  public ProblemType type() {
    return ProblemType.MULTI_LABEL;
  }

  @Override
  public MultiLabelClassifierBuilder builder(TaskOptions options, String @Nullable [] names) {
    MultiLabelClassifierBuilder builder =
        MultiLabelClassifier.builder().loss(options.multiLabelLoss());
    return names == null ? builder : builder.labels(names);
  }

  @Override
  public List<String> shownMetrics() {
    return SHOWN_METRICS;
  }

  @Override
  public String outputsAre() {
    return "labels";
  }

  @Override
  public Labels outputs(MultiLabelClassifier model) {
    return model.labels();
  }

  @Override
  public MultiLabelClassifier deciding(
      MultiLabelClassifier model, DecisionGoal goal, Dataset validation) {
    return model.deciding(goal, validation);
  }

  @Override
  public DecisionRules rules(MultiLabelClassifier model) {
    return model.rules();
  }

  @Override
  public void addTo(ModelCard.Builder card, EvaluatedOn data, MultiLabelEvaluation evaluation) {
    card.result(data, evaluation.predictions().size(), evaluation.metrics());
  }

  @Override
  public boolean stratifies() {
    return false;
  }

  @Override
  public List<String> labels(Example row) {
    List<String> labels = row.labels();
    String label = row.label();
    return labels != null ? labels : label != null ? List.of(label) : List.of();
  }

  @Override
  public void requireTarget(Dataset rows, int row, Dataset train) {
    Object unused = rows.labelsOf(row);
  }
}
