package dev.afina;

import java.time.Duration;

/**
 * Thrown when a call does not end within its deadline. Whatever part of it was still queued is
 * dropped and never computed.
 */
public final class DeadlineExceededException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Duration deadline;

  /** Creates an exception, for tests of an application. */
  public DeadlineExceededException(Duration deadline) {
    super(
        "no result within "
            + deadline.toNanos() / 1_000_000
            + " ms, the deadline of this call; allow it more time, send less at once, or lower"
            + " ServingOptions.tokensInFlight so that calls are refused earlier");
    this.deadline = deadline;
  }

  /** The time that the call was allowed. */
  public Duration deadline() {
    return deadline;
  }
}
