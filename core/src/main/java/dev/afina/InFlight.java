package dev.afina;

/**
 * What a model has to do at a moment: the texts of single calls that wait or are computed. The
 * calls with lists are not in it, which bring a little at a time. Immutable.
 */
public final class InFlight {
  private final int texts;
  private final long tokens;

  private InFlight(int texts, long tokens) {
    this.texts = texts;
    this.tokens = tokens;
  }

  /** One with these numbers. */
  public static InFlight of(int texts, long tokens) {
    return new InFlight(texts, tokens);
  }

  /** The texts, each of which somebody waits for. */
  public int texts() {
    return texts;
  }

  /** Their tokens, which {@link ServingOptions#tokensInFlight} limits. */
  public long tokens() {
    return tokens;
  }

  @Override
  public String toString() {
    return texts + " texts of " + tokens + " tokens";
  }
}
