package dev.afina.data;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers as they are written in data files. */
final class Numerals {
  /** Stricter than {@link Double#parseDouble}: no hexadecimal, no "1d", no NaN, no Infinity. */
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

  /** Spreadsheets and pandas write the integers of a column with gaps as "1.0". */
  private static final Pattern INTEGER = Pattern.compile("(-?[0-9]+)(?:\\.0)?");

  /** Class numbers have fewer digits than the largest int. */
  private static final int CLASS_DIGITS = 9;

  /** Digits before and after the point of a number that is a label. */
  private static final int LONGEST_LABEL = 30;

  private Numerals() {}

  /** The number; empty if the text is not a finite number. Surrounding blanks are ignored. */
  static OptionalDouble finite(String text) {
    String number = text.strip();
    if (!DECIMAL.matcher(number).matches()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(number);
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** The digits of an integer, "1" also for "1.0"; null if the text is not an integer. */
  static @Nullable String integer(String text) {
    Matcher integer = INTEGER.matcher(text);
    return integer.matches() ? integer.group(1) : null;
  }

  /**
   * The label that a number stands for, as opposed to a string of digits: the same for 1, 1.0, 1.00
   * and 1e0, which are one number to whoever writes them. A number with more than {@value
   * #LONGEST_LABEL} digits on one side of the point stays as it is written. Empty if it is not a
   * finite number.
   */
  static Optional<String> label(String number) {
    boolean whole = number.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    if (!whole && finite(number).isEmpty()) {
      return Optional.empty();
    }
    if (number.length() > 3 * LONGEST_LABEL) {
      return Optional.of(number); // its value would take long
    }
    try {
      BigDecimal value = new BigDecimal(number).stripTrailingZeros();
      boolean isShort =
          value.scale() <= LONGEST_LABEL && value.precision() - value.scale() <= LONGEST_LABEL;
      return Optional.of(isShort ? value.toPlainString() : number);
    } catch (NumberFormatException e) { // an exponent beyond all bounds
      return Optional.of(number);
    }
  }

  /** An integer that may be the number of a class; empty for anything else. */
  static OptionalInt classNumber(String text) {
    String digits = integer(text);
    return digits == null || digits.length() - (digits.startsWith("-") ? 1 : 0) > CLASS_DIGITS
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(digits));
  }
}
