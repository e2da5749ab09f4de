package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.DecisionFacts;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's outputs mean: how rows of data become {@link Targets}, logits a prediction, and
 * both together an evaluation. Immutable.
 *
 * @param <P> what the model says of one text
 * @param <E> how well it does on many
 */
interface Task<P, E extends EvaluationResult<P>> {

  ProblemType problemType();

  /** The names of the outputs. */
  Labels labels();

  /**
   * The targets of all rows.
   *
   * @param what names the data in messages
   * @param alike data that writes its labels in the same way; without any, {@code Dataset.of()}
   * @throws IllegalArgumentException when a row has no target of this kind, naming it
   */
  Targets targets(String what, Dataset data, Dataset alike);

  /**
   * Refuses training data that there is nothing to learn of.
   *
   * @throws IllegalArgumentException saying what is missing
   */
  void requireLearnable(Targets training);

  /**
   * How many of the rows have each label, by its position; empty where there is nothing to count.
   */
  List<Integer> counts(Targets targets);

  /**
   * What outputs say.
   *
   * @param logits one an output, all finite; taken over
   */
  P prediction(float[] logits);

  /** The same prediction, which tells how much of its text was read. */
  P read(P prediction, Reading reading);

  /** What of this belongs into {@link AfinaConfig}, by the section's name. */
  default Map<String, JsonObject> sections() {
    return Map.of();
  }

  /**
   * Predictions beside what rows of data say.
   *
   * @throws IllegalArgumentException when a row has no target of this kind, naming it
   */
  default E evaluation(Dataset data, List<P> predictions) {
    return evaluation(targets("data", data, Dataset.of()), predictions);
  }

  /** How outputs become decisions, where there are rules for that. */
  default Optional<DecisionFacts> decisions() {
    return Optional.empty();
  }

  /** Predictions beside what they should be. */
  E evaluation(Targets truth, List<P> predictions);
}
