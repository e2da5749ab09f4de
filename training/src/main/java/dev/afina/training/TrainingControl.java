package dev.afina.training;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks a running training for something, from a listener or from any other thread. What was asked
 * is done after the update that is being computed. Thread safe; for one training.
 */
public final class TrainingControl {
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicBoolean evaluate = new AtomicBoolean();
  private final AtomicBoolean save = new AtomicBoolean();

  /**
   * Ends the training as if the update were the last one: the validation data are evaluated, the
   * weights to keep are put in place, and {@code fit} returns. (An interrupt ends it with an
   * exception.)
   */
  public void stop() {
    stop.set(true);
  }

  /** Evaluates the validation data after the update, beside the evaluations that are due. */
  public void evaluate() {
    evaluate.set(true);
  }

  /** Writes a checkpoint after the update, where there is a folder for them. */
  public void save() {
    save.set(true);
  }

  boolean stops() {
    return stop.get();
  }

  boolean takeEvaluate() {
    return evaluate.getAndSet(false);
  }

  boolean takeSave() {
    return save.getAndSet(false);
  }
}
