package dev.afina.data;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Numbers as they are written in data files. */
final class Numerals {
  /** Narrower than what Java reads: no hexadecimal, no "1d", no NaN, no Infinity. */
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

  private Numerals() {}

  /**
   * The number; empty where the text is none, or one too large for a double. Blanks around are
   * passed over.
   */
  static OptionalDouble finite(String text) {
    String number = text.strip();
    if (!DECIMAL.matcher(number).matches()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(number);
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
