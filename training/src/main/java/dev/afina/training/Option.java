package dev.afina.training;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An option: its name, its default and what it may be, stated once.
 *
 * @param defaultValue null for none
 * @param range what it may be
 * @param expected the range in words
 * @param decides whether the weights that come out depend on it
 */
record Option<T>(
    String name,
    Class<T> type,
    @Nullable T defaultValue,
    Predicate<T> range,
    String expected,
    boolean decides) {

  static <T> Option<T> of(
      String name, Class<T> type, @Nullable T defaultValue, Predicate<T> range, String expected) {
    return new Option<>(name, type, defaultValue, range, expected, true);
  }

  static Option<Double> number(
      String name, @Nullable Double defaultValue, Predicate<Double> range, String expected) {
    return of(name, Double.class, defaultValue, n -> Double.isFinite(n) && range.test(n), expected);
  }

  static Option<Double> share(String name, double defaultValue) {
    return number(name, defaultValue, n -> n >= 0 && n < 1, "[0, 1)");
  }

  static Option<Integer> count(String name, @Nullable Integer defaultValue) {
    return of(name, Integer.class, defaultValue, n -> n > 0, "1 or more");
  }

  static Option<Boolean> flag(String name) {
    return of(name, Boolean.class, false, n -> true, "true or false");
  }

  /** The same, for what does not change the weights that come out. */
  Option<T> withoutEffectOnWeights() {
    return new Option<>(name, type, defaultValue, range, expected, false);
  }

  /**
   * Refuses what is out of range.
   *
   * @throws IllegalArgumentException naming the option, the value and the range
   */
  void check(T value) {
    if (!range.test(value)) {
      throw new IllegalArgumentException(name + ": expected " + expected + ", got " + value);
    }
  }
}
