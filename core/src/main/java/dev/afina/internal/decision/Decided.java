package dev.afina.internal.decision;

import dev.afina.Decision;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * How many texts were decided, and how many of these wrongly.
 *
 * @param texts the number of all texts
 * @param decided the number of texts that were decided
 * @param wrong the number of decided texts that are wrong
 */
public record Decided(int texts, int decided, int wrong) {

  /**
   * Counts decisions.
   *
   * @param isRight whether the decision with this index is correct
   */
  public static Decided of(List<Decision> decisions, IntPredicate isRight) {
    int decided = 0;
    int wrong = 0;
    for (int i = 0; i < decisions.size(); i++) {
      if (decisions.get(i).isSure()) {
        decided++;
        wrong += isRight.test(i) ? 0 : 1;
      }
    }
    return new Decided(decisions.size(), decided, wrong);
  }

  public double coverage() {
    return (double) decided / texts;
  }

  /** The share of decided texts that are wrong; NaN if none was decided. */
  public double error() {
    return (double) wrong / decided;
  }

  public double accuracy() {
    return (double) (decided - wrong) / decided;
  }

  /** These figures and those of the calibration as two lines of a report. */
  public String lines(double calibrationError, double before) {
    return String.format(
        Locale.ROOT,
        "decided %d of %d: coverage %.4f, accuracy on these %.4f%n"
            + "calibration error %.4f, %.4f without the temperature%n",
        decided,
        texts,
        coverage(),
        accuracy(),
        calibrationError,
        before);
  }
}
