package dev.afina.card;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How the outputs of a model become decisions, as shown in a card or report. Immutable.
 *
 * @param temperature the number by which logits are divided
 * @param thresholds the thresholds by label; empty if there are none
 * @param confidence the minimum confidence of a decision; empty if every text is decided
 * @param positive the positive one of two labels, if set
 * @param chosen how the rules performed on the validation data they were chosen on
 */
public record DecisionFacts(
    double temperature,
    Map<String, Double> thresholds,
    OptionalDouble confidence,
    Optional<String> positive,
    Optional<Chosen> chosen) {

  /** Copies the thresholds. */
  public DecisionFacts {
    Objects.requireNonNull(confidence, "confidence");
    Objects.requireNonNull(positive, "positive");
    Objects.requireNonNull(chosen, "chosen");
    thresholds = Collections.unmodifiableMap(new LinkedHashMap<>(thresholds));
  }

  /**
   * How rules performed on validation data.
   *
   * @param rows the number of texts
   * @param coverage the share of the texts that were decided, in [0, 1]
   * @param error the share of the decided texts that are wrong, in [0, 1]; NaN if none was decided
   * @param calibrationError the expected calibration error, in [0, 1]
   * @param calibrationErrorBefore the same at a temperature of 1
   */
  public record Chosen(
      int rows,
      double coverage,
      double error,
      double calibrationError,
      double calibrationErrorBefore) {}
}
