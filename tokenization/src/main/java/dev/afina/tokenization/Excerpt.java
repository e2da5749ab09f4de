package dev.afina.tokenization;

import org.jspecify.annotations.Nullable;

/**
 * As much of a text as is tokenized: all of it, or so much of its beginning (its end, where texts
 * are cut on the left) as holds all tokens that are kept. Well-formed.
 *
 * @param text the excerpt
 * @param start where it begins in the whole text
 * @param whole whether it is the whole text
 */
record Excerpt(String text, int start, boolean whole) {

  /** A token has four to five chars in most languages; more are read at once than are needed. */
  private static final int CHARS_PER_TOKEN = 8;

  private static final int CHARS_AT_LEAST = 256;

  /** If an excerpt had too few tokens, the next one is so many times as long. */
  private static final int FACTOR = 3;

  static Excerpt all(String text) {
    return new Excerpt(WellFormed.text(text), 0, true);
  }

  /**
   * The excerpt to begin with.
   *
   * @param cuts where the tokenizer lets a text be cut, null for nowhere
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
