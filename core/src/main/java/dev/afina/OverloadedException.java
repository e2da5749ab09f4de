package dev.afina;

import java.util.concurrent.RejectedExecutionException;

/**
 * Thrown when a text is rejected immediately, because as many tokens are in flight as {@link
 * ServingOptions#tokensInFlight} allows. Nothing was computed. A server should answer with HTTP 503
 * or 429; the caller may try again later.
 */
public final class OverloadedException extends RejectedExecutionException {
  private static final long serialVersionUID = 1;

  private final long tokensInFlight;
  private final long limit;

  /** Creates an exception, for tests of an application. */
  public OverloadedException(long tokensInFlight, long limit) {
    super(
        "refused: "
            + tokensInFlight
            + " tokens are in flight, and the limit is "
            + limit
            + "; call again later, or raise it with ServingOptions.tokensInFlight");
    this.tokensInFlight = tokensInFlight;
    this.limit = limit;
  }

  /** The number of tokens that were queued or being computed at that moment. */
  public long tokensInFlight() {
    return tokensInFlight;
  }

  /** The limit. */
  public long limit() {
    return limit;
  }
}
