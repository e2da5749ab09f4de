package dev.afina;

import dev.afina.internal.decision.ThresholdWish;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The goals that {@link DecisionRules} must reach on validation data; {@link
 * Classifier#deciding(DecisionGoal, dev.afina.data.Dataset)} chooses rules that do. Immutable: each
 * method returns a new goal.
 *
 * <pre>{@code
 * DecisionGoal.calibrated()            // probabilities that mean what they say
 *     .precision("billing", 0.95)      // of the texts given "billing", at least 95 % have it
 *     .errorAtMost(0.02)               // of the decided texts, at most 2 % are wrong
 * }</pre>
 *
 * <p>A threshold is chosen midway between the scores of two validation texts. If no threshold
 * reaches the goal, choosing fails with a message that says what can be reached. A goal holds on
 * the validation data; on few rows that means little: 20 texts without a mistake do not prove an
 * error below 2 %.
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

  /**
   * A goal that keeps the classifier's temperature and decides every text. Add to it with the
   * methods below.
   */
  public static DecisionGoal standard() {
    return new DecisionGoal(false, null, Map.of(), null, 0, Double.NaN);
  }

  /**
   * A goal that fits the temperature to the validation data, by minimizing the mean cross-entropy
   * (C. Guo et al., On Calibration of Modern Neural Networks, 2017). Thresholds and confidence are
   * then chosen on the calibrated probabilities.
   */
  public static DecisionGoal calibrated() {
    return new DecisionGoal(true, null, Map.of(), null, 0, Double.NaN);
  }

  /**
   * Chooses for each label the threshold that maximizes a metric; of several, the lowest. If the
   * metric is best when the label is never given, as can happen with accuracy, that is 1.
   *
   * @param metric the metric, computed for each label by itself
   */
  public DecisionGoal thresholdsBy(ThresholdMetric metric) {
    return all(best(metric));
  }

  /** Chooses for one label the threshold that maximizes a metric, as for all labels. */
  public DecisionGoal thresholdBy(String label, ThresholdMetric metric) {
    return of(label, best(metric));
  }

  /**
   * Chooses for each label the lowest threshold with at least this precision: the share of the
   * texts given the label that have it.
   *
   * @param least the precision, in (0, 1]
   * @throws IllegalArgumentException if it is out of range
   */
  public DecisionGoal precision(double least) {
    return all(new ThresholdWish.Precision(least));
  }

  /**
   * Chooses for one label the lowest threshold with at least this precision, in (0, 1].
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public DecisionGoal precision(String label, double least) {
    return of(label, new ThresholdWish.Precision(least));
  }

  /**
   * Chooses for each label the highest threshold with at least this recall: the share of the texts
   * that have the label that are given it.
   *
   * @param least the recall, in (0, 1]
   * @throws IllegalArgumentException if it is out of range
   */
  public DecisionGoal recall(double least) {
    return all(new ThresholdWish.Recall(least));
  }

  /**
   * Chooses for one label the highest threshold with at least this recall, in (0, 1].
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public DecisionGoal recall(String label, double least) {
    return of(label, new ThresholdWish.Recall(least));
  }

  /**
   * Sets the threshold of a label instead of choosing it.
   *
   * @param threshold a probability, 0 to 1
   * @throws IllegalArgumentException if it is out of range
   */
  public DecisionGoal threshold(String label, double threshold) {
    MultiLabelPrediction.requireThreshold(threshold);
    return of(label, new ThresholdWish.Given(threshold));
  }

  /**
   * Names the positive one of two labels: only its threshold is chosen, and each text is given one
   * label or the other. Also say what it is chosen by, of this label or of all: a metric, a
   * precision, a recall or a threshold. Only for a {@link Classifier} with two labels, and without
   * {@link #confidence}, {@link #errorAtMost} and anything of the other label by name; {@code
   * deciding} throws otherwise. See {@link DecisionRules#positive(String, double)}.
   */
  public DecisionGoal positive(String label) {
    Objects.requireNonNull(label, "label");
    return new DecisionGoal(calibrates, all, byLabel, label, confidence, error);
  }

  /**
   * Sets the minimum confidence of a decision; below it the answer is "not sure".
   *
   * @param least a probability, 0 to 1
   * @throws IllegalArgumentException if it is out of range, or {@link #errorAtMost} is set
   */
  public DecisionGoal confidence(double least) {
    DecisionRules.requireConfidence(least);
    if (!Double.isNaN(error)) {
      throw twice();
    }
    return new DecisionGoal(calibrates, all, byLabel, positive, least, error);
  }

  /**
   * Chooses the lowest minimum confidence at which at most this share of the decided texts is
   * wrong, so that as many texts as possible are decided.
   *
   * @param most the share, in [0, 1)
   * @throws IllegalArgumentException if it is out of range, or {@link #confidence} is set
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

  private static ThresholdWish best(ThresholdMetric metric) {
    Objects.requireNonNull(metric, "metric");
    return new ThresholdWish.Best(metric::of);
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

  /** The wish for a label's threshold; empty if there is none. */
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
