package dev.afina.hub;

import java.time.Duration;

/**
 * How often and after which pause a failed request is sent again.
 *
 * @param retries how many times at most; 0 for never
 * @param firstPause the pause before the first retry; it doubles from one retry to the next
 * @param longestPause the bound of the doubling
 * @param longestWait the longest wait that the Hub may ask for (429 with {@code ratelimit} or
 *     {@code Retry-After}); a longer one ends the request
 */
record RetryPolicy(int retries, Duration firstPause, Duration longestPause, Duration longestWait) {
  /**
   * What the Python client does: 5 retries, 1 s doubling to 8 s; its rate limit window is 5 min.
   */
  static final RetryPolicy DEFAULT =
      new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofSeconds(310));

  RetryPolicy {
    if (retries < 0) {
      throw new IllegalArgumentException("retries: expected 0 or more, got " + retries);
    }
  }

  /** The pause before retry 1, 2, …. */
  Duration pause(int retry) {
    Duration pause = firstPause.multipliedBy(1L << Math.min(retry - 1, 20));
    return pause.compareTo(longestPause) < 0 ? pause : longestPause;
  }
}
