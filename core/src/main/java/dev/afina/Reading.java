package dev.afina;

/**
 * How much of a text a model read.
 *
 * @param windows how many windows of it were computed, 1 but for {@link LongTexts#windows}
 * @param cutTokens how many tokens of it no window has; 0 when, and only when, all of it was read
 * @param allCutCounted whether that is the whole number and not the least one: a very long text is
 *     not tokenized to its end
 */
public record Reading(int windows, int cutTokens, boolean allCutCounted) {
  /** A text that was read as a whole, in one window. */
  public static final Reading WHOLE = new Reading(1, 0, true);

  /** Refuses fewer than 1 window and fewer than 0 tokens. */
  public Reading {
    if (windows < 1 || cutTokens < 0) {
      throw new IllegalArgumentException(
          "reading: expected 1 window or more and 0 tokens or more, got %s and %s"
              .formatted(windows, cutTokens));
    }
  }
}
