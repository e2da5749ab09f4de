package dev.afina;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * By when a call must have ended.
 *
 * @param allowed the time that it was given when it began
 * @param end on the clock of {@link System#nanoTime}
 */
record Deadline(Duration allowed, long end) {
  /** Longer than any process runs, and so short that two of them can be added. */
  private static final Duration FOR_EVER = Duration.ofDays(365 * 100L);

  static final Deadline NONE = new Deadline(FOR_EVER, Long.MAX_VALUE);

  /** One that begins now; zero or less has passed already. */
  static Deadline in(Duration allowed) {
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

  /** The time left, zero or less when it has passed; without a deadline a very long one. */
  long nanosLeft() {
    return isNone() ? TimeUnit.DAYS.toNanos(365) : end - System.nanoTime();
  }

  boolean hasPassed() {
    return !isNone() && nanosLeft() <= 0;
  }

  /**
   * Returns while there is time.
   *
   * @throws DeadlineExceededException when there is none
   */
  void check() {
    if (hasPassed()) {
      throw exceeded();
    }
  }

  DeadlineExceededException exceeded() {
    return new DeadlineExceededException(allowed);
  }
}
