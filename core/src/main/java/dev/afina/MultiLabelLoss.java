package dev.afina;

import dev.afina.internal.objective.CustomObjective;
import dev.afina.internal.objective.MultiLabelObjective;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The loss that the training of a {@link MultiLabelClassifier} minimizes. Immutable: each method
 * that sets a value returns a new loss.
 *
 * <p>The loss of a text is the mean over all labels, the loss of an update the mean over its texts,
 * as in torch's {@code BCEWithLogitsLoss}, which transformers uses. The mean is over the whole
 * update, so gradient accumulation is exact.
 */
public final class MultiLabelLoss {
  private final double gamma;
  private final boolean balanced;
  private final double[] weights;
  private final @Nullable Custom custom;

  private MultiLabelLoss(
      double gamma, boolean balanced, double[] weights, @Nullable Custom custom) {
    this.gamma = gamma;
    this.balanced = balanced;
    this.weights = weights;
    this.custom = custom;
  }

  /** A custom loss and its name. */
  private record Custom(String name, LabelsLoss function) {}

  /** The loss of one text, as a function of its logits and of the labels that it has. */
  @FunctionalInterface
  public interface LabelsLoss {
    /**
     * The loss.
     *
     * @param logits one per label, in label order; the function may modify the array
     * @param labels whether the text has each label
     */
    double of(double[] logits, boolean[] labels);
  }

  /**
   * −log p for each label that a text has, −log(1 − p) for every other label. The default, as in
   * transformers.
   */
  public static MultiLabelLoss binaryCrossEntropy() {
    return new MultiLabelLoss(0, false, new double[0], null);
  }

  /**
   * Focal loss (Lin et al. 2017, arXiv 1708.02002) of each label: the binary cross-entropy times (1
   * − q)^gamma, where q is p if the text has the label and 1 − p otherwise.
   *
   * @param gamma the focusing parameter, 1 or more; the paper uses 2
   */
  public static MultiLabelLoss focal(double gamma) {
    if (!(gamma >= 1 && Double.isFinite(gamma))) {
      throw new IllegalArgumentException("focal: gamma: expected 1 or more, got " + gamma);
    }
    return new MultiLabelLoss(gamma, false, new double[0], null);
  }

  /**
   * A custom loss in plain Java. Its gradient is computed by central differences in double
   * precision, so it must be smooth. This is accurate to about 1e-9, which exceeds the precision of
   * float32, and takes two calls per text and label.
   *
   * @param name identifies the loss: a training resumes from a checkpoint only with a loss of the
   *     same name
   * @param function computes the loss of one text; called concurrently by several threads
   */
  public static MultiLabelLoss custom(String name, LabelsLoss function) {
    return new MultiLabelLoss(
        0,
        false,
        new double[0],
        new Custom(Names.requireName("loss", name), Objects.requireNonNull(function, name)));
  }

  /**
   * Weights the loss of a label in the texts that have it: torch's {@code pos_weight}. A weight
   * above 1 raises the label's recall at the cost of precision.
   *
   * @param byLabel one weight over 0 per label, in label order
   * @throws IllegalArgumentException if a weight is out of range, or together with a custom loss
   */
  public MultiLabelLoss positiveWeights(double... byLabel) {
    for (double weight : byLabel) {
      if (!(weight > 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            "positiveWeights: expected numbers over 0, got " + Arrays.toString(byLabel));
      }
    }
    requireNoCustom("positiveWeights");
    return new MultiLabelLoss(gamma, false, byLabel.clone(), null);
  }

  /**
   * Weights each label by (n − count) / count, counted in the training data, so that the texts that
   * have the label count as much as those that do not.
   *
   * @throws IllegalArgumentException together with a custom loss
   */
  public MultiLabelLoss balancedPositiveWeights() {
    requireNoCustom("balancedPositiveWeights");
    return new MultiLabelLoss(gamma, true, new double[0], null);
  }

  private void requireNoCustom(String what) {
    if (custom != null) {
      throw new IllegalArgumentException(
          "%s and custom(\"%s\"): choose one of them; a custom loss can weigh by itself"
              .formatted(what, custom.name()));
    }
  }

  /**
   * This loss over the labels of some texts.
   *
   * @param training the targets of the training texts
   * @throws IllegalArgumentException when other weights were given than one for each label
   */
  Objective objective(Targets training, int labels) {
    if (custom == null) {
      return new MultiLabelObjective(gamma, weights(training, labels));
    }
    LabelsLoss function = custom.function();
    return new CustomObjective(
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
    if (custom != null) {
      return "custom(\"" + custom.name() + "\")";
    }
    return String.format(
        Locale.ROOT,
        "%s, positive_weights=%s)",
        gamma == 0 ? "binary_cross_entropy(gamma=0" : "focal(gamma=" + gamma,
        balanced ? "balanced" : weights.length == 0 ? "none" : Arrays.toString(weights));
  }
}
