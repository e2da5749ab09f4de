package dev.afina;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a model serves its callers: what it refuses, how long a call may take, and who is told of it.
 * Immutable; each method gives another one.
 *
 * <pre>{@code
 * Classifier served = classifier.withServing(ServingOptions.standard()
 *     .tokensInFlight(65_536).deadline(Duration.ofSeconds(2)));
 * }</pre>
 */
public final class ServingOptions {
  /**
   * About 2,000 of the longest texts. What waits takes some 10 bytes a token and a thread each, so
   * this is for memory only: a server that cares for its answers' time sets less.
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

  /** 1,048,576 tokens in flight, no deadline, nobody is told. */
  public static ServingOptions standard() {
    return STANDARD;
  }

  /**
   * Refuses a single text with an {@link OverloadedException} when so many tokens, or more, are
   * waiting or computed: those of the single texts of all callers, through whatever view of the
   * model. So memory is bounded by this and one text, and a text that is longer than the limit is
   * served, too, when little else is. A view with a lower limit than another's gives way to it.
   *
   * <p>Lists, data sets and streams are never refused: they wait for their turn, the caller with
   * them, and bring a few batches at a time, which do not count here. By default 1,048,576, which
   * protects the memory; for a time of at most t seconds take t times the tokens that the machine
   * computes a second.
   *
   * @param tokens 1 or more
   */
  public ServingOptions tokensInFlight(long tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("tokensInFlight: expected 1 or more, got " + tokens);
    }
    return new ServingOptions(tokens, deadline, listener, executor);
  }

  /**
   * Ends each call that takes longer with a {@link DeadlineExceededException}. The time begins with
   * the call. A single text that is still queued by then is never computed. A list ends after the
   * batches at hand, of a part of a second each. By default there is none.
   *
   * @param time more than zero
   */
  public ServingOptions deadline(Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("deadline: expected more than zero, got " + time);
    }
    return new ServingOptions(tokensInFlight, time, listener, executor);
  }

  /** Tells this listener in place of any other; {@link ModelListener#all} makes one of several. */
  public ServingOptions listener(ModelListener told) {
    return new ServingOptions(
        tokensInFlight, deadline, Objects.requireNonNull(told, "listener"), executor);
  }

  /**
   * Where the futures of {@code predictAsync} complete, and so what is chained to them runs. By
   * default that is where {@link java.util.concurrent.CompletableFuture#supplyAsync} runs: the
   * common pool, or a new thread where that has one thread only.
   */
  public ServingOptions executor(Executor executor) {
    return new ServingOptions(
        tokensInFlight, deadline, listener, Objects.requireNonNull(executor, "executor"));
  }

  /** The tokens of single texts from which on others are refused. */
  public long tokensInFlight() {
    return tokensInFlight;
  }

  /** The time that each call is given; empty for any. */
  public Optional<Duration> deadline() {
    return Optional.ofNullable(deadline);
  }

  /** Who is told; {@link ModelListener#NONE} by default. */
  public ModelListener listener() {
    return listener;
  }

  /** Where futures complete; empty for the default. */
  public Optional<Executor> executor() {
    return Optional.ofNullable(executor);
  }

  /** The deadline of a call that begins now. */
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
