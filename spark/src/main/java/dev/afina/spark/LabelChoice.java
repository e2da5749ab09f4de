package dev.afina.spark;

import dev.afina.Prediction;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a label is chosen, by {@code transform} and by the SQL function alike.
 *
 * @param labels the labels of the model, in the order of its outputs
 * @param thresholds by label; empty for the model's own rules
 */
record LabelChoice(List<String> labels, List<Double> thresholds) implements Serializable {

  /**
   * @throws IllegalArgumentException if there are thresholds, but not a valid one for each label
   */
  LabelChoice {
    boolean right =
        thresholds.isEmpty()
            || (thresholds.size() == labels.size()
                && thresholds.stream().allMatch(t -> t >= 0)
                && thresholds.stream().filter(t -> t == 0).count() <= 1);
    if (!right) {
      throw new IllegalArgumentException(
          "thresholds: expected %s numbers, 0 or more and at most one of them 0, got %s"
              .formatted(labels.size(), thresholds));
    }
  }

  /**
   * The number of the label with the largest ratio of probability to threshold, or of that which
   * the model's rules give; null if their decision is "not sure".
   */
  @Nullable Integer number(Prediction prediction) {
    if (thresholds.isEmpty()) {
      return prediction.decision().label().map(labels::indexOf).orElse(null);
    }
    double[] probabilities = prediction.probabilities();
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < probabilities.length; i++) {
      double threshold = thresholds.get(i);
      double scaled = threshold == 0 ? Double.POSITIVE_INFINITY : probabilities[i] / threshold;
      if (scaled > most) {
        best = i;
        most = scaled;
      }
    }
    return best;
  }

  /** The name of the same label; null if the decision is "not sure". */
  @Nullable String name(Prediction prediction) {
    @Nullable Integer number = number(prediction);
    return number == null ? null : labels.get(number);
  }
}
