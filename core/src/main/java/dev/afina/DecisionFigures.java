package dev.afina;

import java.util.Locale;

/**
 * How {@link DecisionRules} performed on the data that they were chosen on. Expect slightly worse
 * results on other data, the more so the fewer rows there were.
 *
 * @param rows the number of texts
 * @param coverage the share of texts that were decided, in [0, 1]
 * @param error the share of the decided texts that are wrong, in [0, 1]; NaN if none was decided. A
 *     text with any number of labels is wrong unless it was given exactly its labels
 * @param calibrationError the expected calibration error, in [0, 1], in 15 bins
 * @param calibrationErrorBefore the same at a temperature of 1
 * @param loss the mean cross-entropy, 0 or more
 * @param lossBefore the same at a temperature of 1
 * @param scores how confidences and labels were distributed
 */
public record DecisionFigures(
    int rows,
    double coverage,
    double error,
    double calibrationError,
    double calibrationErrorBefore,
    double loss,
    double lossBefore,
    ScoreDistribution scores) {

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public DecisionFigures {
    if (rows < 1) {
      throw new IllegalArgumentException("rows: " + rows + ", expected 1 or more");
    }
    requireShare("coverage", coverage);
    if (!Double.isNaN(error)) {
      requireShare("error", error);
    }
    requireShare("calibrationError", calibrationError);
    requireShare("calibrationErrorBefore", calibrationErrorBefore);
    requireLoss("loss", loss);
    requireLoss("lossBefore", lossBefore);
  }

  private static void requireShare(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(what + ": " + share + ", expected 0 to 1");
    }
  }

  private static void requireLoss(String what, double loss) {
    if (!(loss >= 0 && loss < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + ": " + loss + ", expected 0 or more");
    }
  }

  /** The accuracy on the decided texts, in [0, 1]; NaN if there are none. */
  public double accuracy() {
    return 1 - error;
  }

  /** All figures in one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "on %d rows: decided %.1f %%, of these %.1f %% wrong; calibration error %.4f, %.4f before",
        rows,
        100 * coverage,
        100 * error,
        calibrationError,
        calibrationErrorBefore);
  }
}
