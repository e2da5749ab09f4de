package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;

/**
 * The figures of one side, a round each.
 *
 * @param name whose they are
 * @param values at least one, in the order in which they were measured
 */
record Series(String name, List<Double> values) {
  Series {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + ": expected 1 figure or more, got none");
    }
  }

  /** The middle one; of an even number the mean of the two in the middle. */
  double median() {
    return median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** The least. */
  double min() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  /** The greatest. */
  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  JsonObject json() {
    return Json.object(
        "name", name, "median", median(), "spread", List.of(min(), max()), "values", values);
  }

  /** The median of figures in any order. */
  static double median(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
