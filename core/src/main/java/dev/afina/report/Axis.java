package dev.afina.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * From values to places in a picture.
 *
 * @param low the value at {@code from}
 * @param high the value at {@code to}, greater
 */
record Axis(double low, double high, double from, double to) {
  private static final double GREATEST = Double.MAX_VALUE / 4; // their difference is a number

  /** One that has all values, with some room at the ends. */
  static Axis around(Collection<Double> values, double from, double to) {
    double low = values.stream().mapToDouble(v -> v).min().orElse(0);
    double high = values.stream().mapToDouble(v -> v).max().orElse(1);
    double room = low == high ? Math.max(Math.abs(low) * 0.1, 1e-9) : (high / 2 - low / 2) * 0.1;
    double least = low >= 0 && low - room < 0 ? 0 : low - room; // a loss has no room under 0
    return new Axis(Math.max(least, -GREATEST), Math.min(high + room, GREATEST), from, to);
  }

  double at(double value) {
    double share = (value - low) / (high - low);
    return from + Math.max(0, Math.min(1, share)) * (to - from);
  }

  /** Round values, at most about {@code most}. */
  List<Double> ticks(int most) {
    double rough = (high - low) / most;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power * 10;
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (factor * power >= rough) {
        step = factor * power;
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    double first = Math.ceil(low / step - 1e-9);
    for (int i = 0; i <= most && (first + i) * step <= high + step * 1e-9; i++) {
      ticks.add((first + i) * step);
    }
    return ticks;
  }

  /** Whole ones only. */
  List<Double> wholeTicks(int most) {
    return ticks(most).stream().filter(t -> Math.abs(t - Math.rint(t)) < 1e-9).toList();
  }
}
