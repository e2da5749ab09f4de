package dev.afina;

/**
 * The load of a model at one moment: the texts of single calls that are queued or being computed.
 * Calls with lists are not counted, because they submit only a few batches at a time. Immutable.
 */
public final class InFlight {
  private final int texts;
  private final long tokens;

  private InFlight(int texts, long tokens) {
    this.texts = texts;
    this.tokens = tokens;
  }

  /** Creates an instance, for tests. */
  public static InFlight of(int texts, long tokens) {
    return new InFlight(texts, tokens);
  }

  /** The number of texts. */
  public int texts() {
    return texts;
  }

  /** The number of their tokens, which {@link ServingOptions#tokensInFlight} limits. */
  public long tokens() {
    return tokens;
  }

  @Override
  public String toString() {
    return texts + " texts of " + tokens + " tokens";
  }
}
