package dev.afina.training;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Requests a stop, an evaluation or a checkpoint of a running training, from a listener or any
 * other thread. Requests are served after the current update. Thread safe. Use one control per
 * training.
 */
public final class TrainingControl {
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicBoolean evaluate = new AtomicBoolean();
  private final AtomicBoolean save = new AtomicBoolean();
  private final @Nullable TrainingControl whole;

  /** Creates a control without requests. */
  public TrainingControl() {
    this(null);
  }

  private TrainingControl(@Nullable TrainingControl whole) {
    this.whole = whole;
  }

  /**
   * Creates a control for one of several trainings that belong together. What this control is asked
   * for applies to that training as well: it stops if either of the two is asked to stop, and the
   * training that runs serves a request of either for an evaluation or a checkpoint.
   */
  public TrainingControl forPart() {
    return new TrainingControl(this);
  }

  /**
   * Ends the training normally after the current update: the validation data is evaluated, the
   * weights to keep are put in place, and {@code fit} returns. If a listener calls this on an
   * evaluation, the training ends right there. (In contrast, an interrupt ends the training with an
   * exception.)
   */
  public void stop() {
    stop.set(true);
  }

  /** Requests an evaluation after the current update, in addition to those that are due. */
  public void evaluate() {
    evaluate.set(true);
  }

  /** Requests a checkpoint after the current update, if there is a folder for checkpoints. */
  public void save() {
    save.set(true);
  }

  /** Whether a stop was requested. */
  public boolean isStopped() {
    return stop.get() || (whole != null && whole.isStopped());
  }

  boolean takeEvaluate() {
    boolean ofWhole = whole != null && whole.takeEvaluate();
    return evaluate.getAndSet(false) || ofWhole;
  }

  boolean takeSave() {
    boolean ofWhole = whole != null && whole.takeSave();
    return save.getAndSet(false) || ofWhole;
  }
}
