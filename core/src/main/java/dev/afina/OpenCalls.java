package dev.afina;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the running calls of something that can be closed, so that nothing is freed under them. A
 * call may end on another thread than it began on, which a lock for reading does not allow.
 */
final class OpenCalls {
  private static final long CLOSED = 1L << 62;

  private final AtomicLong calls = new AtomicLong(); // and CLOSED
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Begins a call, unless this is closed. */
  boolean enter() {
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
  void leave() {
    if (calls.decrementAndGet() == CLOSED) {
      ended.countDown();
    }
  }

  boolean isClosed() {
    return (calls.get() & CLOSED) != 0;
  }

  /**
   * Lets no further call in, and waits for the end of those that run, also when interrupted.
   *
   * @return whether this was the first time
   */
  boolean close() {
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
