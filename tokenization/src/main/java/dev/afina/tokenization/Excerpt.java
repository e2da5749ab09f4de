package dev.afina.tokenization;

import org.jspecify.annotations.Nullable;

/**
 * The part of a text that is actually tokenized: all of it, or enough of its beginning (or end, if
 * texts are truncated on the left) for all tokens that are kept. Free of unpaired surrogates.
 *
 * @param text the excerpt
 * @param start its start in the whole text, as a char index
 * @param whole whether it is the whole text
 */
record Excerpt(String text, int start, boolean whole) {

  /** A token has four to five chars in most languages; the first try reads more than that. */
  private static final int CHARS_PER_TOKEN = 8;

  private static final int CHARS_AT_LEAST = 256;

  /** If an excerpt has too few tokens, the next one is this many times as long. */
  private static final int FACTOR = 3;

  static Excerpt all(String text) {
    return new Excerpt(WellFormed.text(text), 0, true);
  }

  /**
   * The first excerpt to try.
   *
   * @param cuts where the tokenizer allows a text to be cut; null for nowhere
   * @param side the end that is cut off
   */
  static Excerpt first(String text, int maxTokens, @Nullable CutPoints cuts, Side side) {
    return of(text, CHARS_AT_LEAST + (long) CHARS_PER_TOKEN * maxTokens, cuts, side);
  }

  /** A longer excerpt of the same text. */
  Excerpt longer(String all, @Nullable CutPoints cuts, Side side) {
    return of(all, (long) FACTOR * text.length(), cuts, side);
  }

  private static Excerpt of(String text, long chars, @Nullable CutPoints cuts, Side side) {
    if (cuts == null || text.length() <= chars) {
      return all(text);
    }
    if (side == Side.RIGHT) {
      int end = cuts.next(text, (int) chars);
      return end < 0 ? all(text) : new Excerpt(WellFormed.text(text.substring(0, end)), 0, false);
    }
    int start = cuts.previous(text, text.length() - (int) chars);
    return start < 0
        ? all(text)
        : new Excerpt(WellFormed.text(text.substring(start)), start, false);
  }
}
