package dev.afina;

import dev.afina.internal.serving.Deadline;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a model serves its callers: the limit of its queue, the deadline of a call, the listener, and
 * the executor of futures. Immutable and thread safe: each method that sets a value returns new
 * options.
 *
 * <pre>{@code
 * Classifier served = classifier.withServing(ServingOptions.standard()
 *     .tokensInFlight(65_536).deadline(Duration.ofSeconds(2)));
 * }</pre>
 */
public final class ServingOptions {
  /**
   * About 2,000 texts of maximum length. A queued text takes some 10 bytes per token and usually a
   * thread, so this only bounds memory; a server that cares about latency should set a lower limit.
   */
  private static final long TOKENS_IN_FLIGHT = 1 << 20;

  private static final ServingOptions STANDARD =
      new ServingOptions(TOKENS_IN_FLIGHT, null, ModelListener.NONE, null);

  private final long tokensInFlight;
  private final @Nullable Duration deadline;
  private final ModelListener listener;
  private final @Nullable Executor executor;

  private ServingOptions(
      long tokensInFlight,
      @Nullable Duration deadline,
      ModelListener listener,
      @Nullable Executor executor) {
    this.tokensInFlight = tokensInFlight;
    this.deadline = deadline;
    this.listener = listener;
    this.executor = executor;
  }

  /** The default options: 1,048,576 tokens in flight, no deadline, no listener. */
  public static ServingOptions standard() {
    return STANDARD;
  }

  /**
   * Sets the limit of tokens in flight. A single text is rejected with an {@link
   * OverloadedException} if this many tokens, or more, of single texts are already queued or being
   * computed, over all callers and all views of the model. So the number of tokens in memory is
   * bounded by the limit plus one text, and a text longer than the limit is still served when the
   * model is idle. If views of one model have different limits, those with the lower limits are
   * rejected first.
   *
   * <p>Lists, data sets and streams are never rejected and do not count: their callers wait their
   * turn and submit a few batches at a time. Default: 1,048,576, which only protects memory. For a
   * latency of at most t seconds, set t times the number of tokens that the machine computes per
   * second.
   *
   * @param tokens the limit, 1 or more
   * @throws IllegalArgumentException if it is out of range
   */
  public ServingOptions tokensInFlight(long tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("tokensInFlight: expected 1 or more, got " + tokens);
    }
    return new ServingOptions(tokens, deadline, listener, executor);
  }

  /**
   * Sets the deadline of each call, measured from its start; a call that takes longer throws {@link
   * DeadlineExceededException}. A single text that is still queued by then is never computed. A
   * list ends after the batches being computed, which take a fraction of a second. It does not
   * apply to streams and iterators of texts, passes with dropout, or evaluations. Default: none.
   *
   * @param time over zero
   * @throws IllegalArgumentException if it is zero or negative
   */
  public ServingOptions deadline(Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("deadline: expected more than zero, got " + time);
    }
    return new ServingOptions(tokensInFlight, time, listener, executor);
  }

  /**
   * Sets the listener, replacing any other; {@link ModelListener#all} combines several. Default:
   * none.
   */
  public ServingOptions listener(ModelListener told) {
    return new ServingOptions(
        tokensInFlight, deadline, Objects.requireNonNull(told, "listener"), executor);
  }

  /**
   * Sets the executor on which the futures of {@code predictAsync} complete, and on which whatever
   * is chained to them runs. Default: that of {@link
   * java.util.concurrent.CompletableFuture#supplyAsync}, which is the common pool, or a new thread
   * per task if the common pool has only one thread. That also takes over where this executor
   * refuses a task, or would run it on the thread that computes.
   */
  public ServingOptions executor(Executor executor) {
    return new ServingOptions(
        tokensInFlight, deadline, listener, Objects.requireNonNull(executor, "executor"));
  }

  /** The limit of tokens in flight. */
  public long tokensInFlight() {
    return tokensInFlight;
  }

  /** The deadline of each call; empty for none. */
  public Optional<Duration> deadline() {
    return Optional.ofNullable(deadline);
  }

  /** The listener; {@link ModelListener#NONE} by default. */
  public ModelListener listener() {
    return listener;
  }

  /** The executor on which futures complete; empty for the default. */
  public Optional<Executor> executor() {
    return Optional.ofNullable(executor);
  }

  /** The deadline of a call that starts now. */
  Deadline newDeadline() {
    return deadline == null ? Deadline.NONE : Deadline.in(deadline);
  }

  @Override
  public String toString() {
    return "at most "
        + tokensInFlight
        + " tokens in flight, "
        + (deadline == null ? "no deadline" : "a deadline of " + deadline.toMillis() + " ms");
  }
}
