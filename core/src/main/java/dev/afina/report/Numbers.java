package dev.afina.report;

import dev.afina.internal.files.Digits;
import java.time.Duration;
import java.util.Locale;

/** Numbers as a report writes them, alike in every locale; {@code –} for one that is undefined. */
final class Numbers {
  private Numbers() {}

  /** Four digits after the point. */
  static String decimal(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : Digits.NONE;
  }

  /** Of any size, with about so many digits that count, without zeros at the end. */
  static String significant(double value, int digits) {
    return Digits.significant(value, digits);
  }

  static String significant(double value) {
    return significant(value, 4);
  }

  /** A metric of any size. */
  static String metric(double value) {
    return Digits.metric(value);
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A share as {@code 12.5 %}. */
  static String percent(double share) {
    return Double.isFinite(share)
        ? String.format(Locale.ROOT, "%.1f %%", 100 * share)
        : Digits.NONE;
  }

  /** {@code 42.0 s}, {@code 3 min 5 s} or {@code 2 h 3 min}. */
  static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }

  /** As a name in lower case: {@code macro}, {@code no improvement}. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
