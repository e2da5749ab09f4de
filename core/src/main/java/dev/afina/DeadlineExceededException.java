package dev.afina;

import java.time.Duration;

/**
 * A call did not end within the time that it was given. What was still queued of it is dropped and
 * never computed.
 */
public final class DeadlineExceededException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Duration deadline;

  /** One of this time, which applications need for their tests only. */
  public DeadlineExceededException(Duration deadline) {
    super(
        "no result within "
            + deadline.toNanos() / 1_000_000
            + " ms, the deadline of this call; allow it more time, send less at once, or lower"
            + " ServingOptions.tokensInFlight so that calls are refused earlier");
    this.deadline = deadline;
  }

  /** The time that the call was given. */
  public Duration deadline() {
    return deadline;
  }
}
