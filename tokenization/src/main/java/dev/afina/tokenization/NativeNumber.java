package dev.afina.tokenization;

/**
 * A number as the native library reads it: digits are taken for a whole number of 64 bits, which is
 * multiplied or divided by a power of ten. That can be one unit in the last place beside the
 * nearest double, which decides between two ways to spell a word where the sums of their scores are
 * equal. Classes of transformers that build a pipeline anew hand the native library the nearest
 * doubles instead: see {@link TokenizerJson#isRebuilt}.
 */
final class NativeNumber {

  private static final int LARGEST_POWER = 308;

  /** Larger exponents than this make no other number, since a file has fewer digits. */
  private static final long LARGEST_EXPONENT = Integer.MAX_VALUE;

  private final String text;
  private int at;
  private long significand; // unsigned
  private boolean full; // no digit fits any more
  private long exponent;

  private NativeNumber(String text) {
    this.text = text;
  }

  /** Reads a finite number of JSON. */
  static double parse(String text) {
    return new NativeNumber(text).value();
  }

  private double value() {
    boolean negative = text.startsWith("-");
    at = negative ? 1 : 0;
    digits(1, 0);
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits(0, -1);
    }
    if (at < text.length()) { // e or E
      at++;
      exponent += written();
    }
    double value = scaled();
    return negative ? -value : value;
  }

  /**
   * Takes digits.
   *
   * @param dropped what one that does not fit adds to the exponent
   * @param taken what one that fits adds
   */
  private void digits(int dropped, int taken) {
    for (; at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
      int digit = text.charAt(at) - '0';
      full |= Long.compareUnsigned(significand, Long.divideUnsigned(-1L - digit, 10)) > 0;
      if (full) {
        exponent += dropped;
      } else {
        significand = 10 * significand + digit;
        exponent += taken;
      }
    }
  }

  /** The exponent behind the e, which may have any number of digits. */
  private long written() {
    boolean negative = text.charAt(at) == '-';
    at += negative || text.charAt(at) == '+' ? 1 : 0;
    long written = 0;
    for (; at < text.length(); at++) {
      written = Math.min(10 * written + (text.charAt(at) - '0'), LARGEST_EXPONENT);
    }
    return negative ? -written : written;
  }

  private double scaled() {
    double value =
        significand >= 0
            ? (double) significand
            : 2 * (double) (significand >>> 1 | (significand & 1));
    long left = exponent;
    while (left < -LARGEST_POWER && value != 0) {
      value /= 1e308;
      left += LARGEST_POWER;
    }
    if (value == 0 || left == 0) {
      return value;
    }
    double power = Double.parseDouble("1e" + Math.min(Math.abs(left), LARGEST_POWER));
    return left > 0 ? value * power : value / power;
  }
}
