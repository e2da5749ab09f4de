package dev.afina.examples;

import dev.afina.DecisionGoal;
import dev.afina.DecisionRules;
import dev.afina.EvaluationResult;
import dev.afina.TextModel;
import dev.afina.TextModelBuilder;
import dev.afina.card.EvaluatedOn;
import dev.afina.card.ModelCard;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the types of problems differ in where one is trained from the command line.
 *
 * @param <M> the model
 * @param <P> what it says of one text
 * @param <E> how well it does on many
 */
sealed interface TrainedTask<M extends TextModel<P, E>, P, E extends EvaluationResult<P>>
    permits SingleLabelTraining, MultiLabelTraining, RegressionTraining {

  /** That of a type of problem. */
  static TrainedTask<?, ?, ?> of(ProblemType type) {
    return switch (type) {
      case SINGLE_LABEL -> new SingleLabelTraining();
      case MULTI_LABEL -> new MultiLabelTraining();
      case REGRESSION -> new RegressionTraining();
    };
  }

  ProblemType type();

  /**
   * A builder with what only this task has.
   *
   * @param names of the outputs; null where they are to be found
   * @throws IllegalArgumentException for a value out of its range
   */
  TextModelBuilder<?, M, P, E> builder(TaskOptions options, String @Nullable [] names);

  /** Of all metrics that are computed, those that fit on a line. */
  List<String> shownMetrics();

  /** What the outputs are called in figures for programs: "labels" or "targets". */
  String outputsAre();

  /** The names of the outputs. */
  Labels outputs(M model);

  /**
   * The model with rules that reach a goal, which shares the weights.
   *
   * @return to be closed, too
   * @throws IllegalArgumentException where the goal cannot be reached
   */
  M deciding(M model, DecisionGoal goal, Dataset validation);

  /** How the outputs of a model become decisions. */
  DecisionRules rules(M model);

  /** Adds the figures of an evaluation to a card. */
  void addTo(ModelCard.Builder card, EvaluatedOn data, E evaluation);

  /** Whether rows that are set aside have the labels in the proportions of the whole. */
  boolean stratifies();

  /** The labels of a row; none where it has none, or the task has none. */
  List<String> labels(Example row);

  /**
   * Refuses a row that does not have what is to be predicted.
   *
   * @param train the rows to train on
   * @throws IllegalArgumentException saying what is missing
   */
  void requireTarget(Dataset rows, int row, Dataset train);
}
