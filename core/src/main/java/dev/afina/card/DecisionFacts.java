package dev.afina.card;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How the outputs of a model become decisions, as a card and a report tell it. Immutable.
 *
 * @param temperature what logits are divided by
 * @param thresholds probabilities by label; empty where there are none
 * @param confidence under which the model is not sure; empty where it decides everything
 * @param positive of two labels the one that is looked for
 * @param chosen what the rules did on the data that they were chosen on
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
   * What rules did on validation data.
   *
   * @param rows how many texts
   * @param coverage the share of them that was decided, in [0, 1]
   * @param error the share of what was decided that was wrong, in [0, 1]; NaN where nothing was
   * @param calibrationError expected, in [0, 1]
   * @param calibrationErrorBefore at a temperature of 1
   */
  public record Chosen(
      int rows,
      double coverage,
      double error,
      double calibrationError,
      double calibrationErrorBefore) {}
}
