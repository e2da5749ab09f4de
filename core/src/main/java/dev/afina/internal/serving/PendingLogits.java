package dev.afina.internal.serving;

import dev.afina.DeadlineExceededException;
import dev.afina.ModelListener;
import dev.afina.tokenization.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A text that is queued in a {@link TextQueue} or being computed: one encoding, or the windows of a
 * document. It ends with the logits of all windows or with a failure, for example a passed
 * deadline. Thread safe.
 */
public final class PendingLogits {
  private final List<Encoding> windows;
  private final int tokens;
  private final Deadline deadline;
  private final Runnable leaving;
  private final long added = System.nanoTime();

  private final float[][] rows;
  private final AtomicInteger missing;
  private final AtomicBoolean left = new AtomicBoolean();
  private final CompletableFuture<List<float[]>> result = new CompletableFuture<>();

  // Written by a worker before it completes the result, so that the reader of the result sees them.
  private volatile long begun;
  private final Queue<Run> runs = new ConcurrentLinkedQueue<>();

  /**
   * A batch that was computed. The first of its texts to be answered reports it to the listener.
   *
   * @param isTold whether it was reported
   */
  record Run(ModelListener.Batch batch, AtomicBoolean isTold) {}

  /**
   * @param windows one or more
   * @param leaving runs once, when the text no longer counts as in flight
   */
  PendingLogits(List<Encoding> windows, int tokens, Deadline deadline, Runnable leaving) {
    this.windows = windows;
    this.tokens = tokens;
    this.deadline = deadline;
    this.leaving = leaving;
    this.rows = new float[windows.size()][];
    this.missing = new AtomicInteger(windows.size());
  }

  List<Encoding> windows() {
    return windows;
  }

  public int tokens() {
    return tokens;
  }

  /**
   * Whether it has ended, so that it need not be computed. If its deadline has passed, this call
   * ends it.
   */
  boolean isOver() {
    if (!result.isDone() && deadline.hasPassed()) {
      fail(deadline.exceeded());
    }
    return result.isDone();
  }

  /** Notes that a worker starts to compute a window. */
  void begin() {
    if (begun == 0) {
      begun = System.nanoTime();
    }
  }

  /** Notes the logits of a window; the last one completes the text. */
  void complete(int window, float[] logits, Run computed) {
    rows[window] = logits;
    runs.add(computed);
    if (missing.decrementAndGet() == 0) {
      leave();
      result.complete(Arrays.asList(rows));
    }
  }

  /** Ends it with a failure, if it has not ended. */
  public boolean fail(Throwable failure) {
    leave();
    return result.completeExceptionally(failure);
  }

  private void leave() {
    if (left.compareAndSet(false, true)) {
      leaving.run();
    }
  }

  /**
   * Waits for the logits of the windows. An interrupt does not end the wait; the thread's interrupt
   * flag stays set.
   *
   * @throws DeadlineExceededException if the deadline passes
   */
  public List<float[]> await() {
    if (deadline.isNone()) {
      return join();
    }
    return Uninterruptibly.get(
        () -> {
          try {
            return result.get(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS);
          } catch (TimeoutException e) {
            fail(deadline.exceeded()); // unless the result came just now
            return join();
          } catch (ExecutionException e) {
            return join();
          }
        });
  }

  private List<float[]> join() {
    try {
      return result.join();
    } catch (CompletionException e) {
      throw unchecked(e.getCause() == null ? e : e.getCause());
    }
  }

  /** The exception that a worker threw, to be thrown again. An Error is thrown right here. */
  public static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException e ? e : new CompletionException(failure);
  }

  /**
   * The future result, which may complete on any thread. From now on the deadline is enforced by a
   * timer.
   */
  public CompletableFuture<List<float[]>> future() {
    if (!deadline.isNone()) {
      // Not orTimeout: whatever is chained to that runs on the JVM's only timer thread.
      CompletableFuture<Boolean> timer = new CompletableFuture<>();
      CompletableFuture<Void> unusedEither =
          timer
              .completeOnTimeout(true, Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS)
              .thenRun(this::isOver);
      // Frees the timer, and what it refers to, with the result. Not cancel: JDKs without the mend
      // of JDK-8303742 keep a timer that was cancelled until its time.
      CompletableFuture<?> unused = result.whenComplete((done, failure) -> timer.complete(false));
    }
    return result;
  }

  /** The time from queueing until a worker started the first window. */
  public long queuedNanos() {
    return begun == 0 ? 0 : Math.max(0, begun - added);
  }

  /** Reports the batches that this text was in and that nobody has reported. */
  public void tellOfBatches(ModelListener listener) {
    for (Run run : runs) {
      if (run.isTold.compareAndSet(false, true)) {
        listener.computed(run.batch);
      }
    }
  }
}
