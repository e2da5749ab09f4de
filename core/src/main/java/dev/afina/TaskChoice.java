package dev.afina;

import com.google.gson.JsonObject;
import dev.afina.internal.objective.Targets;

/**
 * Decides the {@link Task} and the targets of a fine-tuning from the user's settings, the data and
 * the checkpoint. Contradictions are found as early as possible: most of them before the checkpoint
 * is downloaded, all of them before texts are tokenized.
 */
interface TaskChoice<P, E extends EvaluationResult<P>> {

  /**
   * The decision.
   *
   * @param task what the outputs mean
   * @param training the targets of the training data
   * @param validation the targets of the validation data; empty if there is none
   */
  record Settled<P, E extends EvaluationResult<P>>(
      Task<P, E> task, Targets training, Targets validation) {}

  /**
   * Checks everything that does not depend on the checkpoint.
   *
   * @throws IllegalArgumentException with the data and the row
   */
  void check();

  /** Whether the checkpoint's configuration is needed to tell if data and labels fit. */
  boolean needsCheckpoint();

  /**
   * Decides.
   *
   * @param config the configuration of the checkpoint
   * @param checkpoint the name of the checkpoint in messages
   * @throws IllegalArgumentException if labels, data and checkpoint contradict each other
   * @throws CheckpointException if the configuration is invalid
   */
  Settled<P, E> settle(JsonObject config, String checkpoint) throws CheckpointException;
}
