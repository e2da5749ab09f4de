package dev.afina.metrics;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Columns of text as Python formats them: width in code points, decimals rounded from the exact
 * binary value.
 */
final class Text {
  private Text() {}

  static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  static StringBuilder padLeft(StringBuilder out, String text, int width) {
    return out.append(" ".repeat(Math.max(0, width - width(text)))).append(text);
  }

  static StringBuilder padRight(StringBuilder out, String text, int width) {
    return out.append(text).append(" ".repeat(Math.max(0, width - width(text))));
  }

  /**
   * The value with this many decimals. {@code String.format} rounds half up on the shortest decimal
   * form (.125 to 0.13); Python rounds the exact value half to even (0.12), and so do we.
   */
  static String decimal(double value, int digits) {
    return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** At most this many characters of a value, with "..." where some are left out. */
  static String cut(String value, int length) {
    return value.length() <= length ? value : value.substring(0, length) + "...";
  }
}
