package dev.afina.explain;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a text is explained, and which output. Immutable: each method returns new options.
 *
 * <p>Both methods ask how the output changes with the word embeddings of the text's tokens; what
 * the model adds to them, positions and token types, stays as it is. Special tokens that the
 * model's template adds, such as [CLS], are no part of the text and get 0.
 */
public final class ExplainOptions {
  /** Enough for nearly all texts; Captum's default, too. */
  public static final int STEPS = 50;

  /** At each the whole model is run forward and back. */
  public static final int MAX_STEPS = 10_000;

  private static final ExplainOptions INTEGRATED_GRADIENTS =
      new ExplainOptions(Method.INTEGRATED_GRADIENTS, STEPS, Baseline.PADDING, null);
  private static final ExplainOptions GRADIENT_TIMES_INPUT =
      new ExplainOptions(Method.GRADIENT_TIMES_INPUT, 1, Baseline.ZERO, null);

  /** How attributions are computed. */
  public enum Method {
    /**
     * The integral of the gradients on the straight way from a baseline to the text, times what
     * lies between the two (Sundararajan et al. 2017, arXiv 1703.01365). The attributions add up to
     * what the output gains on that way.
     */
    INTEGRATED_GRADIENTS,
    /**
     * The gradient at the text times its embeddings: one step, about 50 times as fast; the sum
     * means nothing.
     */
    GRADIENT_TIMES_INPUT
  }

  /** Where the way of integrated gradients begins: what stands for "no text". */
  public enum Baseline {
    /** The embedding of the padding token in the place of each token. */
    PADDING,
    /** Zeros in the place of each token's embedding. */
    ZERO
  }

  private final Method method;
  private final int steps;
  private final Baseline baseline;
  private final @Nullable String label;

  private ExplainOptions(Method method, int steps, Baseline baseline, @Nullable String label) {
    this.method = method;
    this.steps = steps;
    this.baseline = baseline;
    this.label = label;
  }

  /** Integrated gradients in {@link #STEPS} steps from the padding token. */
  public static ExplainOptions integratedGradients() {
    return INTEGRATED_GRADIENTS;
  }

  /** Gradient times input. */
  public static ExplainOptions gradientTimesInput() {
    return GRADIENT_TIMES_INPUT;
  }

  /**
   * The label whose logit is explained, or the target of a regression. Default: the best label, or
   * the only target.
   */
  public ExplainOptions label(String name) {
    return new ExplainOptions(method, steps, baseline, Objects.requireNonNull(name, "name"));
  }

  /**
   * How many points of the way are looked at first (Gauss-Legendre). Where the attributions do not
   * add up within {@link Explanation#TOLERANCE}, the part of the way that misses most is halved and
   * looked at again, up to 32 times as many points. Default: {@value #STEPS}.
   *
   * @param count 1 to {@value #MAX_STEPS}
   * @throws IllegalArgumentException for another number, or when the method has no steps
   */
  public ExplainOptions steps(int count) {
    requirePath("steps");
    if (count < 1 || count > MAX_STEPS) {
      throw new IllegalArgumentException(
          "steps: expected 1 to %s, got %s".formatted(MAX_STEPS, count));
    }
    return new ExplainOptions(method, count, baseline, label);
  }

  /**
   * Where the way begins. Default: the padding token.
   *
   * @throws IllegalArgumentException when the method has no baseline
   */
  public ExplainOptions baseline(Baseline start) {
    requirePath("baseline");
    return new ExplainOptions(method, steps, Objects.requireNonNull(start, "start"), label);
  }

  private void requirePath(String option) {
    if (method != Method.INTEGRATED_GRADIENTS) {
      throw new IllegalArgumentException(
          option + ": is for integratedGradients(); gradient times input has none");
    }
  }

  /** How attributions are computed. */
  public Method method() {
    return method;
  }

  /** How many points are looked at first. */
  public int steps() {
    return steps;
  }

  /** Where the way begins. */
  public Baseline baseline() {
    return baseline;
  }

  /** The label or target that is asked for; empty for the default. */
  public Optional<String> label() {
    return Optional.ofNullable(label);
  }
}
