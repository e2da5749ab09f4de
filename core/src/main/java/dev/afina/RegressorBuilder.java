package dev.afina;

import dev.afina.data.Dataset;
import dev.afina.data.Folds;
import dev.afina.data.Labels;
import dev.afina.internal.model.ModelLoader;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects what the fine-tuning of a {@link Regressor} needs. Not thread safe. */
public final class RegressorBuilder
    extends TextModelBuilder<RegressorBuilder, Regressor, Estimate, RegressionEvaluation> {
  private RegressionLoss loss = RegressionLoss.meanSquaredError();

  RegressorBuilder() {}

  /**
   * The names of the numbers, in the order in which rows have them. Default: those of the
   * checkpoint where it has named as many, else {@code LABEL_0}, {@code LABEL_1}, … as transformers
   * names them.
   */
  public RegressorBuilder targets(String... names) {
    return names(Labels.of(names));
  }

  /** What the training makes small; default {@link RegressionLoss#meanSquaredError()}. */
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
    if (head() == ModelLoader.Head.EXTENDED) {
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
