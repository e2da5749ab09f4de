package dev.afina;

import java.util.Locale;

/**
 * What {@link DecisionRules} did on the data that they were chosen on. On other data expect a
 * little less, the fewer rows the more so.
 *
 * @param rows how many texts these were
 * @param coverage the share of texts that were decided, in [0, 1]
 * @param error the share of wrong ones among those, in [0, 1]; where texts have any number of
 *     labels, one is wrong that was not given exactly its labels; NaN where none was decided
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
   * @throws IllegalArgumentException when a number is out of its range
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

  /** The accuracy on what was decided, in [0, 1]; NaN where nothing was. */
  public double accuracy() {
    return 1 - error;
  }

  /** In one line. */
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
