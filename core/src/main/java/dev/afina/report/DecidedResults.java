package dev.afina.report;

import dev.afina.metrics.Calibration;
import dev.afina.metrics.CoverageCurve;
import java.util.Objects;

/**
 * What the rules for decisions of a classifier did on the texts of an evaluation. Immutable.
 *
 * @param before the calibration without the classifier's temperature
 * @param curve what it would cost to decide more, or less
 * @param coverage the share of texts that was decided, in [0, 1]
 * @param error the share of these that was wrong, in [0, 1]; NaN where nothing was decided
 */
public record DecidedResults(
    Calibration before, CoverageCurve curve, double coverage, double error) {

  /** Refuses null. */
  public DecidedResults {
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(curve, "curve");
  }
}
