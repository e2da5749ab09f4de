package dev.afina.training;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running training for something, from a listener or from any other thread. What was asked
 * is done after the update that is being computed. Thread safe; for one training.
 */
public final class TrainingControl {
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicBoolean evaluate = new AtomicBoolean();
  private final AtomicBoolean save = new AtomicBoolean();
  private final @Nullable TrainingControl whole;

  /** A control that nobody has asked for anything. */
  public TrainingControl() {
    this(null);
  }

  private TrainingControl(@Nullable TrainingControl whole) {
    this.whole = whole;
  }

  /**
   * A control for one of several trainings that belong together: it stops when this one is asked to
   * stop, or it itself is.
   */
  public TrainingControl forPart() {
    return new TrainingControl(this);
  }

  /**
   * Ends the training as if the update were the last one: the validation data are evaluated, the
   * weights to keep are put in place, and {@code fit} returns. Asked by a listener that was told of
   * an evaluation, it ends there. (An interrupt ends it with an exception.)
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

  /** Whether somebody asked it to stop. */
  public boolean isStopped() {
    return stop.get() || (whole != null && whole.isStopped());
  }

  boolean takeEvaluate() {
    return evaluate.getAndSet(false);
  }

  boolean takeSave() {
    return save.getAndSet(false);
  }
}
