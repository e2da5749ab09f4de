package dev.afina.report;

import dev.afina.metrics.Calibration;
import dev.afina.metrics.CoverageCurve;
import java.util.Objects;

/**
 * The effect of a classifier's decision rules on the texts of an evaluation. Immutable.
 *
 * @param before the calibration without the classifier's temperature
 * @param curve the error at every coverage
 * @param coverage the share of the texts that were decided, in [0, 1]
 * @param error the share of the decided texts that are wrong, in [0, 1]; NaN if none was decided
 */
public record DecidedResults(
    Calibration before, CoverageCurve curve, double coverage, double error) {

  /** Refuses null. */
  public DecidedResults {
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(curve, "curve");
  }
}
