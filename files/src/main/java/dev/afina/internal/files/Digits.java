package dev.afina.internal.files;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers of any size as text for people, alike in every locale. */
public final class Digits {
  /** What is shown for a number that is not finite. */
  public static final String NONE = "–";

  private static final int SIGNIFICANT = 4;
  private static final double LEAST_IN_PLACES = 0.001;
  private static final double MOST_IN_PLACES = 1000;

  private Digits() {}

  /** With about so many digits that count, without zeros at the end. */
  public static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
    if (rounded.signum() == 0) {
      return "0";
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -3 && exponent <= 6) {
      return rounded.toPlainString();
    }
    return rounded.scaleByPowerOfTen(-exponent).stripTrailingZeros().toPlainString()
        + "e"
        + exponent;
  }

  /**
   * A metric: with four digits after the point, or, where these would say nothing or too much, with
   * four that count.
   */
  public static String metric(double value) {
    double size = Math.abs(value);
    return size == 0 || (size >= LEAST_IN_PLACES && size < MOST_IN_PLACES)
        ? String.format(Locale.ROOT, "%.4f", value)
        : significant(value, SIGNIFICANT);
  }

  /** The number with at most so many digits that count. */
  public static double rounded(double value, int digits) {
    return new BigDecimal(value).round(new MathContext(digits)).doubleValue();
  }
}
