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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Classifier} says of one text: a probability for each label. Immutable. Jackson and
 * Gson write it as its {@link #asMap()}.
 *
 * <p>The probabilities are the softmax of the logits, as transformers' text-classification pipeline
 * gives them, or of the logits divided by the temperature of a {@linkplain Classifier#calibrated
 * calibrated} classifier; they add up to 1.
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
   * What a model with these outputs predicts; for tests of what uses a classifier.
   *
   * @param labels in the order of the outputs
   * @param logits one a label; copied
   * @throws IllegalArgumentException if there are not as many logits as labels, or one is not a
   *     finite number
   */
  public static Prediction of(Labels labels, float... logits) {
    Logits.requireOneEach(labels, logits, "label");
    return new Prediction(labels, logits.clone());
  }

  /**
   * What a model with these outputs and rules predicts; for tests of what uses a classifier.
   *
   * @param labels in the order of the outputs
   * @param rules of the classifier
   * @param logits one a label; copied
   * @throws IllegalArgumentException as the other, and if the rules are not for these labels
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
   * What to do with the text: {@link #label()}, or "not sure", by the rules of the classifier. A
   * classifier without {@link DecisionRules} is always sure.
   */
  public Decision decision() {
    return rules.ofOneLabel(probabilities, best);
  }

  /** The most probable label; of equals, the first in label order. */
  public String label() {
    return labels.name(best);
  }

  /** The position of {@link #label()} among the labels. */
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
   * @throws IllegalArgumentException if there is no such label, or two outputs have this name
   */
  public double score(String label) {
    return probabilities[labels.index(label)];
  }

  /**
   * How far the most probable label is ahead: its probability − that of the next one, in [0, 1].
   */
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
   * How undecided the prediction is: −Σ p · ln p, in nats, from 0, all on one label, to ln C, all C
   * labels alike.
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

  /** The same outputs, of which nobody decides anything. */
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
   * All labels with their probabilities, the most probable first. Where outputs of a checkpoint
   * share a name, the most probable of them.
   */
  public Map<String, Double> scores() {
    return top(labels.size());
  }

  /**
   * The {@code k} most probable labels with their probabilities, best first; all where there are
   * not as many.
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

  /** How many tokens of the text were not read, because it is too long; 0 where all were. */
  public int cutTokens() {
    return reading.cutTokens();
  }

  /** How much of the text was read. */
  public Reading reading() {
    return reading;
  }

  /**
   * What JSON says of it: {@code label}, {@code score}, and {@code scores}, all labels with their
   * probabilities, the most probable first; of a classifier with rules also {@code decision}.
   * Unmodifiable.
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
