package dev.afina;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a training of any number of labels a text makes small. Immutable: each method that sets
 * returns a new loss.
 *
 * <p>A text's loss is the mean over all labels, an update's the mean over its texts, as torch's
 * {@code BCEWithLogitsLoss} has it, which transformers uses. The sums are those of the whole
 * update, so accumulation is exact.
 */
public final class MultiLabelLoss {
  private final double gamma;
  private final boolean balanced;
  private final double[] weights;
  private final @Nullable Own own;

  private MultiLabelLoss(double gamma, boolean balanced, double[] weights, @Nullable Own own) {
    this.gamma = gamma;
    this.balanced = balanced;
    this.weights = weights;
    this.own = own;
  }

  /** A loss of the user's own, with its name. */
  private record Own(String name, LabelsLoss function) {}

  /** The loss of one text, as a function of its logits and of the labels that it has. */
  @FunctionalInterface
  public interface LabelsLoss {
    /**
     * The loss.
     *
     * @param logits one a label, in label order; the function may change them
     * @param labels whether the text has each label
     */
    double of(double[] logits, boolean[] labels);
  }

  /**
   * −log p of each label that a text has, −log(1 − p) of each other one: the default, and
   * transformers'.
   */
  public static MultiLabelLoss binaryCrossEntropy() {
    return new MultiLabelLoss(0, false, new double[0], null);
  }

  /**
   * Focal loss (Lin et al. 2017, arXiv 1708.02002) of each label: the binary cross-entropy times (1
   * − q)^gamma, where q is the probability that was given to what is true.
   *
   * @param gamma 1 or more; 2 is the paper's choice
   */
  public static MultiLabelLoss focal(double gamma) {
    if (!(gamma >= 1 && Double.isFinite(gamma))) {
      throw new IllegalArgumentException("focal: gamma: expected 1 or more, got " + gamma);
    }
    return new MultiLabelLoss(gamma, false, new double[0], null);
  }

  /**
   * A loss of one's own, in plain Java. Its gradient is taken by central differences in double
   * precision, so it must be smooth; that is exact to about 1e-9, more than float32 can hold, and
   * costs 2 calls a label and text.
   *
   * @param name tells it from others: a training goes on from a checkpoint only under the same name
   * @param function called by several threads at the same time
   */
  public static MultiLabelLoss own(String name, LabelsLoss function) {
    return new MultiLabelLoss(
        0,
        false,
        new double[0],
        new Own(Names.requireName("loss", name), Objects.requireNonNull(function, name)));
  }

  /**
   * Weighs what a label costs in the texts that have it: torch's {@code pos_weight}. Over 1 the
   * label is found more often, with more false finds.
   *
   * @param byLabel one for each label, in label order, over 0
   * @throws IllegalArgumentException for another number, or together with a loss of one's own
   */
  public MultiLabelLoss positiveWeights(double... byLabel) {
    for (double weight : byLabel) {
      if (!(weight > 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            "positiveWeights: expected numbers over 0, got " + Arrays.toString(byLabel));
      }
    }
    requireNoOwn("positiveWeights");
    return new MultiLabelLoss(gamma, false, byLabel.clone(), null);
  }

  /**
   * Weighs each label by (n − count) / count, counted in the training data, so that the texts that
   * have it count as much as those that don't.
   *
   * @throws IllegalArgumentException together with a loss of one's own
   */
  public MultiLabelLoss balancedPositiveWeights() {
    requireNoOwn("balancedPositiveWeights");
    return new MultiLabelLoss(gamma, true, new double[0], null);
  }

  private void requireNoOwn(String what) {
    if (own != null) {
      throw new IllegalArgumentException(
          "%s and own(\"%s\"): choose one of them; a loss of one's own can weigh by itself"
              .formatted(what, own.name()));
    }
  }

  double gamma() {
    return gamma;
  }

  /**
   * This loss over the labels of some texts.
   *
   * @param training the targets of the training texts
   * @throws IllegalArgumentException when other weights were given than one for each label
   */
  Objective objective(Targets training, int labels) {
    if (own == null) {
      return new MultiLabelObjective(this, weights(training, labels));
    }
    LabelsLoss function = own.function();
    return new OwnObjective(
        target -> 1, (logits, target) -> function.of(logits, MultiLabelTask.has(target)));
  }

  /** What each label counts in the texts that have it. */
  double[] weights(Targets training, int labels) {
    if (balanced) {
      return IntStream.range(0, labels)
          .mapToDouble(label -> training.rows().stream().mapToDouble(row -> row[label]).sum())
          .map(
              count ->
                  count == 0 || count == training.size() ? 1 : (training.size() - count) / count)
          .toArray();
    }
    if (weights.length == 0) {
      return IntStream.range(0, labels).mapToDouble(i -> 1).toArray();
    }
    requireFor(labels);
    return weights.clone();
  }

  /** Refuses weights that are not one for each label. */
  void requireFor(int labels) {
    if (weights.length != 0 && weights.length != labels) {
      throw new IllegalArgumentException(
          "positiveWeights: %s given, expected %s, one for each label"
              .formatted(weights.length, labels));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MultiLabelLoss that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** For example {@code focal(gamma=2.0, positive_weights=balanced)}. */
  @Override
  public String toString() {
    if (own != null) {
      return "own(\"" + own.name() + "\")";
    }
    return String.format(
        Locale.ROOT,
        "%s, positive_weights=%s)",
        gamma == 0 ? "binary_cross_entropy(gamma=0" : "focal(gamma=" + gamma,
        balanced ? "balanced" : weights.length == 0 ? "none" : Arrays.toString(weights));
  }
}
