package dev.afina;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DecisionRules} shall reach on validation data, from which {@link
 * Classifier#deciding(DecisionGoal, dev.afina.data.Dataset)} chooses them. Immutable: each method
 * returns another goal.
 *
 * <pre>{@code
 * DecisionGoal.calibrated()            // probabilities that mean what they say
 *     .precision("billing", 0.95)      // only what is billing at least 19 times of 20
 *     .errorAtMost(0.02)               // and leave to a person what is less sure
 * }</pre>
 *
 * <p>A threshold lies midway between the scores of two validation texts, texts of equal score are
 * on one side. Where no threshold reaches what is wanted, no rules are made, and the message says
 * what can be reached. All figures are those of the validation data: of few rows they promise
 * little, and 20 texts without a mistake don't show an error under 2 %.
 */
public final class DecisionGoal {
  private final boolean calibrates;
  private final @Nullable ThresholdWish all;
  private final Map<String, ThresholdWish> byLabel;
  private final @Nullable String positive;
  private final double confidence;
  private final double error;

  private DecisionGoal(
      boolean calibrates,
      @Nullable ThresholdWish all,
      Map<String, ThresholdWish> byLabel,
      @Nullable String positive,
      double confidence,
      double error) {
    this.calibrates = calibrates;
    this.all = all;
    this.byLabel = Collections.unmodifiableMap(new LinkedHashMap<>(byLabel));
    this.positive = positive;
    this.confidence = confidence;
    this.error = error;
  }

  /** Keeps the classifier's temperature and decides everything, until more is said. */
  public static DecisionGoal standard() {
    return new DecisionGoal(false, null, Map.of(), null, 0, Double.NaN);
  }

  /**
   * Fits the temperature to the validation data: that of the smallest mean cross-entropy (C. Guo et
   * al., On Calibration of Modern Neural Networks, 2017). Everything else is chosen with it.
   */
  public static DecisionGoal calibrated() {
    return new DecisionGoal(true, null, Map.of(), null, 0, Double.NaN);
  }

  /**
   * The threshold of each label at which the metric is greatest; of equals the lowest.
   *
   * @param metric of a label's texts, each label by itself
   */
  public DecisionGoal thresholdsBy(ThresholdMetric metric) {
    return all(new ThresholdWish.Best(metric));
  }

  /** The threshold of one label at which the metric is greatest; of equals the lowest. */
  public DecisionGoal thresholdBy(ThresholdMetric metric, String label) {
    return of(label, new ThresholdWish.Best(metric));
  }

  /**
   * The lowest threshold of each label with this precision: of the texts that are given the label,
   * at least so many have it.
   *
   * @param least over 0, at most 1
   * @throws IllegalArgumentException if it is not
   */
  public DecisionGoal precision(double least) {
    return all(new ThresholdWish.Precision(least));
  }

  /** The lowest threshold of one label with this precision. */
  public DecisionGoal precision(String label, double least) {
    return of(label, new ThresholdWish.Precision(least));
  }

  /**
   * The highest threshold of each label with this recall: of the texts that have the label, at
   * least so many are given it.
   *
   * @param least over 0, at most 1
   * @throws IllegalArgumentException if it is not
   */
  public DecisionGoal recall(double least) {
    return all(new ThresholdWish.Recall(least));
  }

  /** The highest threshold of one label with this recall. */
  public DecisionGoal recall(String label, double least) {
    return of(label, new ThresholdWish.Recall(least));
  }

  /**
   * A threshold that is given and not chosen.
   *
   * @param threshold a probability, 0 to 1
   * @throws IllegalArgumentException if it is not
   */
  public DecisionGoal threshold(String label, double threshold) {
    return of(label, new ThresholdWish.Given(threshold));
  }

  /**
   * Of two labels the one that is looked for: only its threshold is chosen, and each text is given
   * the one label or the other. See {@link DecisionRules#positive(String, double)}.
   */
  public DecisionGoal positive(String label) {
    Objects.requireNonNull(label, "label");
    return new DecisionGoal(calibrates, all, byLabel, label, confidence, error);
  }

  /**
   * The lowest confidence to decide at; under it the answer is "not sure".
   *
   * @param least a probability, 0 to 1
   * @throws IllegalArgumentException if it is not, or an error was wanted
   */
  public DecisionGoal confidence(double least) {
    DecisionRules.requireConfidence(least);
    if (!Double.isNaN(error)) {
      throw twice();
    }
    return new DecisionGoal(calibrates, all, byLabel, positive, least, error);
  }

  /**
   * The lowest confidence at which at most this share of what is decided is wrong, so that as much
   * as possible is decided.
   *
   * @param most 0 to less than 1
   * @throws IllegalArgumentException if it is not, or a confidence was given
   */
  public DecisionGoal errorAtMost(double most) {
    if (!(most >= 0 && most < 1)) {
      throw new IllegalArgumentException("error: " + most + ", expected 0 to less than 1");
    }
    if (confidence > 0) {
      throw twice();
    }
    return new DecisionGoal(calibrates, all, byLabel, positive, confidence, most);
  }

  private static IllegalArgumentException twice() {
    return new IllegalArgumentException(
        "both a confidence and an error are given, and the error chooses the confidence; leave one"
            + " out");
  }

  private DecisionGoal all(ThresholdWish wish) {
    return new DecisionGoal(calibrates, wish, byLabel, positive, confidence, error);
  }

  private DecisionGoal of(String label, ThresholdWish wish) {
    Objects.requireNonNull(label, "label");
    Map<String, ThresholdWish> wishes = new LinkedHashMap<>(byLabel);
    wishes.put(label, wish);
    return new DecisionGoal(calibrates, all, wishes, positive, confidence, error);
  }

  boolean calibrates() {
    return calibrates;
  }

  Map<String, ThresholdWish> byLabel() {
    return byLabel;
  }

  /** What is wanted of a label; empty for nothing. */
  Optional<ThresholdWish> wish(String label) {
    return Optional.ofNullable(byLabel.getOrDefault(label, all));
  }

  Optional<String> positive() {
    return Optional.ofNullable(positive);
  }

  double confidence() {
    return confidence;
  }

  OptionalDouble error() {
    return Double.isNaN(error) ? OptionalDouble.empty() : OptionalDouble.of(error);
  }
}
