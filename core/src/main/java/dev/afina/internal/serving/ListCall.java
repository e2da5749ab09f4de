package dev.afina.internal.serving;

import dev.afina.ModelListener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A call with many texts: its deadline, and what is measured for the {@link ModelListener}. */
public final class ListCall {
  private final Deadline deadline;
  private final boolean isMeasured;
  private final boolean isDividedForOthers;
  private final long added = System.nanoTime();
  private final Queue<ModelListener.Batch> batches = new ConcurrentLinkedQueue<>();
  private volatile long begun;

  /**
   * A call that starts now.
   *
   * @param isMeasured whether its batches are to be reported to a listener
   */
  public ListCall(Deadline deadline, boolean isMeasured) {
    this(deadline, isMeasured, true);
  }

  private ListCall(Deadline deadline, boolean isMeasured, boolean isDividedForOthers) {
    this.deadline = deadline;
    this.isMeasured = isMeasured;
    this.isDividedForOthers = isDividedForOthers;
  }

  /**
   * A call whose batches, and so its float rounding, do not depend on other callers; except for a
   * batch of one short text in a JVM with the Vector API. It has no deadline and is not reported.
   */
  public static ListCall undivided() {
    return new ListCall(Deadline.NONE, false, false);
  }

  Deadline deadline() {
    return deadline;
  }

  /** Whether its batches are made smaller while short texts of other callers arrive. */
  boolean isDividedForOthers() {
    return isDividedForOthers;
  }

  /** Notes that a worker starts to compute a batch. */
  void begin() {
    if (begun == 0) {
      begun = System.nanoTime();
    }
  }

  /** Notes that a batch was computed. */
  void computed(ModelListener.Batch batch) {
    if (isMeasured) {
      batches.add(batch);
    }
  }

  /** The time from the start of the call until a worker started the first batch. */
  public long queuedNanos() {
    return begun == 0 ? 0 : Math.max(0, begun - added);
  }

  public void tellOfBatches(ModelListener listener) {
    batches.forEach(listener::computed);
  }
}
