package dev.afina.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A confidence interval for the value of a metric, given the texts it was measured on. Immutable
 * and thread safe.
 *
 * @param estimate the metric over all texts
 * @param low the lower bound
 * @param high the upper bound
 * @param level the share of such intervals that contain the true value, such as 0.95
 * @param resamples the number of samples that the bounds are based on
 */
public record ConfidenceInterval(
    double estimate, double low, double high, double level, int resamples) {
  /** The default number of samples. */
  public static final int DEFAULT_RESAMPLES = 2000;

  private static final int MOST_RESAMPLES = 10_000_000;

  /**
   * The 95 % interval from {@value #DEFAULT_RESAMPLES} samples.
   *
   * @throws IllegalArgumentException as {@link #bootstrap(Metric, Resampled, double, int, long)}
   */
  public static <P extends Resampled<P>> ConfidenceInterval bootstrap(
      Metric<? super P> metric, P predictions, long seed) {
    return bootstrap(metric, predictions, 0.95, DEFAULT_RESAMPLES, seed);
  }

  /**
   * The percentile bootstrap (B. Efron, Bootstrap Methods: Another Look at the Jackknife, 1979).
   * Each sample draws as many texts as there are, with replacement, and computes the metric for
   * them. The bounds are percentiles of these values, interpolated as NumPy does. Samples for which
   * the metric is undefined are left out.
   *
   * <p>The interval shows how the value would vary with other texts of the same kind, not how it
   * would vary with another training seed. With fewer than about 30 texts it is too narrow.
   *
   * @param level more than 0 and less than 1
   * @param resamples the number of samples, 1 to 10,000,000; with a thousand or more the bounds
   *     hardly depend on the seed
   * @param seed the seed of the samples; the same seed gives the same interval
   * @throws IllegalArgumentException if a number is out of range, or the metric is undefined for
   *     the predictions or for all samples
   */
  public static <P extends Resampled<P>> ConfidenceInterval bootstrap(
      Metric<? super P> metric, P predictions, double level, int resamples, long seed) {
    if (!(level > 0 && level < 1)) { // also refuses NaN
      throw new IllegalArgumentException(
          "level: " + level + ", expected more than 0 and less than 1, such as 0.95");
    }
    if (resamples < 1 || resamples > MOST_RESAMPLES) {
      throw new IllegalArgumentException(
          "resamples: " + resamples + ", expected 1 to " + MOST_RESAMPLES);
    }
    double estimate = metric.of(predictions);
    double[] values = new double[resamples];
    SplittableRandom random = new SplittableRandom(seed);
    Arrays.setAll(
        values,
        sample ->
            metric.of(
                predictions.select(
                    random.ints(predictions.size(), 0, predictions.size()).toArray())));
    double[] defined = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    if (Double.isNaN(estimate) || defined.length == 0) {
      throw new IllegalArgumentException(
          "metric \""
              + metric.key()
              + "\": undefined for these predictions, so it has no interval");
    }
    Arrays.sort(defined);
    double tail = (1 - level) / 2;
    return new ConfidenceInterval(
        estimate, percentile(defined, tail), percentile(defined, 1 - tail), level, defined.length);
  }

  private static double percentile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /** Estimate and bounds in one line: {@code 0.9042 [0.8711, 0.9338] (95 %)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.4f [%.4f, %.4f] (%s %%)", estimate, low, high, percent(level));
  }

  private static String percent(double level) {
    String digits = Text.decimal(level * 100, 2);
    return digits.replaceAll("\\.?0+$", "");
  }
}
