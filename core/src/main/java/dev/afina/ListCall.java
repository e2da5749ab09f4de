package dev.afina;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A call with many texts: by when it must end, and what it measures on the way. */
final class ListCall {
  private final Deadline deadline;
  private final boolean isMeasured;
  private final boolean isDividedForOthers;
  private final long added = System.nanoTime();
  private final Queue<ModelListener.Batch> batches = new ConcurrentLinkedQueue<>();
  private volatile long begun;

  /**
   * A call that begins now.
   *
   * @param isMeasured whether somebody wants to know its batches
   */
  ListCall(Deadline deadline, boolean isMeasured) {
    this(deadline, isMeasured, true);
  }

  private ListCall(Deadline deadline, boolean isMeasured, boolean isDividedForOthers) {
    this.deadline = deadline;
    this.isMeasured = isMeasured;
    this.isDividedForOthers = isDividedForOthers;
  }

  /** One that takes its time, and of which nobody is told. */
  static ListCall unmeasured() {
    return new ListCall(Deadline.NONE, false);
  }

  /** One whose arithmetic is always the same, whoever else calls; nobody is told of it. */
  static ListCall undivided() {
    return new ListCall(Deadline.NONE, false, false);
  }

  Deadline deadline() {
    return deadline;
  }

  /** Whether its batches get smaller while short texts of other callers come. */
  boolean isDividedForOthers() {
    return isDividedForOthers;
  }

  /** A worker begins with a batch. */
  void begin() {
    if (begun == 0) {
      begun = System.nanoTime();
    }
  }

  /** A batch was computed. */
  void computed(ModelListener.Batch batch) {
    if (isMeasured) {
      batches.add(batch);
    }
  }

  /** From the begin of the call until a worker began with the first batch. */
  long queuedNanos() {
    return begun == 0 ? 0 : Math.max(0, begun - added);
  }

  void tellOfBatches(ModelListener listener) {
    batches.forEach(listener::computed);
  }
}
