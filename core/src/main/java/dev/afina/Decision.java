package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.internal.json.Members;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of applying a model's {@link DecisionRules} to a prediction: one or several labels,
 * or "not sure", which leaves the text to a person. Immutable. Jackson and Gson serialize it as
 * {@link #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class Decision implements WrittenAsMap {
  private final boolean sure;
  private final List<String> labels;
  private final double confidence;
  private final String reason;

  /**
   * Creates a decision for these labels, for testing code that uses a classifier.
   *
   * @param labels the labels of the text; may be empty for a {@link MultiLabelClassifier}
   * @param confidence the probability that they are correct, in [0, 1]
   * @param reason one line of text
   * @throws IllegalArgumentException if the confidence is out of range
   */
  public static Decision sure(List<String> labels, double confidence, String reason) {
    return new Decision(true, labels, confidence, reason);
  }

  /**
   * Creates a "not sure", for testing code that uses a classifier.
   *
   * @param confidence the probability that the most probable answer is correct, in [0, 1]
   * @param reason one line of text
   * @throws IllegalArgumentException if the confidence is out of range
   */
  public static Decision notSure(double confidence, String reason) {
    return new Decision(false, List.of(), confidence, reason);
  }

  private Decision(boolean sure, List<String> labels, double confidence, String reason) {
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence: " + confidence + ", expected 0 to 1");
    }
    this.sure = sure;
    this.labels = List.copyOf(labels);
    this.confidence = confidence;
    this.reason = reason;
  }

  /** Whether the text was decided; false means "not sure". */
  public boolean isSure() {
    return sure;
  }

  /**
   * The labels of the text, the most probable first; a {@link Classifier} gives exactly one. Empty
   * for "not sure", and if a {@link MultiLabelClassifier} is sure that the text has none.
   */
  public List<String> labels() {
    return labels;
  }

  /** The first of {@link #labels()}, which is the most probable one; empty if there is none. */
  public Optional<String> label() {
    return labels.stream().findFirst();
  }

  /**
   * The probability, in [0, 1], that the answer is correct, whether it was decided or not sure
   * enough. For a {@link Classifier} it is the probability of the label; for a {@link
   * MultiLabelClassifier} that of exactly these labels, assuming that labels are independent.
   */
  public double confidence() {
    return confidence;
  }

  /**
   * The reason for the decision, in one line: {@code joy 0.610 is under 0.800, the threshold of
   * joy}.
   */
  public String reason() {
    return reason;
  }

  /**
   * The JSON form: {@code sure}, {@code labels}, {@code confidence} and {@code reason}.
   * Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    return new Members()
        .with("sure", sure)
        .with("labels", labels)
        .with("confidence", confidence)
        .with("reason", reason)
        .asMap();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Decision that
        && sure == that.sure
        && labels.equals(that.labels)
        && Double.compare(confidence, that.confidence) == 0
        && reason.equals(that.reason);
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + reason.hashCode();
  }

  /**
   * The labels, or "not sure", with the reason: {@code joy (joy 0.910 is the most probable label)}.
   */
  @Override
  public String toString() {
    String what = sure ? (labels.isEmpty() ? "none" : String.join(", ", labels)) : "not sure";
    return what + " (" + reason + ")";
  }
}
