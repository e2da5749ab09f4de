package dev.afina;

import dev.afina.data.Labels;
import dev.afina.internal.decision.TemperatureFit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How the outputs of a classifier become decisions: the temperature by which its logits are
 * divided, the threshold of each label, and the confidence below which the answer is "not sure".
 * Immutable: each method that sets a value returns new rules.
 *
 * <p>Rules are chosen on validation data ({@link Classifier#calibrated}, {@link DecisionGoal}) or
 * given by hand:
 *
 * <pre>{@code
 * try (Classifier deciding =
 *     classifier.deciding(DecisionRules.none().threshold("billing", 0.9).confidence(0.6))) {
 *   Decision d = deciding.predict("My card has not arrived").decision();
 *   System.out.println(d.isSure() ? d.labels() : "ask a person: " + d.reason());
 * }
 * }</pre>
 *
 * <p>A {@link Classifier} decides for the most probable label if its probability is <em>at
 * least</em> the label's threshold, if it has one, and at least the minimum confidence. If one of
 * two labels is {@linkplain #positive(String, double) positive}, the answer is that label if its
 * probability is at least the threshold, otherwise the other label.
 *
 * <p>A {@link MultiLabelClassifier} gives a text the labels whose probability is <em>greater
 * than</em> their threshold, by default {@value MultiLabelPrediction#THRESHOLD}. It is not sure if
 * the probability of exactly these labels, assuming that labels are independent, is below the
 * minimum confidence.
 */
public final class DecisionRules {
  private static final DecisionRules NONE = new DecisionRules(1, Map.of(), 0, null, null);

  private final double temperature;
  private final Map<String, Double> thresholds;
  private final double confidence;
  private final @Nullable String positive;
  private final @Nullable DecisionFigures figures;

  private DecisionRules(
      double temperature,
      Map<String, Double> thresholds,
      double confidence,
      @Nullable String positive,
      @Nullable DecisionFigures figures) {
    this.temperature = temperature;
    this.thresholds = Collections.unmodifiableMap(new LinkedHashMap<>(thresholds));
    this.confidence = confidence;
    this.positive = positive;
    this.figures = figures;
  }

  /** Rules that change nothing: temperature 1, default thresholds, every text is decided. */
  public static DecisionRules none() {
    return NONE;
  }

  /**
   * Sets the number by which logits are divided before they become probabilities: above 1 lowers
   * confidence, below 1 raises it. The most probable label does not change.
   *
   * @param temperature 0.000001 to 1,000,000
   * @throws IllegalArgumentException if it is out of range
   */
  public DecisionRules temperature(double temperature) {
    if (!(temperature >= TemperatureFit.LEAST && temperature <= TemperatureFit.MOST)) {
      throw new IllegalArgumentException(
          "temperature: %s, expected %s to %s"
              .formatted(temperature, TemperatureFit.LEAST, TemperatureFit.MOST));
    }
    return new DecisionRules(temperature, thresholds, confidence, positive, null);
  }

  /**
   * Sets the threshold of a label.
   *
   * @param label one of the classifier's labels
   * @param threshold a probability, 0 to 1
   * @throws IllegalArgumentException if the threshold is out of range
   */
  public DecisionRules threshold(String label, double threshold) {
    Objects.requireNonNull(label, "label");
    MultiLabelPrediction.requireThreshold(threshold);
    Map<String, Double> all = new LinkedHashMap<>(thresholds);
    all.put(label, threshold);
    return new DecisionRules(temperature, all, confidence, positive, null);
  }

  /**
   * Sets the minimum confidence of a decision; below it the answer is "not sure".
   *
   * @param least a probability, 0 to 1; 0 decides every text
   * @throws IllegalArgumentException if it is out of range
   */
  public DecisionRules confidence(double least) {
    requireConfidence(least);
    return new DecisionRules(temperature, thresholds, least, positive, null);
  }

  static void requireConfidence(double least) {
    if (!(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException("confidence: " + least + ", expected 0 to 1");
    }
  }

  /**
   * Names the positive one of two labels: the answer is this label if its probability is at least
   * the threshold, otherwise the other label, and never "not sure". An {@link Evaluation} counts
   * these answers; {@link Prediction#label()} remains the most probable label. Only for a
   * classifier with two labels, and without {@link #confidence(double)} and a threshold of the
   * other label; {@code deciding} throws otherwise.
   *
   * @param threshold a probability, 0 to 1
   * @throws IllegalArgumentException if the threshold is out of range
   */
  public DecisionRules positive(String label, double threshold) {
    DecisionRules with = threshold(label, threshold);
    return new DecisionRules(temperature, with.thresholds, confidence, label, null);
  }

  DecisionRules figures(DecisionFigures chosenOn) {
    return new DecisionRules(temperature, thresholds, confidence, positive, chosenOn);
  }

  /** The number by which logits are divided; 1 by default. */
  public double temperature() {
    return temperature;
  }

  /** The thresholds that are set, by label. Unmodifiable. */
  public Map<String, Double> thresholds() {
    return thresholds;
  }

  /** The minimum confidence of a decision; empty if every text is decided. */
  public OptionalDouble confidence() {
    return confidence == 0 ? OptionalDouble.empty() : OptionalDouble.of(confidence);
  }

  /** The positive one of two labels, if set. */
  public Optional<String> positive() {
    return Optional.ofNullable(positive);
  }

  /**
   * How the rules performed on the validation data they were chosen on; empty if they were set by
   * hand.
   */
  public Optional<DecisionFigures> figures() {
    return Optional.ofNullable(figures);
  }

  /**
   * Refuses rules that cannot be those of a classifier.
   *
   * @throws IllegalArgumentException when they name a label that there is not, or contradict each
   *     other
   */
  void requireFit(Labels labels, boolean oneLabel) {
    for (String label : thresholds.keySet()) {
      try {
        int unused = labels.index(label);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("threshold: " + e.getMessage(), e);
      }
    }
    if (positive == null) {
      return;
    }
    if (!oneLabel || labels.size() != 2) {
      throw new IllegalArgumentException(
          "positive label \"%s\": is for a Classifier with 2 labels, this one has %s%s; give each label a threshold"
              .formatted(positive, oneLabel ? "" : "any number a text of ", labels.size()));
    }
    if (confidence > 0 || thresholds.size() > 1) {
      throw new IllegalArgumentException(
          "positive label \"%s\": decides every text, so it goes with no confidence and no threshold of the other label; give both labels a threshold instead"
              .formatted(positive));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DecisionRules that
        && Double.compare(temperature, that.temperature) == 0
        && thresholds.equals(that.thresholds)
        && Double.compare(confidence, that.confidence) == 0
        && Objects.equals(positive, that.positive)
        && Objects.equals(figures, that.figures);
  }

  @Override
  public int hashCode() {
    return Objects.hash(temperature, thresholds, confidence, positive);
  }

  @Override
  public String toString() {
    return "temperature "
        + temperature
        + ", thresholds "
        + thresholds
        + (positive == null ? "" : ", positive label " + positive)
        + (confidence == 0 ? "" : ", not sure under " + confidence)
        + (figures == null ? "" : "; " + figures);
  }
}
