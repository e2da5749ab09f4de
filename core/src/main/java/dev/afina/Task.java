package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.card.DecisionFacts;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.model.Model;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.saved.AfinaConfig;
import dev.afina.internal.saved.SavedModel;
import dev.afina.internal.text.TextEncoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's outputs mean: how rows of data become {@link Targets}, logits become a prediction,
 * and both become an evaluation. There is one task per type of model. Immutable.
 *
 * @param <P> the prediction for one text
 * @param <E> the evaluation on labelled data
 */
interface Task<P, E extends EvaluationResult<P>> {

  ProblemType problemType();

  /** The names of the outputs. */
  Labels labels();

  /**
   * The targets of all rows.
   *
   * @param what the name of the data in messages
   * @param alike other data with the same notation of labels (names or indexes); {@code
   *     Dataset.of()} for none
   * @throws IllegalArgumentException if a row has no target of this kind; the message names it
   */
  Targets targets(String what, Dataset data, Dataset alike);

  /**
   * Throws if nothing can be learned from the training data.
   *
   * @throws IllegalArgumentException with what is missing
   */
  void requireLearnable(Targets training);

  /** The number of rows with each label, in label order; empty for a regression. */
  List<Integer> counts(Targets targets);

  /**
   * The prediction for one text.
   *
   * @param logits one per output, all finite; the prediction takes ownership
   */
  P prediction(float[] logits);

  /** The same prediction with how much of its text was read. */
  P read(P prediction, Reading reading);

  /** The sections of {@link AfinaConfig} that belong to this task, by name. */
  default Map<String, JsonObject> sections() {
    return Map.of();
  }

  /** A model of this task, to be saved. */
  default SavedModel saved(Model model, TextEncoder encoder) {
    return new SavedModel(model, encoder, labels(), problemType(), sections());
  }

  /**
   * Compares predictions with the targets of rows.
   *
   * @throws IllegalArgumentException if a row has no target of this kind; the message names it
   */
  default E evaluation(Dataset data, List<P> predictions) {
    return evaluation(targets("data", data, Dataset.of()), predictions);
  }

  /** The decision rules, if there are any. */
  default Optional<DecisionFacts> decisions() {
    return Optional.empty();
  }

  /** Compares predictions with the true targets. */
  E evaluation(Targets truth, List<P> predictions);
}
