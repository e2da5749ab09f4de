package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.internal.json.Members;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to do with a text by the {@link DecisionRules} of its model: a label or several, or "not
 * sure", which is for a person to decide. Immutable. Jackson and Gson write it as its {@link
 * #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class Decision implements WrittenAsMap {
  private final boolean sure;
  private final List<String> labels;
  private final double confidence;
  private final String reason;

  /**
   * A decision; for tests of what uses a classifier.
   *
   * @param labels what the text is given; may be none where texts have any number of labels
   * @param confidence how probable it is that this is right, in [0, 1]
   * @param reason one line
   */
  public static Decision sure(List<String> labels, double confidence, String reason) {
    return new Decision(true, labels, confidence, reason);
  }

  /**
   * No decision; for tests of what uses a classifier.
   *
   * @param confidence how probable it is that what was most probable is right, in [0, 1]
   * @param reason one line
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

  /** Whether it was decided; false is "not sure". */
  public boolean isSure() {
    return sure;
  }

  /**
   * What the text is given, most probable first: of a {@link Classifier} one label. Empty where it
   * is not sure, and where a {@link MultiLabelClassifier} is sure that the text has none.
   */
  public List<String> labels() {
    return labels;
  }

  /** The first of {@link #labels()}. */
  public Optional<String> label() {
    return labels.stream().findFirst();
  }

  /**
   * How probable it is that what was decided, or was not sure enough, is right, in [0, 1]: of one
   * label its probability, of several that of exactly these, were labels independent of each other.
   */
  public double confidence() {
    return confidence;
  }

  /** Why, in one line: {@code joy 0.610 is under 0.800, the threshold of joy}. */
  public String reason() {
    return reason;
  }

  /**
   * What JSON says of it: {@code sure}, {@code labels}, {@code confidence}, {@code reason}.
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

  /** The labels, or "not sure", and why: {@code joy (joy 0.910 is the most probable label)}. */
  @Override
  public String toString() {
    String what = sure ? (labels.isEmpty() ? "none" : String.join(", ", labels)) : "not sure";
    return what + " (" + reason + ")";
  }
}
