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
 * pipeline gives them, or of the logit divided by the temperature of a {@linkplain
 * MultiLabelClassifier#calibrated calibrated} classifier; they do not add up to 1.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class MultiLabelPrediction implements WrittenAsMap {
  /** What the probability of a label exceeds that a text has, where nothing else is said: 0.5. */
  public static final double THRESHOLD = 0.5;

  private final LabelRules rules;
  private final Labels labels;
  private final float[] logits;
  private final Reading reading;

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

  /**
   * What a model with these outputs and rules predicts; for tests of what uses a classifier.
   *
   * @param labels in the order of the outputs
   * @param rules of the classifier
   * @param logits one a label; copied
   * @throws IllegalArgumentException as the other, and if the rules are not for these labels
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
   * The labels whose probability is over their threshold, most probable first; may be none. The
   * threshold is that of the classifier's {@link DecisionRules}, and {@link #THRESHOLD} where these
   * say nothing. Also where {@link #decision()} is not sure of them.
   */
  public List<String> labels() {
    return rules.over(probabilities()).stream().map(labels::name).toList();
  }

  /**
   * What to do with the text: give it {@link #labels()}, or "not sure", by the rules of the
   * classifier. A classifier without {@link DecisionRules} is always sure.
   */
  public Decision decision() {
    return rules.ofSeveralLabels(probabilities());
  }

  /**
   * The labels whose probability is over a threshold, most probable first; may be none.
   *
   * @throws IllegalArgumentException if the threshold is not from 0 to 1
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
   * @throws IllegalArgumentException if there is no such label, or two outputs have this name
   */
  public double score(String label) {
    return rules.sigmoid(logits[labels.index(label)]);
  }

  /**
   * All labels with their probabilities, the most probable first. Where outputs of a checkpoint
   * share a name, the most probable of them. Unmodifiable.
   */
  public Map<String, Double> scores() {
    Map<String, Double> scores = new LinkedHashMap<>();
    ranked().forEach(i -> scores.putIfAbsent(labels.name(i), rules.sigmoid(logits[i])));
    return Collections.unmodifiableMap(scores);
  }

  /** How near the nearest probability is to its threshold, from 0 to 1: 0 is undecided. */
  public double margin() {
    double[] thresholds = rules.thresholds();
    double[] probabilities = probabilities();
    return IntStream.range(0, probabilities.length)
        .mapToDouble(i -> Math.abs(probabilities[i] - thresholds[i]))
        .min()
        .orElseThrow();
  }

  /**
   * How undecided the prediction is: Σ over the labels of −p · ln p − (1 − p) · ln(1 − p), in nats,
   * from 0, each label known, to C · ln 2, none of the C labels.
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

  /** What each probability must be over. */
  double[] thresholds() {
    return rules.thresholds();
  }

  boolean hasRules() {
    return !rules.rules().equals(DecisionRules.none());
  }

  /** The same outputs, of which nobody decides anything. */
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

  /** How many tokens of the text were not read, because it is too long; 0 where all were. */
  public int cutTokens() {
    return reading.cutTokens();
  }

  /** How much of the text was read. */
  public Reading reading() {
    return reading;
  }

  /**
   * What JSON says of it: {@code labels}, those over their threshold, and {@code scores}, all
   * labels with their probabilities, the most probable first; of a classifier with rules also
   * {@code decision}. Unmodifiable.
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
