package dev.afina.internal.files;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Values of unknown origin as they appear in a message: on one line, shortened, and without
 * characters that would change how the rest of the line looks.
 */
public final class Excerpt {
  private static final int USUAL = 100;

  /** The maximum number of values shown of a list. */
  private static final int LISTED = 20;

  /** The maximum number of characters shown of a list. */
  private static final int LIST_LENGTH = 400;

  private Excerpt() {}

  /** The value as text, cut to 100 characters; the full length follows if it was cut. */
  public static String of(@Nullable Object value) {
    return of(value, USUAL);
  }

  /** The value as text, cut to {@code most} characters; the full length follows if it was cut. */
  public static String of(@Nullable Object value, int most) {
    String text = String.valueOf(value);
    return beginning(text, most) + length(text, most);
  }

  /** The value in quotes, cut to 100 characters. */
  public static String quoted(String value) {
    return '"' + beginning(value, USUAL) + '"' + length(value, USUAL);
  }

  /** {@code a, b}; a long list is cut and followed by the number of further values. */
  public static String list(Collection<String> values) {
    return joined(values, Excerpt::of);
  }

  /** {@code "a", "b"}; a long list is cut and followed by the number of further values. */
  public static String quotedList(Collection<String> values) {
    return joined(values, Excerpt::quoted);
  }

  private static String joined(Collection<String> values, UnaryOperator<String> excerpt) {
    List<String> shown = new ArrayList<>();
    int length = 0;
    for (String value : values) {
      String next = excerpt.apply(value);
      length += next.length() + 2;
      if (shown.size() == LISTED || (length > LIST_LENGTH && !shown.isEmpty())) {
        return String.join(", ", shown) + ", ... " + (values.size() - shown.size()) + " more";
      }
      shown.add(next);
    }
    return String.join(", ", shown);
  }

  private static String beginning(String text, int most) {
    StringBuilder shown = new StringBuilder();
    int end = end(text, most);
    text.substring(0, end)
        .codePoints()
        .forEach(
            c -> {
              if (isInvisible(c)) {
                shown.append(escape(c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return end < text.length() ? shown.append('…').toString() : shown.toString();
  }

  private static String length(String text, int most) {
    return end(text, most) < text.length() ? " (" + text.length() + " characters)" : "";
  }

  /** Never cuts a surrogate pair in half. */
  private static int end(String text, int most) {
    if (text.length() <= most) {
      return text.length();
    }
    return Character.isSurrogatePair(text.charAt(most - 1), text.charAt(most)) ? most + 1 : most;
  }

  private static String escape(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, "\\u%04x", c);
    };
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
