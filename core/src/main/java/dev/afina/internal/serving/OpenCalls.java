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
  private final ThreadLocal<Integer> here; // calls of this thread; or null

  public OpenCalls() {
    this.here = new ThreadLocal<>();
  }

  /**
   * Calls on what takes another's place. A thread within a call of one is within a call of both, so
   * it may close neither: whoever replaces the other waits for that call.
   */
  public OpenCalls(OpenCalls before) {
    this.here = before.here;
  }

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

  /** Starts a call that will end on this thread, and returns true, or false if this is closed. */
  public boolean enterHere() {
    boolean entered = enter();
    if (entered) {
      Integer before = here.get();
      here.set(before == null ? 1 : before + 1);
    }
    return entered;
  }

  /** Ends a call that {@link #enterHere} started on this thread. */
  public void leaveHere() {
    moveOn();
    leave();
  }

  /**
   * Notes that a call that {@link #enterHere} started on this thread goes on elsewhere and will end
   * with {@link #leave}.
   */
  public void moveOn() {
    Integer before = here.get();
    if (before == null || before == 1) {
      here.remove();
    } else {
      here.set(before - 1);
    }
  }

  /**
   * Returns if this thread may {@link #close}.
   *
   * @throws IllegalStateException if this thread is within a call, for whose end it would wait for
   *     ever
   */
  public void requireOutside() {
    if (here.get() != null) {
      throw new IllegalStateException(
          "a model cannot be closed or replaced within one of its own calls, such as by its"
              + " listener: do it after the call, or on another thread");
    }
  }

  /**
   * Rejects further calls and waits for running ones to end. An interrupt does not end the wait.
   *
   * @return whether this was the first call of close
   * @throws IllegalStateException as {@link #requireOutside}; nothing has changed then
   */
  public boolean close() {
    requireOutside();
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
