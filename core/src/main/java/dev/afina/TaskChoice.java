package dev.afina;

import com.google.gson.JsonObject;

/**
 * What a fine-tuning's outputs mean and what each row should get, found from what the user gave,
 * the data and the checkpoint. What can be wrong with them is found as early as it can be known:
 * most of it before a checkpoint is downloaded, all of it before a text is tokenized.
 */
interface TaskChoice<P, E extends EvaluationResult<P>> {

  /**
   * The task, and the targets of the rows.
   *
   * @param validation empty where there is no such data
   */
  record Settled<P, E extends EvaluationResult<P>>(
      Task<P, E> task, Targets training, Targets validation) {}

  /**
   * Checks all that needs no checkpoint.
   *
   * @throws IllegalArgumentException naming the data and the row
   */
  void check();

  /** Whether only the checkpoint's configuration can tell if data and labels fit. */
  boolean needsCheckpoint();

  /**
   * Settles it.
   *
   * @param config the checkpoint's
   * @param checkpoint names it in messages
   * @throws IllegalArgumentException when labels, data and checkpoint contradict each other
   * @throws CheckpointException when the configuration cannot be understood
   */
  Settled<P, E> settle(JsonObject config, String checkpoint) throws CheckpointException;

  /**
   * Settles it by what the user gave and the data, whatever the checkpoint has.
   *
   * @throws IllegalArgumentException when labels and data contradict each other
   */
  Settled<P, E> settleByData();
}
