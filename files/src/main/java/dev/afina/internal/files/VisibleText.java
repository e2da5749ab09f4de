package dev.afina.internal.files;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a page shows of a text that somebody else wrote: one line in which every character has a
 * look, and none changes how those around it look. It is not yet markup of any kind.
 */
public final class VisibleText {
  private static final Pattern WHITESPACE = Pattern.compile("[\\s\\u0085\\p{Z}]+");

  private VisibleText() {}

  /**
   * The text as a line: white space becomes one space, what has no look of its own, such as a
   * character that turns a line around, is written out as {@code (U+202E)}.
   *
   * @param most characters of the text; of a longer one the beginning and {@code …}
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
    boolean joins = c == 0x200C || c == 0x200D; // as in many scripts and emoji
    int type = Character.getType(c);
    return !joins
        && (type == Character.FORMAT || type == Character.CONTROL || type == Character.SURROGATE);
  }
}
