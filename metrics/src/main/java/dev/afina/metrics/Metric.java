package dev.afina.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The metrics that go by a name, as "keep the best checkpoint by" asks for. Formulas and undefined
 * cases stand at the methods of {@link ConfusionMatrix} that are called.
 */
public enum Metric {
  /** {@link ConfusionMatrix#accuracy()}. */
  ACCURACY,
  /** {@link ConfusionMatrix#f1(Averaging)} with {@link Averaging#MACRO}. */
  MACRO_F1,
  /**
   * {@link ConfusionMatrix#f1(Averaging)} with {@link Averaging#MICRO}: with one label per text the
   * accuracy.
   */
  MICRO_F1,
  /** {@link ConfusionMatrix#f1(Averaging)} with {@link Averaging#WEIGHTED}. */
  WEIGHTED_F1,
  /** {@link ConfusionMatrix#precision(Averaging)} with {@link Averaging#MACRO}. */
  MACRO_PRECISION,
  /** {@link ConfusionMatrix#recall(Averaging)} with {@link Averaging#MACRO}. */
  MACRO_RECALL,
  /** {@link ConfusionMatrix#matthewsCorrelation()}. */
  MATTHEWS_CORRELATION,
  /** {@link ConfusionMatrix#balancedAccuracy()}. */
  BALANCED_ACCURACY;

  /**
   * The metric of this name, e.g. "macro_f1".
   *
   * @throws IllegalArgumentException if there is none; the message lists all names
   */
  public static Metric named(String key) {
    for (Metric metric : values()) {
      if (metric.key().equals(key)) {
        return metric;
      }
    }
    String known = Arrays.stream(values()).map(Metric::key).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "metric "
            + (key == null ? "null" : '"' + key + '"')
            + ": unknown, expected one of "
            + known);
  }

  /** The name in settings and logs: the constant in lower case, e.g. "macro_f1". */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The value of this metric for a prediction.
   *
   * @throws IllegalArgumentException if the matrix is null
   */
  public double of(ConfusionMatrix matrix) {
    Arguments.checkMatrix(matrix);
    return switch (this) {
      case ACCURACY -> matrix.accuracy();
      case MACRO_F1 -> matrix.f1(Averaging.MACRO);
      case MICRO_F1 -> matrix.f1(Averaging.MICRO);
      case WEIGHTED_F1 -> matrix.f1(Averaging.WEIGHTED);
      case MACRO_PRECISION -> matrix.precision(Averaging.MACRO);
      case MACRO_RECALL -> matrix.recall(Averaging.MACRO);
      case MATTHEWS_CORRELATION -> matrix.matthewsCorrelation();
      case BALANCED_ACCURACY -> matrix.balancedAccuracy();
    };
  }

  /**
   * Whether of two values the greater one is the better one; so it is for every metric of a
   * confusion matrix here.
   */
  public boolean greaterIsBetter() {
    return true;
  }
}
