package dev.afina.internal.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import java.util.List;

/**
 * Cross-entropy over the labels of some texts, smoothed or focal; a target is the position of the
 * label.
 */
public final class SingleLabelObjective implements Objective {
  private final double gamma;
  private final double smoothing;
  private final double[] weights;

  /**
   * @param gamma the exponent of (1 − p), 0 for none
   * @param smoothing the share of the target that goes to all labels alike
   * @param weights by label
   */
  public SingleLabelObjective(double gamma, double smoothing, double[] weights) {
    this.gamma = gamma;
    this.smoothing = smoothing;
    this.weights = weights;
  }

  @Override
  public double weight(double[] target) {
    return weights[(int) target[0]];
  }

  @Override
  public NDArray sum(NDArray logits, List<double[]> targets, NDManager scope) {
    int classes = weights.length;
    float[] factors = new float[targets.size() * classes];
    for (int i = 0; i < targets.size(); i++) {
      for (int c = 0; c < classes; c++) {
        factors[i * classes + c] = (float) -factor((int) targets.get(i)[0], c);
      }
    }
    NDArray logs = logits.logSoftmax(1); // (B, C)
    NDArray losses = logs.mul(scope.create(factors, new Shape(targets.size(), classes)));
    return gamma == 0 ? losses.sum() : focal(logs, losses, scope);
  }

  private NDArray focal(NDArray logs, NDArray losses, NDManager scope) {
    NDArray one = Autograd.scalar(scope, 1);
    NDArray missing = one.sub(logs.exp()).maximum(Autograd.scalar(scope, 0)); // 1 − p, (B, C)
    return losses.mul(missing.pow(Autograd.scalar(scope, gamma))).sum();
  }

  /** What −log p of label {@code c} counts for a text of label {@code truth}. */
  private double factor(int truth, int c) {
    double own = c == truth ? weights[c] * (1 - smoothing) : 0;
    return own + weights[c] * smoothing / weights.length;
  }

  @Override
  public double of(float[] logits, double[] target) {
    int truth = (int) target[0];
    double logSum = Logits.logSumExp(logits);
    double result = 0;
    for (int c = 0; c < logits.length; c++) {
      double logProbability = logits[c] - logSum;
      double share = gamma == 0 ? 1 : Math.pow(1 - Math.exp(logProbability), gamma);
      result -= factor(truth, c) * logProbability * share;
    }
    return result;
  }
}
