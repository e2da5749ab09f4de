package dev.afina.explain;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to explain a prediction, and which output. Immutable: each method that sets a value returns
 * new options.
 *
 * <p>Both methods measure how the output depends on the word embeddings of the text's tokens; the
 * position and token type embeddings, which the model adds to them, are held fixed. Special tokens
 * such as [CLS] are not part of the text and get an attribution of 0.
 */
public final class ExplainOptions {
  /**
   * The default number of steps, which is enough for nearly all texts. Captum has the same default.
   */
  public static final int STEPS = 50;

  /** The maximum number of steps. Each step is a forward and a backward pass of the whole model. */
  public static final int MAX_STEPS = 10_000;

  private static final ExplainOptions INTEGRATED_GRADIENTS =
      new ExplainOptions(Method.INTEGRATED_GRADIENTS, STEPS, Baseline.PADDING, null);
  private static final ExplainOptions GRADIENT_TIMES_INPUT =
      new ExplainOptions(Method.GRADIENT_TIMES_INPUT, 1, Baseline.ZERO, null);

  /** How attributions are computed. */
  public enum Method {
    /**
     * Integrated gradients: the integral of the gradients along the straight path from a baseline
     * to the text, times the difference between the two (Sundararajan et al. 2017, arXiv
     * 1703.01365). The attributions add up to the difference between the two outputs.
     */
    INTEGRATED_GRADIENTS,
    /**
     * The gradient at the text times its embeddings. It needs a single step, so it is about 50
     * times as fast; the sum of the attributions has no meaning.
     */
    GRADIENT_TIMES_INPUT
  }

  /** The start of the path of integrated gradients, which stands for the absence of text. */
  public enum Baseline {
    /** The embedding of the padding token for each token. */
    PADDING,
    /** A zero vector for each token. */
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

  /** Gradient times input, in one step. */
  public static ExplainOptions gradientTimesInput() {
    return GRADIENT_TIMES_INPUT;
  }

  /**
   * Sets the label whose logit is explained, or the target of a regression. Default: the predicted
   * label, or the only target.
   */
  public ExplainOptions label(String name) {
    return new ExplainOptions(method, steps, baseline, Objects.requireNonNull(name, "name"));
  }

  /**
   * Sets the initial number of points on the path (Gauss-Legendre quadrature). While the
   * attributions do not add up within {@link Explanation#TOLERANCE}, the part of the path with the
   * largest error is bisected, up to 32 times as many points. Default: {@value #STEPS}.
   *
   * @param count 1 to {@value #MAX_STEPS}
   * @throws IllegalArgumentException if it is out of range, or the method has no steps
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
   * Sets the start of the path. Default: the padding token.
   *
   * @throws IllegalArgumentException if the method has no baseline
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

  /** The initial number of points on the path. */
  public int steps() {
    return steps;
  }

  /** The start of the path. */
  public Baseline baseline() {
    return baseline;
  }

  /** The label or target to explain; empty for the default. */
  public Optional<String> label() {
    return Optional.ofNullable(label);
  }
}
