package dev.afina.tokenization;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Values of a file in error messages: on one line, shortened, and without characters that change
 * how the line looks.
 */
final class Quoted {

  private static final int LONGEST = 120;

  private Quoted() {}

  /** The value as text; the middle of a long one is left out. */
  static String of(@Nullable Object value) {
    String text = String.valueOf(value);
    if (text.length() <= LONGEST) {
      return visible(text);
    }
    int half = LONGEST / 2;
    return visible(text.substring(0, half))
        + " … ("
        + text.length()
        + " chars) … "
        + visible(text.substring(text.length() - half));
  }

  private static String visible(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT, // also what reverses the direction of a line
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    line.append(
                        c == '\n' || c == '\r' ? " " : String.format(Locale.ROOT, "\\u%04x", c));
                default -> line.appendCodePoint(c);
              }
            });
    return line.toString();
  }
}
