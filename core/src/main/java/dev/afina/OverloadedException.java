package dev.afina;

import java.util.concurrent.RejectedExecutionException;

/**
 * A text was refused at once, because as many tokens are in flight as {@link
 * ServingOptions#tokensInFlight} allows. Nothing was computed; a server answers with HTTP 503 or
 * 429, and the caller may try again later.
 */
public final class OverloadedException extends RejectedExecutionException {
  private static final long serialVersionUID = 1;

  private final long tokensInFlight;
  private final long limit;

  /** One with these numbers, which applications need for their tests only. */
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

  /** The tokens of the texts that were waiting or computed at that moment. */
  public long tokensInFlight() {
    return tokensInFlight;
  }

  /** What was allowed. */
  public long limit() {
    return limit;
  }
}
