package dev.afina.internal.files;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Text of unknown origin as shown on a page: one line in which every character is visible and none
 * changes how its neighbours look. The result is not escaped for any markup.
 */
public final class VisibleText {
  private static final Pattern WHITESPACE = Pattern.compile("[\\s\\u0085\\p{Z}]+");

  private VisibleText() {}

  /**
   * The text on one line. White space becomes a single space; invisible characters, such as one
   * that reverses the writing direction, are written as {@code (U+202E)}.
   *
   * @param most the maximum number of characters; a longer text is cut and ends in {@code …}
   */
  public static String line(String text, int most) {
    return WHITESPACE.matcher(visible(text, most)).replaceAll(" ");
  }

  private static String visible(String text, int most) {
    StringBuilder shown = new StringBuilder();
    int count = 0;
    for (int at = 0; at < text.length(); count++) {
      if (count == most) {
        return shown.append('…').toString();
      }
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (Character.isWhitespace(c) || !isInvisible(c)) {
        shown.appendCodePoint(c);
      } else {
        shown.append(String.format(Locale.ROOT, "(U+%04X)", c));
      }
    }
    return shown.toString();
  }

  private static boolean isInvisible(int c) {
    boolean joins = c == 0x200C || c == 0x200D; // used in many scripts and emoji
    int type = Character.getType(c);
    return !joins
        && (type == Character.FORMAT || type == Character.CONTROL || type == Character.SURROGATE);
  }
}
