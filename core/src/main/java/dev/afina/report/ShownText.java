package dev.afina.report;

import dev.afina.data.Example;
import org.jspecify.annotations.Nullable;

/**
 * A text of the data, as long as a report shows it.
 *
 * @param pair the second text of a pair; null for a single text
 */
record ShownText(String text, @Nullable String pair) {
  /** Characters. */
  static final int MOST = 300;

  static ShownText of(Example example) {
    String pair = example.pair();
    return new ShownText(cut(example.text()), pair == null ? null : cut(pair));
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= MOST
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST)) + "…";
  }
}
