package dev.afina;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A metric by which the threshold of a label can be chosen. In the formulas below, tp, fp, fn and
 * tn are the numbers of true positives, false positives, false negatives and true negatives of the
 * label.
 */
public enum ThresholdMetric {
  /** 2 · tp / (2 · tp + fp + fn): precision and recall count equally. */
  F1 {
    @Override
    double of(double tp, double fp, double fn, double tn) {
      return fBeta(1, tp, fp, fn);
    }
  },
  /** 5 · tp / (5 · tp + fp + 4 · fn): recall counts more. */
  F2 {
    @Override
    double of(double tp, double fp, double fn, double tn) {
      return fBeta(2, tp, fp, fn);
    }
  },
  /** 1.25 · tp / (1.25 · tp + fp + 0.25 · fn): precision counts more. */
  F_HALF {
    @Override
    double of(double tp, double fp, double fn, double tn) {
      return fBeta(0.5, tp, fp, fn);
    }
  },
  /** The share of correct decisions: (tp + tn) / (tp + fp + fn + tn). */
  ACCURACY {
    @Override
    double of(double tp, double fp, double fn, double tn) {
      return (tp + tn) / (tp + fp + fn + tn);
    }
  },
  /** Youden's J: tp / (tp + fn) − fp / (fp + tn). */
  YOUDEN {
    @Override
    double of(double tp, double fp, double fn, double tn) {
      double positives = Math.max(1, tp + fn);
      double negatives = Math.max(1, fp + tn);
      // In one division of whole numbers, so that of equal values none is greater by rounding.
      return (tp * negatives - fp * positives) / (positives * negatives);
    }
  };

  /** A ratio of nothing is 0. */
  abstract double of(double tp, double fp, double fn, double tn);

  private static double fBeta(double beta, double tp, double fp, double fn) {
    double weight = beta * beta;
    return ratio((1 + weight) * tp, (1 + weight) * tp + fp + weight * fn);
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /** The key: {@code f1}, {@code f2}, {@code f_half}, {@code accuracy} or {@code youden}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The metric with this key.
   *
   * @throws IllegalArgumentException if there is none; the message lists all keys
   */
  public static ThresholdMetric named(String key) {
    return Arrays.stream(values())
        .filter(metric -> metric.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "metric \"%s\" is not one for thresholds; expected one of %s"
                        .formatted(
                            key,
                            Arrays.stream(values())
                                .map(ThresholdMetric::key)
                                .collect(Collectors.joining(", ")))));
  }
}
