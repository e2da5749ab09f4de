package dev.afina.examples;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.DecisionGoal;
import dev.afina.DecisionRules;
import dev.afina.Evaluation;
import dev.afina.Prediction;
import dev.afina.card.EvaluatedOn;
import dev.afina.card.ModelCard;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exactly one label a text. */
record SingleLabelTraining() implements TrainedTask<Classifier, Prediction, Evaluation> {
  static final List<String> SHOWN_METRICS = List.of("loss", "accuracy", "macro_f1");

  @Override
  public ProblemType type() {
    return ProblemType.SINGLE_LABEL;
  }

  @Override
  public ClassifierBuilder builder(TaskOptions options, String @Nullable [] names) {
    ClassifierBuilder builder = Classifier.builder().loss(options.singleLabelLoss());
    options.positive().ifPresent(builder::positiveLabel);
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
  public Labels outputs(Classifier model) {
    return model.labels();
  }

  @Override
  public Classifier deciding(Classifier model, DecisionGoal goal, Dataset validation) {
    return model.deciding(goal, validation);
  }

  @Override
  public DecisionRules rules(Classifier model) {
    return model.rules();
  }

  @Override
  public void addTo(ModelCard.Builder card, EvaluatedOn data, Evaluation evaluation) {
    card.result(data, evaluation.confusionMatrix(), evaluation.loss());
  }

  @Override
  public boolean stratifies() {
    return true;
  }

  @Override
  public List<String> labels(Example row) {
    String label = row.label();
    return label == null ? List.of() : List.of(label);
  }

  @Override
  public void requireTarget(Dataset rows, int row, Dataset train) {
    Object unused = rows.labelOf(row);
  }
}
