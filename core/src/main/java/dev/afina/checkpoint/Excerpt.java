package dev.afina.checkpoint;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a message shows of a value that somebody else wrote: one line, not long, and no character
 * that changes how the rest of the line looks.
 */
public final class Excerpt {
  private static final int USUAL = 100;

  private Excerpt() {}

  /** At most 100 characters of the value's text, and how many there are where that is not all. */
  public static String of(@Nullable Object value) {
    return of(value, USUAL);
  }

  /** At most {@code most} characters of the value's text. */
  public static String of(@Nullable Object value, int most) {
    String text = String.valueOf(value);
    StringBuilder shown = new StringBuilder();
    int at = 0;
    while (at < text.length() && shown.length() < most) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (isInvisible(c)) {
        shown.append("\\u").append(String.format(Locale.ROOT, "%04x", c));
      } else {
        shown.appendCodePoint(c);
      }
    }
    if (at < text.length()) {
      shown.append("… (").append(text.length()).append(" characters)");
    }
    return shown.toString();
  }

  private static boolean isInvisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT, // also what reverses the direction of a line
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
