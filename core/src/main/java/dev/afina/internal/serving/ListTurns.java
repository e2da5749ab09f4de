package dev.afina.internal.serving;

import dev.afina.DeadlineExceededException;
import dev.afina.internal.engine.Workers;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The turns that calls with lists take at the workers. All lists together may have a limited number
 * of tokens there; first come, first served, so that a long list gets its turn, too. Thread safe.
 */
final class ListTurns {
  private final int limit;
  private final Semaphore free;

  /**
   * @param limit the number of tokens that all lists together may have at the workers
   */
  ListTurns(int limit) {
    this.limit = limit;
    this.free = new Semaphore(limit, true);
  }

  int limit() {
    return limit;
  }

  /**
   * Waits for a turn. An interrupt does not end the wait. A worker, which computes its list itself,
   * does not wait for the others.
   *
   * @param tokens the number of tokens to bring to the workers; may exceed the limit
   * @return the number to {@link #end} the turn with
   * @throws DeadlineExceededException if the deadline passes first
   */
  int begin(long tokens, Deadline deadline) {
    if (Workers.isWorker()) {
      deadline.check();
      return 0; // not even of zero tokens: a fair semaphore would keep it behind all that wait
    }
    int taken = (int) Math.min(tokens, limit);
    if (deadline.isNone()) {
      free.acquireUninterruptibly(taken);
      return taken;
    }
    if (!Uninterruptibly.get(
        () -> free.tryAcquire(taken, deadline.nanosLeft(), TimeUnit.NANOSECONDS))) {
      throw deadline.exceeded();
    }
    return taken;
  }

  /** Ends a turn. */
  void end(int taken) {
    if (taken > 0) {
      free.release(taken);
    }
  }
}
