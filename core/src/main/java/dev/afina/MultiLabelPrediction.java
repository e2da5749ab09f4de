package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MultiLabelClassifier} says of one text: for each label, how probable it is that the
 * text has it. Immutable. Jackson and Gson write it as its {@link #asMap()}.
 *
 * <p>Each probability is the sigmoid of the label's logit, as transformers' text-classification
 * pipeline gives them; they do not add up to 1.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class MultiLabelPrediction implements WrittenAsMap {
  /** What the probability of a label exceeds that a text has, where nothing else is said: 0.5. */
  public static final double THRESHOLD = 0.5;

  private final Labels labels;
  private final float[] logits;

  /**
   * What a model with these outputs predicts; for tests of what uses a classifier.
   *
   * @param labels in the order of the outputs
   * @param logits one a label; copied
   * @throws IllegalArgumentException if there are not as many logits as labels, or one is not a
   *     finite number
   */
  public static MultiLabelPrediction of(Labels labels, float... logits) {
    Logits.requireOneEach(labels, logits, "label");
    return new MultiLabelPrediction(labels, logits.clone());
  }

  MultiLabelPrediction(Labels labels, float[] logits) {
    this.labels = labels;
    this.logits = logits;
  }

  /** The labels whose probability is over {@link #THRESHOLD}, most probable first; may be none. */
  public List<String> labels() {
    return labels(THRESHOLD);
  }

  /**
   * The labels whose probability is over a threshold, most probable first; may be none.
   *
   * @throws IllegalArgumentException if the threshold is not from 0 to 1
   */
  public List<String> labels(double threshold) {
    requireThreshold(threshold);
    return ranked().stream()
        .filter(label -> Logits.sigmoid(logits[label]) > threshold)
        .map(labels::name)
        .toList();
  }

  /**
   * The probability of one label, in [0, 1].
   *
   * @throws IllegalArgumentException if there is no such label, or two outputs have this name
   */
  public double score(String label) {
    return Logits.sigmoid(logits[labels.index(label)]);
  }

  /**
   * All labels with their probabilities, the most probable first. Where outputs of a checkpoint
   * share a name, the most probable of them. Unmodifiable.
   */
  public Map<String, Double> scores() {
    Map<String, Double> scores = new LinkedHashMap<>();
    ranked().forEach(i -> scores.putIfAbsent(labels.name(i), Logits.sigmoid(logits[i])));
    return Collections.unmodifiableMap(scores);
  }

  /** The probabilities in label order; a copy. */
  public double[] probabilities() {
    return IntStream.range(0, logits.length).mapToDouble(i -> Logits.sigmoid(logits[i])).toArray();
  }

  /** The model's raw outputs in label order; a copy. */
  public float[] logits() {
    return logits.clone();
  }

  private List<Integer> ranked() {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -logits[i]))
        .toList();
  }

  static void requireThreshold(double threshold) {
    if (!(threshold >= 0 && threshold <= 1)) { // also refuses NaN
      throw new IllegalArgumentException("threshold: " + threshold + ", expected 0 to 1");
    }
  }

  /**
   * What JSON says of it: {@code labels}, those over {@link #THRESHOLD}, and {@code scores}, all
   * labels with their probabilities, the most probable first. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    return new Members().with("labels", labels()).with("scores", scores()).asMap();
  }

  /** The names of the outputs, in their order. */
  Labels outputNames() {
    return labels;
  }

  /** Equal labels and, to the bit, equal logits. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MultiLabelPrediction that
        && labels.equals(that.labels)
        && Arrays.equals(logits, that.logits);
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + Arrays.hashCode(logits);
  }

  /**
   * Labels and probabilities, for example {@code [joy (0.973), love (0.611)]}; {@code []} for none.
   */
  @Override
  public String toString() {
    return labels().stream()
        .map(label -> String.format(Locale.ROOT, "%s (%.3f)", label, scores().get(label)))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
