package dev.afina.training;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An option: its name, its default and its range, stated once.
 *
 * @param defaultValue the default, or null
 * @param range the test of a value
 * @param expected the range in words, for messages
 * @param affectsWeights whether the trained weights depend on it
 */
record Option<T>(
    String name,
    Class<T> type,
    @Nullable T defaultValue,
    Predicate<T> range,
    String expected,
    boolean affectsWeights) {

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

  /** The same option, declared not to affect the trained weights. */
  Option<T> withoutEffectOnWeights() {
    return new Option<>(name, type, defaultValue, range, expected, false);
  }

  /**
   * @throws IllegalArgumentException if the value is out of range; the message has the option, the
   *     value and the range
   */
  void check(T value) {
    if (!range.test(value)) {
      throw new IllegalArgumentException(name + ": expected " + expected + ", got " + value);
    }
  }
}
