package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Classifier}'s prediction for one text with its uncertainty, from several forward passes
 * with dropout switched on: Monte-Carlo dropout (Gal and Ghahramani 2016, arXiv 1506.02142). If the
 * passes disagree, the model has not seen enough similar texts in training. Immutable. Jackson and
 * Gson serialize it as {@link #asMap()}.
 *
 * <p>Entropies are in nats: from 0 (one label has all the probability) to ln C (all C labels are
 * equally probable).
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class Uncertainty implements WrittenAsMap {
  private final Labels labels;
  private final List<Prediction> passes;
  private final double[] mean;

  /**
   * Creates the uncertainty of given passes, for example in a test.
   *
   * @param labels the labels of the passes
   * @param passes the predictions of each pass, 2 or more
   * @throws IllegalArgumentException if there are fewer than 2, or one has another number of labels
   */
  public static Uncertainty of(Labels labels, List<Prediction> passes) {
    requirePasses(passes.stream().map(Prediction::logits).toList(), labels.size(), "a label");
    return new Uncertainty(labels, passes);
  }

  /** Refuses outputs of too few passes, or of other numbers than there are names. */
  static void requirePasses(List<float[]> passes, int names, String each) {
    if (passes.size() < 2) {
      throw new IllegalArgumentException("passes: expected 2 or more, got " + passes.size());
    }
    for (float[] outputs : passes) {
      if (outputs.length != names) {
        throw new IllegalArgumentException(
            "passes: one has %s logits, expected %s, one %s"
                .formatted(outputs.length, names, each));
      }
    }
  }

  /** The sample standard deviation of one of the values over the passes. */
  static double deviation(List<double[]> passes, int index, double mean) {
    double squares = 0;
    for (double[] values : passes) {
      double distance = values[index] - mean;
      squares += distance * distance;
    }
    return Math.sqrt(squares / (passes.size() - 1));
  }

  private Uncertainty(Labels labels, List<Prediction> passes) {
    this.labels = labels;
    this.passes = List.copyOf(passes);
    this.mean = new double[labels.size()];
    for (Prediction pass : passes) {
      double[] probabilities = pass.probabilities();
      for (int label = 0; label < mean.length; label++) {
        mean[label] += probabilities[label] / passes.size();
      }
    }
  }

  /**
   * The label with the greatest mean probability; of several equal ones, the first in label order.
   */
  public String label() {
    return labels.name(best());
  }

  /** The mean probability of {@link #label()}, in [1/C, 1]. */
  public double score() {
    return mean[best()];
  }

  /**
   * The mean probability of one label.
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double score(String label) {
    return mean[labels.index(label)];
  }

  /** The mean probabilities by label, in label order. Unmodifiable. */
  public Map<String, Double> scores() {
    return ByName.map(labels, i -> mean[i]);
  }

  /**
   * The sample standard deviation (divisor n − 1) of a label's probability over the passes.
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double deviation(String label) {
    return deviation(labels.index(label));
  }

  private double deviation(int index) {
    return deviation(passes.stream().map(Prediction::probabilities).toList(), index, mean[index]);
  }

  /** The entropy of the mean probabilities: the total uncertainty. */
  public double entropy() {
    return Prediction.entropy(mean);
  }

  /**
   * The mean of the passes' entropies: the uncertainty that is due to the text itself (aleatoric).
   */
  public double expectedEntropy() {
    return passes.stream().mapToDouble(Prediction::entropy).average().orElseThrow();
  }

  /**
   * {@link #entropy()} − {@link #expectedEntropy()}, 0 or more: the uncertainty that is due to the
   * model (epistemic; BALD, Houlsby et al. 2011). High for texts unlike the training data.
   */
  public double mutualInformation() {
    return Math.max(0, entropy() - expectedEntropy()); // rounding alone can make it less
  }

  /** The predictions of the passes. */
  public List<Prediction> passes() {
    return passes;
  }

  /**
   * The JSON form: {@code label}, {@code score}, {@code deviation} (of that label), {@code
   * entropy}, {@code expectedEntropy}, {@code mutualInformation}, {@code passes} (their number) and
   * {@code scores} (the mean probabilities by label). Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    return new Members()
        .with("label", label())
        .with("score", score())
        .with("deviation", deviation(best()))
        .with("entropy", entropy())
        .with("expectedEntropy", expectedEntropy())
        .with("mutualInformation", mutualInformation())
        .with("passes", passes.size())
        .with("scores", scores())
        .asMap();
  }

  private int best() {
    return IntStream.range(0, mean.length)
        .reduce((a, b) -> mean[b] > mean[a] ? b : a)
        .orElseThrow();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Uncertainty that
        && labels.equals(that.labels)
        && passes.equals(that.passes);
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + passes.hashCode();
  }

  /** For example {@code joy (0.812 ± 0.093, mutual information 0.041)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s (%.3f ± %.3f, mutual information %.3f)",
        label(),
        score(),
        deviation(best()),
        mutualInformation());
  }
}
