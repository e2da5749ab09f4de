package dev.afina;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Shows what stands in a file, or what a caller gave, in a message: in one line however long it is
 * and whatever characters it has.
 */
final class Quoted {
  /** Of one value, characters. */
  private static final int SHOWN = 80;

  /** Of a list, values and characters. */
  private static final int LISTED = 20;

  private static final int LIST_LENGTH = 400;

  private Quoted() {}

  /** The value in quotes; of a long one its beginning and its length. */
  static String of(String value) {
    return '"' + beginning(value) + '"' + length(value);
  }

  /** The value without quotes; of a long one its beginning and its length. */
  static String plain(String value) {
    return beginning(value) + length(value);
  }

  /** {@code "a", "b"}; of a long list its beginning and how many more there are. */
  static String list(Collection<String> values) {
    return joined(values, true);
  }

  /** {@code a, b}; of a long list its beginning and how many more there are. */
  static String plainList(Collection<String> values) {
    return joined(values, false);
  }

  /** Any text as one line of at most so many characters. */
  static String line(String text, int most) {
    String line = escaped(text);
    return line.length() <= most ? line : cut(line, most - 3) + "...";
  }

  private static String joined(Collection<String> values, boolean quotes) {
    List<String> shown = new ArrayList<>();
    int length = 0;
    for (String value : values) {
      String next = quotes ? of(value) : plain(value);
      length += next.length() + 2;
      if (shown.size() == LISTED || (length > LIST_LENGTH && !shown.isEmpty())) {
        return String.join(", ", shown) + ", ... " + (values.size() - shown.size()) + " more";
      }
      shown.add(next);
    }
    return String.join(", ", shown);
  }

  private static String beginning(String value) {
    return value.length() <= SHOWN ? escaped(value) : escaped(cut(value, SHOWN)) + "...";
  }

  private static String length(String value) {
    return value.length() <= SHOWN ? "" : " (" + value.length() + " characters)";
  }

  /** Never half a character. */
  private static String cut(String value, int length) {
    boolean between =
        Character.isHighSurrogate(value.charAt(length - 1))
            && Character.isLowSurrogate(value.charAt(length));
    return value.substring(0, between ? length - 1 : length);
  }

  /**
   * Line breaks, other control characters and those that turn the direction of writing would make a
   * message look like something else.
   */
  private static String escaped(String value) {
    StringBuilder shown = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\n' -> shown.append("\\n");
        case '\r' -> shown.append("\\r");
        case '\t' -> shown.append("\\t");
        default -> {
          int type = Character.getType(c);
          if (type == Character.CONTROL
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR
              || isDirection(c)) {
            shown.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
          } else {
            shown.append(c);
          }
        }
      }
    }
    return shown.toString();
  }

  private static boolean isDirection(char c) {
    return (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
  }
}
