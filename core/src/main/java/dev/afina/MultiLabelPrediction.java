package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import dev.afina.internal.objective.Logits;
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
 * A {@link MultiLabelClassifier}'s prediction for one text: for each label, the probability that
 * the text has it. Immutable. Jackson and Gson serialize it as {@link #asMap()}.
 *
 * <p>The probabilities do not add up to 1. Each is the sigmoid of the label's logit, as in
 * transformers' text-classification pipeline; a {@linkplain MultiLabelClassifier#calibrated
 * calibrated} classifier first divides the logits by its temperature.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class MultiLabelPrediction implements WrittenAsMap {
  /** The default threshold, 0.5: a text has a label if its probability exceeds it. */
  public static final double THRESHOLD = 0.5;

  private final LabelRules rules;
  private final Labels labels;
  private final float[] logits;
  private final Reading reading;

  /**
   * Creates the prediction of a model with these outputs, for testing code that uses a classifier.
   *
   * @param labels the labels in the order of the outputs
   * @param logits one per label, in label order; copied
   * @throws IllegalArgumentException if there is not one logit per label, or a logit is not finite
   */
  public static MultiLabelPrediction of(Labels labels, float... logits) {
    Logits.requireOneEach(labels, logits, "label");
    return new MultiLabelPrediction(labels, logits.clone());
  }

  /**
   * Creates the prediction of a model with these outputs and decision rules, for testing code that
   * uses a classifier.
   *
   * @param labels the labels in the order of the outputs
   * @param rules the classifier's decision rules
   * @param logits one per label, in label order; copied
   * @throws IllegalArgumentException if there is not one logit per label, a logit is not finite, or
   *     the rules do not fit these labels
   */
  public static MultiLabelPrediction of(Labels labels, DecisionRules rules, float... logits) {
    Logits.requireOneEach(labels, logits, "label");
    return new MultiLabelPrediction(new LabelRules(labels, rules, false), logits.clone());
  }

  MultiLabelPrediction(Labels labels, float[] logits) {
    this(new LabelRules(labels, DecisionRules.none(), false), logits);
  }

  /** Takes the logits over. */
  MultiLabelPrediction(LabelRules rules, float[] logits) {
    this.rules = rules;
    this.reading = Reading.WHOLE;
    this.labels = rules.labels();
    this.logits = logits;
  }

  private MultiLabelPrediction(MultiLabelPrediction other, Reading reading) {
    this.rules = other.rules;
    this.labels = other.labels;
    this.logits = other.logits;
    this.reading = reading;
  }

  MultiLabelPrediction with(Reading howMuchWasRead) {
    return new MultiLabelPrediction(this, howMuchWasRead);
  }

  /**
   * The labels whose probability exceeds their threshold, the most probable first; may be empty.
   * Thresholds are those of the classifier's {@link DecisionRules}, by default {@link #THRESHOLD}.
   * The labels are returned even if {@link #decision()} is "not sure".
   */
  public List<String> labels() {
    return rules.over(probabilities()).stream().map(labels::name).toList();
  }

  /**
   * The decision by the {@link DecisionRules} of the classifier: {@link #labels()}, or "not sure".
   * Without rules it is always sure.
   */
  public Decision decision() {
    return rules.ofSeveralLabels(probabilities());
  }

  /**
   * The labels whose probability exceeds a threshold, the most probable first; may be empty.
   *
   * @param threshold a probability, 0 to 1
   * @throws IllegalArgumentException if the threshold is out of range
   */
  public List<String> labels(double threshold) {
    requireThreshold(threshold);
    return ranked().stream()
        .filter(label -> rules.sigmoid(logits[label]) > threshold)
        .map(labels::name)
        .toList();
  }

  /**
   * The probability of one label, in [0, 1].
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double score(String label) {
    return rules.sigmoid(logits[labels.index(label)]);
  }

  /**
   * All labels with their probabilities, the most probable first. If several outputs share a name,
   * the most probable of them. Unmodifiable.
   */
  public Map<String, Double> scores() {
    Map<String, Double> scores = new LinkedHashMap<>();
    ranked().forEach(i -> scores.putIfAbsent(labels.name(i), rules.sigmoid(logits[i])));
    return Collections.unmodifiableMap(scores);
  }

  /**
   * The smallest distance of a probability from its threshold, in [0, 1]; 0 means that one label is
   * undecided.
   */
  public double margin() {
    double[] thresholds = rules.thresholds();
    double[] probabilities = probabilities();
    return IntStream.range(0, probabilities.length)
        .mapToDouble(i -> Math.abs(probabilities[i] - thresholds[i]))
        .min()
        .orElseThrow();
  }

  /**
   * The sum over the labels of their binary entropies, −p · ln p − (1 − p) · ln(1 − p), in nats:
   * from 0 (every label is certain) to C · ln 2 (all C labels have probability 0.5).
   */
  public double entropy() {
    return Arrays.stream(probabilities()).map(p -> Prediction.entropy(p, 1 - p)).sum();
  }

  /** The probabilities in label order; a copy. */
  public double[] probabilities() {
    return rules.sigmoids(logits);
  }

  /** The model's raw outputs in label order, not divided by a temperature; a copy. */
  public float[] logits() {
    return logits.clone();
  }

  /** The mean binary cross-entropy with the truth, a 0 or 1 a label. */
  double loss(double[] truth) {
    return Logits.binaryCrossEntropy(logits, truth, rules.rules().temperature());
  }

  /** The threshold of each label, in label order. */
  double[] thresholds() {
    return rules.thresholds();
  }

  boolean hasRules() {
    return !rules.rules().equals(DecisionRules.none());
  }

  /** The same outputs without decision rules. */
  MultiLabelPrediction withoutRules() {
    return new MultiLabelPrediction(labels, logits).with(reading);
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
   * The number of tokens of the text that were not read because it is too long; 0 if all were read.
   */
  public int cutTokens() {
    return reading.cutTokens();
  }

  /** How much of the text was read. */
  public Reading reading() {
    return reading;
  }

  /**
   * The JSON form: {@code labels} (those above their threshold) and {@code scores} (all labels with
   * their probabilities, the most probable first); {@code decision} if the classifier has rules,
   * and {@code cutTokens} if any were cut. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    Members members = new Members().with("labels", labels()).with("scores", scores());
    return (hasRules() ? members.with("decision", decision().asMap()) : members)
        .with("cutTokens", cutTokens() == 0 ? null : cutTokens())
        .asMap();
  }

  /** The names of the outputs, in their order. */
  Labels outputNames() {
    return labels;
  }

  /** Equal labels and rules and, to the bit, equal logits. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MultiLabelPrediction that
        && labels.equals(that.labels)
        && rules.rules().equals(that.rules.rules())
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
