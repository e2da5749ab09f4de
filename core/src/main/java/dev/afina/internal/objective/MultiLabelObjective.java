package dev.afina.internal.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.afina.internal.engine.Autograd;
import java.util.List;

/**
 * Binary cross-entropy over the labels of some texts, which may be focal; a target is a 0 or 1 a
 * label.
 */
public final class MultiLabelObjective implements Objective {
  private final double gamma;
  private final double[] positiveWeights;

  /**
   * @param gamma the exponent of (1 − p), 0 for none
   * @param positiveWeights by label
   */
  public MultiLabelObjective(double gamma, double[] positiveWeights) {
    this.gamma = gamma;
    this.positiveWeights = positiveWeights;
  }

  @Override
  public double weight(double[] target) {
    return 1;
  }

  @Override
  public NDArray sum(NDArray logits, List<double[]> targets, NDManager scope) {
    int labels = positiveWeights.length;
    float[] has = new float[targets.size() * labels];
    float[] lacks = new float[targets.size() * labels];
    for (int text = 0; text < targets.size(); text++) {
      for (int label = 0; label < labels; label++) {
        double truth = targets.get(text)[label];
        has[text * labels + label] = (float) (truth * positiveWeights[label] / labels);
        lacks[text * labels + label] = (float) ((1 - truth) / labels);
      }
    }
    Shape shape = new Shape(targets.size(), labels);
    NDArray minus = logits.neg();
    NDArray found = Activation.softPlus(minus).mul(scope.create(has, shape)); // −log p
    NDArray refused = Activation.softPlus(logits).mul(scope.create(lacks, shape)); // −log(1 − p)
    if (gamma != 0) {
      NDArray power = Autograd.scalar(scope, gamma);
      found = found.mul(Activation.sigmoid(minus).pow(power));
      refused = refused.mul(Activation.sigmoid(logits).pow(power));
    }
    return found.add(refused).sum();
  }

  @Override
  public double of(float[] logits, double[] target) {
    double sum = 0;
    for (int label = 0; label < logits.length; label++) {
      double x = target[label] == 1 ? -logits[label] : logits[label];
      double weight = target[label] == 1 ? positiveWeights[label] : 1;
      double share = gamma == 0 ? 1 : Math.pow(Logits.sigmoid(x), gamma);
      sum += weight * share * Logits.softplus(x);
    }
    return sum / logits.length;
  }
}
