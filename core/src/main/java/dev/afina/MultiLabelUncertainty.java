package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link MultiLabelClassifier}'s prediction for one text with its uncertainty, from several
 * forward passes with dropout switched on: Monte-Carlo dropout, as in {@link Uncertainty}.
 * Immutable. Jackson and Gson serialize it as {@link #asMap()}.
 *
 * <p>Each label is a decision of its own between yes and no. Entropies are in nats: of a label from
 * 0 (certain) to ln 2 (a probability of 0.5), of a text the sums over its labels.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class MultiLabelUncertainty implements WrittenAsMap {
  private final Labels labels;
  private final List<MultiLabelPrediction> passes;
  private final List<double[]> probabilities;
  private final double[] mean;

  /**
   * Creates the uncertainty of given passes, for example in a test.
   *
   * @param labels the labels of the passes
   * @param passes the predictions of each pass, 2 or more, all with the same decision rules
   * @throws IllegalArgumentException if there are fewer than 2, or one has another number of labels
   */
  public static MultiLabelUncertainty of(Labels labels, List<MultiLabelPrediction> passes) {
    Uncertainty.requirePasses(
        passes.stream().map(MultiLabelPrediction::logits).toList(), labels.size(), "a label");
    return new MultiLabelUncertainty(labels, passes);
  }

  private MultiLabelUncertainty(Labels labels, List<MultiLabelPrediction> passes) {
    this.labels = labels;
    this.passes = List.copyOf(passes);
    this.probabilities = passes.stream().map(MultiLabelPrediction::probabilities).toList();
    this.mean =
        IntStream.range(0, labels.size()).mapToDouble(label -> overPasses(p -> p[label])).toArray();
  }

  private double overPasses(ToDoubleFunction<double[]> value) {
    return probabilities.stream().mapToDouble(value).average().orElseThrow();
  }

  /**
   * The labels whose mean probability exceeds their threshold, the most probable first; may be
   * empty. Thresholds are those of the classifier's {@link DecisionRules}, by default {@link
   * MultiLabelPrediction#THRESHOLD}.
   */
  public List<String> labels() {
    double[] thresholds = passes.get(0).thresholds();
    return IntStream.range(0, mean.length)
        .filter(label -> mean[label] > thresholds[label])
        .boxed()
        .sorted(Comparator.comparingDouble((Integer label) -> -mean[label]))
        .map(labels::name)
        .toList();
  }

  /**
   * The mean probability of one label, in [0, 1].
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double score(String label) {
    return mean[labels.index(label)];
  }

  /** The mean probabilities by label, in label order. Unmodifiable. */
  public Map<String, Double> scores() {
    return ByName.map(labels, label -> mean[label]);
  }

  /**
   * The sample standard deviation (divisor n − 1) of a label's probability over the passes.
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double deviation(String label) {
    return deviation(labels.index(label));
  }

  private double deviation(int label) {
    return Uncertainty.deviation(probabilities, label, mean[label]);
  }

  /**
   * The entropy of a label's mean probability: the total uncertainty about this label.
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double entropy(String label) {
    return entropy(labels.index(label));
  }

  private double entropy(int label) {
    return binaryEntropy(mean[label]);
  }

  /**
   * The mean of the passes' entropies of a label: the uncertainty about it that is due to the text
   * itself (aleatoric).
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double expectedEntropy(String label) {
    return expectedEntropy(labels.index(label));
  }

  private double expectedEntropy(int label) {
    return overPasses(p -> binaryEntropy(p[label]));
  }

  /**
   * {@link #entropy(String)} − {@link #expectedEntropy(String)}, 0 or more: the uncertainty about a
   * label that is due to the model (epistemic).
   *
   * @throws IllegalArgumentException if the label is unknown, or several outputs have this name
   */
  public double mutualInformation(String label) {
    return mutualInformation(labels.index(label));
  }

  private double mutualInformation(int label) {
    return Math.max(0, entropy(label) - expectedEntropy(label)); // rounding alone can make it less
  }

  /** The sum of the labels' {@link #entropy(String)}, in [0, C · ln 2] for C labels. */
  public double entropy() {
    return overLabels(this::entropy);
  }

  /** The sum of the labels' {@link #expectedEntropy(String)}, in [0, C · ln 2] for C labels. */
  public double expectedEntropy() {
    return overLabels(this::expectedEntropy);
  }

  /**
   * The sum of the labels' {@link #mutualInformation(String)}, 0 or more: the uncertainty about the
   * text that is due to the model, each label taken by itself. High for texts unlike the training
   * data.
   */
  public double mutualInformation() {
    return overLabels(this::mutualInformation);
  }

  private double overLabels(IntToDoubleFunction ofLabel) {
    return IntStream.range(0, mean.length).mapToDouble(ofLabel).sum();
  }

  private static double binaryEntropy(double p) {
    return Prediction.entropy(p, 1 - p);
  }

  /** The predictions of the passes. */
  public List<MultiLabelPrediction> passes() {
    return passes;
  }

  /**
   * The JSON form: {@code labels}, {@code entropy}, {@code expectedEntropy}, {@code
   * mutualInformation} (of all labels), {@code passes} (their number), {@code scores} (the mean
   * probabilities by label), {@code deviations} and {@code mutualInformations} (by label).
   * Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    return new Members()
        .with("labels", labels())
        .with("entropy", entropy())
        .with("expectedEntropy", expectedEntropy())
        .with("mutualInformation", mutualInformation())
        .with("passes", passes.size())
        .with("scores", scores())
        .with("deviations", ByName.map(labels, this::deviation))
        .with("mutualInformations", ByName.map(labels, this::mutualInformation))
        .asMap();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MultiLabelUncertainty that
        && labels.equals(that.labels)
        && passes.equals(that.passes);
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + passes.hashCode();
  }

  /** For example {@code [joy (0.812 ± 0.093)], mutual information 0.041}. */
  @Override
  public String toString() {
    StringJoiner given = new StringJoiner(", ", "[", "]");
    for (String label : labels()) {
      int index = labels.names().indexOf(label);
      given.add(
          String.format(Locale.ROOT, "%s (%.3f ± %.3f)", label, mean[index], deviation(index)));
    }
    return String.format(Locale.ROOT, "%s, mutual information %.3f", given, mutualInformation());
  }
}
