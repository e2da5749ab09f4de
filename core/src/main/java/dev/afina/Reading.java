package dev.afina;

/**
 * How much of a text a model read.
 *
 * @param windows the number of windows that were computed; 1 except with {@link LongTexts#windows}
 * @param cutTokens the number of tokens that are in no window; 0 if and only if all of the text was
 *     read
 * @param allCutCounted whether {@code cutTokens} is exact; otherwise it is a lower bound, because a
 *     very long text is not tokenized to its end
 */
public record Reading(int windows, int cutTokens, boolean allCutCounted) {
  /** A text that was read as a whole, in one window. */
  public static final Reading WHOLE = new Reading(1, 0, true);

  /** Checks that there is at least 1 window and that {@code cutTokens} is not negative. */
  public Reading {
    if (windows < 1 || cutTokens < 0) {
      throw new IllegalArgumentException(
          "reading: expected 1 window or more and 0 tokens or more, got %s and %s"
              .formatted(windows, cutTokens));
    }
  }
}
