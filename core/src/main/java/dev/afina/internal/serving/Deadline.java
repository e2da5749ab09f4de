package dev.afina.internal.serving;

import dev.afina.DeadlineExceededException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The deadline of a call.
 *
 * @param allowed the time that the call was allowed
 * @param end the end of that time on the clock of {@link System#nanoTime}
 */
public record Deadline(Duration allowed, long end) {
  /** Longer than any process runs, and short enough that adding two of them does not overflow. */
  private static final Duration FOR_EVER = Duration.ofDays(365 * 100L);

  public static final Deadline NONE = new Deadline(FOR_EVER, Long.MAX_VALUE);

  /** A deadline this far from now; zero or less has passed already. */
  public static Deadline in(Duration allowed) {
    Objects.requireNonNull(allowed, "deadline");
    if (allowed.compareTo(FOR_EVER) >= 0) {
      return NONE;
    }
    boolean passed = allowed.isNegative() || allowed.isZero();
    return new Deadline(allowed, System.nanoTime() + (passed ? 0 : allowed.toNanos()));
  }

  /** Whether there is none. */
  boolean isNone() {
    return end == Long.MAX_VALUE;
  }

  /** The time left: zero or less if it has passed, very long if there is no deadline. */
  long nanosLeft() {
    return isNone() ? TimeUnit.DAYS.toNanos(365) : end - System.nanoTime();
  }

  boolean hasPassed() {
    return !isNone() && nanosLeft() <= 0;
  }

  /** Throws if the deadline has passed. */
  public void check() {
    if (hasPassed()) {
      throw exceeded();
    }
  }

  DeadlineExceededException exceeded() {
    return new DeadlineExceededException(allowed);
  }
}
