package dev.afina.internal.serving;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the running calls on something that can be closed, so that nothing is freed while they
 * run. Unlike with a read lock, a call may end on another thread than the one it started on. Thread
 * safe.
 */
public final class OpenCalls {
  private static final long CLOSED = 1L << 62;

  private final AtomicLong calls = new AtomicLong(); // and CLOSED
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Starts a call and returns true, or returns false if this is closed. */
  public boolean enter() {
    long now;
    do {
      now = calls.get();
      if ((now & CLOSED) != 0) {
        return false;
      }
    } while (!calls.compareAndSet(now, now + 1));
    return true;
  }

  /** Ends a call. */
  public void leave() {
    if (calls.decrementAndGet() == CLOSED) {
      ended.countDown();
    }
  }

  /**
   * Rejects further calls and waits for running ones to end. An interrupt does not end the wait.
   *
   * @return whether this was the first call of close
   */
  public boolean close() {
    long before = calls.getAndUpdate(now -> now | CLOSED);
    if (before == 0) {
      ended.countDown();
    }
    boolean unused =
        Uninterruptibly.get(
            () -> {
              ended.await();
              return true;
            });
    return (before & CLOSED) == 0;
  }
}
