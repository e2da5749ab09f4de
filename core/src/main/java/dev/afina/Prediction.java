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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Classifier}'s prediction for one text: a probability for each label. Immutable and
 * thread safe. Jackson and Gson serialize it as {@link #asMap()}.
 *
 * <p>The probabilities add up to 1. They are the softmax of the logits, as in transformers'
 * text-classification pipeline; a {@linkplain Classifier#calibrated calibrated} classifier first
 * divides the logits by its temperature.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class Prediction implements WrittenAsMap {
  private final LabelRules rules;
  private final Labels labels;
  private final float[] logits;
  private final Reading reading;
  private final double[] probabilities;
  private final int best;

  /**
   * Creates the prediction of a model with these outputs, for testing code that uses a classifier.
   *
   * @param labels the labels in the order of the outputs
   * @param logits one per label, in label order; copied
   * @throws IllegalArgumentException if there is not one logit per label, or a logit is not finite
   */
  public static Prediction of(Labels labels, float... logits) {
    Logits.requireOneEach(labels, logits, "label");
    return new Prediction(labels, logits.clone());
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
  public static Prediction of(Labels labels, DecisionRules rules, float... logits) {
    Logits.requireOneEach(labels, logits, "label");
    return new Prediction(new LabelRules(labels, rules, true), logits.clone());
  }

  Prediction(Labels labels, float[] logits) {
    this(new LabelRules(labels, DecisionRules.none(), true), logits);
  }

  /** Takes the logits over. */
  Prediction(LabelRules rules, float[] logits) {
    this.rules = rules;
    this.reading = Reading.WHOLE;
    this.labels = rules.labels();
    this.logits = logits;
    this.probabilities = rules.softmax(logits);
    this.best = Logits.greatest(logits);
  }

  private Prediction(Prediction other, Reading reading) {
    this.rules = other.rules;
    this.labels = other.labels;
    this.logits = other.logits;
    this.probabilities = other.probabilities;
    this.best = other.best;
    this.reading = reading;
  }

  Prediction with(Reading howMuchWasRead) {
    return new Prediction(this, howMuchWasRead);
  }

  /**
   * The decision by the {@link DecisionRules} of the classifier: {@link #label()}, or "not sure".
   * Without rules it is always sure.
   */
  public Decision decision() {
    return rules.ofOneLabel(probabilities, best);
  }

  /** The index of the decided label; for "not sure" that of the most probable one. */
  int predicted() {
    return rules.predicted(probabilities, best);
  }

  /** The most probable label; of several equally probable ones, the first in label order. */
  public String label() {
    return labels.name(best);
  }

  /** The index of {@link #label()} in label order. */
  public int index() {
    return best;
  }

  /** The probability of {@link #label()}, in [1/C, 1] for C labels. */
  public double score() {
    return probabilities[best];
  }

  /**
   * The probability of one label.
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double score(String label) {
    return probabilities[labels.index(label)];
  }

  /** The probability of the most probable label minus that of the second, in [0, 1]. */
  public double margin() {
    double next = 0;
    for (int label = 0; label < probabilities.length; label++) {
      if (label != best) {
        next = Math.max(next, probabilities[label]);
      }
    }
    return probabilities[best] - next;
  }

  /**
   * The entropy of the probabilities, −Σ p · ln p, in nats: from 0 (one label has all the
   * probability) to ln C (all C labels are equally probable).
   */
  public double entropy() {
    return entropy(probabilities);
  }

  /** −log of the true label's probability. */
  double loss(int truth) {
    return Logits.crossEntropy(logits, truth, rules.rules().temperature());
  }

  boolean hasRules() {
    return !rules.rules().equals(DecisionRules.none());
  }

  /** The same outputs without decision rules. */
  Prediction withoutRules() {
    return new Prediction(labels, logits).with(reading);
  }

  static double entropy(double... probabilities) {
    double sum = 0;
    for (double p : probabilities) {
      sum -= p == 0 ? 0 : p * Math.log(p);
    }
    return sum;
  }

  /**
   * All labels with their probabilities, the most probable first. If several outputs share a name,
   * the most probable of them. Unmodifiable.
   */
  public Map<String, Double> scores() {
    return top(labels.size());
  }

  /**
   * The {@code k} most probable labels with their probabilities, the most probable first; all
   * labels if there are fewer than {@code k}, and fewer than {@code k} entries if several of these
   * outputs share a name. Unmodifiable.
   *
   * @throws IllegalArgumentException if {@code k} is less than 1
   */
  public Map<String, Double> top(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k: expected 1 or more, got " + k);
    }
    List<Integer> ranked =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -logits[i]))
            .limit(k)
            .toList();
    Map<String, Double> top = new LinkedHashMap<>();
    ranked.forEach(i -> top.putIfAbsent(labels.name(i), probabilities[i]));
    return Collections.unmodifiableMap(top);
  }

  /** The probabilities in label order; a copy. */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /** The model's raw outputs in label order, not divided by a temperature; a copy. */
  public float[] logits() {
    return logits.clone();
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
   * The JSON form: {@code label}, {@code score} and {@code scores} (all labels with their
   * probabilities, the most probable first); {@code decision} if the classifier has rules, and
   * {@code cutTokens} if any were cut. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    Members members =
        new Members().with("label", label()).with("score", score()).with("scores", scores());
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
    return other instanceof Prediction that
        && labels.equals(that.labels)
        && rules.rules().equals(that.rules.rules())
        && Arrays.equals(logits, that.logits);
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + Arrays.hashCode(logits);
  }

  /** Label and probability, for example {@code joy (0.973)}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s (%.3f)", label(), score());
  }
}
