package dev.afina.examples;

import dev.afina.DecisionGoal;
import dev.afina.DecisionRules;
import dev.afina.Estimate;
import dev.afina.RegressionEvaluation;
import dev.afina.Regressor;
import dev.afina.RegressorBuilder;
import dev.afina.card.EvaluatedOn;
import dev.afina.card.ModelCard;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers. */
record RegressionTraining() implements TrainedTask<Regressor, Estimate, RegressionEvaluation> {
  private static final List<String> SHOWN_METRICS =
      List.of("loss", "mean_absolute_error", "pearson", "spearman", "r2");

  @Override
  public ProblemType type() {
    return ProblemType.REGRESSION;
  }

  @Override
  public RegressorBuilder builder(TaskOptions options, String @Nullable [] names) {
    RegressorBuilder builder = Regressor.builder().loss(options.regressionLoss());
    return names == null ? builder : builder.targets(names);
  }

  @Override
  public List<String> shownMetrics() {
    return SHOWN_METRICS;
  }

  @Override
  public String outputsAre() {
    return "targets";
  }

  @Override
  public Labels outputs(Regressor model) {
    return model.targets();
  }

  @Override
  public Regressor deciding(Regressor model, DecisionGoal goal, Dataset validation) {
    throw new IllegalArgumentException("decisions are between labels, and this gives numbers");
  }

  @Override
  public DecisionRules rules(Regressor model) {
    return DecisionRules.none();
  }

  @Override
  public void addTo(ModelCard.Builder card, EvaluatedOn data, RegressionEvaluation evaluation) {
    card.result(data, evaluation.predictions().size(), evaluation.metrics());
  }

  @Override
  public boolean stratifies() {
    return false;
  }

  @Override
  public List<String> labels(Example row) {
    return List.of();
  }

  @Override
  public void requireTarget(Dataset rows, int row, Dataset train) {
    int values = rows.valuesOf(row).length;
    int expected = train.valuesOf(0).length;
    if (values != expected) {
      throw new IllegalArgumentException(
          "row %s has %s values (counted from 0), expected %s as in the rows to train on"
              .formatted(row, values, expected));
    }
  }
}
