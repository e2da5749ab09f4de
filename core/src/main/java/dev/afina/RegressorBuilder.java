package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Folds;
import dev.afina.data.Labels;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Configures the fine-tuning of a {@link Regressor}. Not thread safe. */
public final class RegressorBuilder
    extends TextModelBuilder<RegressorBuilder, Regressor, Estimate, RegressionEvaluation> {
  private RegressionLoss loss = RegressionLoss.meanSquaredError();

  RegressorBuilder() {}

  /**
   * The names of the targets, in the order of the values in each row. Default: those of the
   * checkpoint if it has as many named outputs, otherwise {@code LABEL_0}, {@code LABEL_1}, … as in
   * transformers.
   */
  public RegressorBuilder targets(String... names) {
    return names(Labels.of(names));
  }

  /** The targets, as {@link #targets(String...)}; for example those of another model. */
  public RegressorBuilder targets(Labels targets) {
    return names(Objects.requireNonNull(targets, "targets"));
  }

  /** The loss to minimize. Default: {@link RegressionLoss#meanSquaredError()}. */
  public RegressorBuilder loss(RegressionLoss value) {
    this.loss = Objects.requireNonNull(value, "loss");
    return this;
  }

  @Override
  RegressorBuilder self() {
    return this;
  }

  @Override
  RegressorBuilder fresh() {
    return new RegressorBuilder().loss(loss);
  }

  @Override
  List<String> metricNames() {
    return RegressionEvaluation.metricNames();
  }

  @Override
  TaskChoice<Estimate, RegressionEvaluation> choice(Dataset train, @Nullable Dataset validation) {
    if (headWeights() == ModelLoader.HeadWeights.EXTENDED) {
      throw new IllegalArgumentException(
          "extendHead: adds labels, and a Regressor has numbers; call replaceHead() to train a new"
              + " head");
    }
    return new ValueChoice(names(), headReplaced(), train, validation);
  }

  @Override
  Objective objective(Task<Estimate, RegressionEvaluation> task, Targets training) {
    return loss.objective();
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
  Regressor model(
      LoadedModel loaded, TextReader reader, Task<Estimate, RegressionEvaluation> task) {
    return new Regressor(loaded, reader, new RegressionTask(task.labels()));
  }
}
