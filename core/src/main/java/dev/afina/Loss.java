package dev.afina;

import dev.afina.internal.objective.CustomObjective;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.SingleLabelObjective;
import dev.afina.internal.objective.Targets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The loss that the training of a {@link Classifier} minimizes. Immutable: each method that sets a
 * value returns a new loss, or throws an {@link IllegalArgumentException} if the value is out of
 * range.
 *
 * <p>The loss of an update is the weighted sum of the losses of its texts, divided by the sum of
 * their labels' weights, as in torch's {@code cross_entropy}. Both sums are over the whole update,
 * so gradient accumulation is exact even with class weights.
 */
public final class Loss {
  private final double gamma;
  private final double smoothing;
  private final boolean balanced;
  private final double[] weights;
  private final @Nullable Custom custom;

  private Loss(
      double gamma, double smoothing, boolean balanced, double[] weights, @Nullable Custom custom) {
    this.gamma = gamma;
    this.smoothing = smoothing;
    this.balanced = balanced;
    this.weights = weights;
    this.custom = custom;
  }

  /** A custom loss and its name. */
  private record Custom(String name, LabelLoss function) {}

  /** The loss of one text, as a function of its logits and its label. */
  @FunctionalInterface
  public interface LabelLoss {
    /**
     * The loss.
     *
     * @param logits one per label, in label order; the function may modify the array
     * @param label the index of the true label
     */
    double of(double[] logits, int label);
  }

  /** −log p of the true label. The default, as in transformers. */
  public static Loss crossEntropy() {
    return new Loss(0, 0, false, new double[0], null);
  }

  /**
   * Focal loss (Lin et al. 2017, arXiv 1708.02002): −(1 − p)^gamma · log p of the true label. Texts
   * that are already predicted well count little.
   *
   * @param gamma the focusing parameter, 1 or more; the paper uses 2
   */
  public static Loss focal(double gamma) {
    if (!(gamma >= 1 && Double.isFinite(gamma))) {
      throw new IllegalArgumentException("focal: gamma: expected 1 or more, got " + gamma);
    }
    return new Loss(gamma, 0, false, new double[0], null);
  }

  /**
   * A custom loss in plain Java. Its gradient is computed by central differences in double
   * precision, so it must be smooth. This is accurate to about 1e-9, better than float32, and takes
   * two calls per text and label.
   *
   * @param name identifies the loss: a training resumes from a checkpoint only with a loss of the
   *     same name
   * @param function computes the loss of one text; called concurrently by several threads
   */
  public static Loss custom(String name, LabelLoss function) {
    return new Loss(
        0,
        0,
        false,
        new double[0],
        new Custom(Names.requireName("loss", name), Objects.requireNonNull(function, name)));
  }

  /**
   * Mixes the true label's loss with the mean over all labels, as transformers' {@code
   * label_smoothing_factor} does: (1 − share) · (−log p) + share · mean of −log p.
   *
   * @param share the share of the mean, in [0, 1); 0.1 is usual
   * @throws IllegalArgumentException if it is out of range, or together with focal loss or a custom
   *     loss
   */
  public Loss labelSmoothing(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing: expected a share in [0, 1), got " + share);
    }
    if (gamma != 0 && share != 0) {
      throw new IllegalArgumentException(
          "labelSmoothing(%s) and focal(%s): choose one of them".formatted(share, gamma));
    }
    if (custom != null && share != 0) {
      throw new IllegalArgumentException(
          "labelSmoothing(%s) and custom(\"%s\"): choose one of them"
              .formatted(share, custom.name()));
    }
    return new Loss(gamma, share, balanced, weights, custom);
  }

  /**
   * Weights each text's loss by its label.
   *
   * @param byLabel one weight over 0 per label, in label order; none for equal weights. {@link
   *     ClassifierBuilder#fit} throws if there is not one per label
   */
  public Loss classWeights(double... byLabel) {
    for (double weight : byLabel) {
      if (!(weight > 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            "classWeights: expected numbers over 0, got " + Arrays.toString(byLabel));
      }
    }
    return new Loss(gamma, smoothing, false, byLabel.clone(), custom);
  }

  /**
   * Weights each label by n / (labels · texts of the label), counted in the training data over the
   * labels that occur there, so that they all count equally: scikit-learn's {@code
   * class_weight="balanced"}.
   */
  public Loss balancedClassWeights() {
    return new Loss(gamma, smoothing, true, new double[0], custom);
  }

  /**
   * This loss over the labels of some texts.
   *
   * @param training the targets of the training texts
   * @throws IllegalArgumentException when other weights were given than one for each label
   */
  Objective objective(Targets training, int classes) {
    double[] byLabel = weights(training, classes);
    if (custom == null) {
      return new SingleLabelObjective(gamma, smoothing, byLabel);
    }
    LabelLoss function = custom.function();
    return new CustomObjective(
        target -> byLabel[(int) target[0]],
        (logits, target) -> byLabel[(int) target[0]] * function.of(logits, (int) target[0]));
  }

  /** The labels' weights. */
  double[] weights(Targets training, int classes) {
    if (balanced) {
      double[] counts = new double[classes];
      training.rows().forEach(target -> counts[(int) target[0]]++);
      long used = Arrays.stream(counts).filter(count -> count > 0).count();
      return Arrays.stream(counts)
          .map(count -> count == 0 ? 1 : training.size() / (used * count))
          .toArray();
    }
    if (weights.length == 0) {
      return IntStream.range(0, classes).mapToDouble(i -> 1).toArray();
    }
    requireFor(classes);
    return weights.clone();
  }

  /** Refuses weights that are not one for each label. */
  void requireFor(int classes) {
    if (weights.length != 0 && weights.length != classes) {
      throw new IllegalArgumentException(
          "classWeights: %s given, expected %s, one for each label"
              .formatted(weights.length, classes));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Loss that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** For example {@code cross_entropy(gamma=0, label_smoothing=0.1, class_weights=balanced)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, label_smoothing=%s, class_weights=%s)",
        custom != null
            ? "custom(\"" + custom.name() + "\""
            : gamma == 0 ? "cross_entropy(gamma=0" : "focal(gamma=" + gamma,
        smoothing,
        balanced ? "balanced" : weights.length == 0 ? "none" : Arrays.toString(weights));
  }
}
