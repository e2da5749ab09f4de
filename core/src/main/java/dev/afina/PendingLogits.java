package dev.afina;

import dev.afina.tokenization.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A text that waits in a {@link TextQueue}, or is computed: one encoding, or the windows of a
 * document. It ends with the logits of all of them, with a failure, or by being dropped.
 */
final class PendingLogits {
  private final List<Encoding> windows;
  private final int tokens;
  private final Deadline deadline;
  private final Runnable leaving;
  private final long added = System.nanoTime();

  private final float[][] rows;
  private final AtomicInteger missing;
  private final AtomicBoolean left = new AtomicBoolean();
  private final CompletableFuture<List<float[]>> result = new CompletableFuture<>();

  // Written by a worker, before the result that tells the reader.
  private volatile long begun;
  private volatile @Nullable Run run;

  /**
   * A batch that was computed. Who comes first of those that were in it tells.
   *
   * @param isTold whether somebody does
   */
  record Run(ModelListener.Batch batch, AtomicBoolean isTold) {}

  /**
   * Begins to wait.
   *
   * @param windows one or more
   * @param leaving runs once, when this needs no place any more
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

  int tokens() {
    return tokens;
  }

  /** Whether computing it is of no use any more; a deadline that has passed ends it here. */
  boolean isOver() {
    if (!result.isDone() && deadline.hasPassed()) {
      fail(deadline.exceeded());
    }
    return result.isDone();
  }

  /** A worker begins with a window. */
  void begin() {
    if (begun == 0) {
      begun = System.nanoTime();
    }
  }

  /** A window's logits are there. */
  void complete(int window, float[] logits, Run computed) {
    rows[window] = logits;
    run = computed;
    if (missing.decrementAndGet() == 0) {
      leave();
      result.complete(Arrays.asList(rows));
    }
  }

  /** Ends it, if it has not ended. */
  boolean fail(Throwable failure) {
    leave();
    return result.completeExceptionally(failure);
  }

  private void leave() {
    if (left.compareAndSet(false, true)) {
      leaving.run();
    }
  }

  /**
   * Waits for the logits of the windows. A thread that is interrupted waits on, and stays
   * interrupted.
   *
   * @throws DeadlineExceededException when there is one and it has passed
   */
  List<float[]> await() {
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

  /** What a worker threw, to throw it again; an Error is thrown here. */
  static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException e ? e : new CompletionException(failure);
  }

  /** For whoever goes on when it ends, on any thread. From now on a deadline ends it in time. */
  CompletableFuture<List<float[]>> future() {
    if (!deadline.isNone()) {
      // Not by orTimeout: whatever is chained to that runs on the one thread that keeps the time.
      CompletableFuture<Boolean> timer = new CompletableFuture<>();
      CompletableFuture<Void> unusedEither =
          timer
              .completeOnTimeout(true, Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS)
              .thenRun(this::isOver);
      CompletableFuture<?> unused = // the timer, and what it holds, goes with the result
          result.whenComplete((logits, failure) -> timer.cancel(false));
    }
    return result;
  }

  /** From the begin of the wait until a worker took the first window. */
  long queuedNanos() {
    return begun == 0 ? 0 : Math.max(0, begun - added);
  }

  /** Tells of the last batch in which this was, unless somebody else in it has. */
  void tellOfBatch(ModelListener listener) {
    Run last = run;
    if (last != null && last.isTold.compareAndSet(false, true)) {
      listener.computed(last.batch);
    }
  }
}
