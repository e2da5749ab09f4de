package dev.afina;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import java.util.List;

/**
 * A {@link Loss} over the labels of some texts, once as the graph of a training computes it, once
 * in double precision from logits.
 */
final class SingleLabelLoss {
  private final Loss loss;
  private final double[] weights;

  /**
   * @param labels of the training texts, in [0, classes)
   */
  SingleLabelLoss(Loss loss, int[] labels, int classes) {
    this.loss = loss;
    this.weights = loss.weights(labels, classes);
  }

  /** The weight of a label. */
  double weight(int label) {
    return weights[label];
  }

  /**
   * The weighted sum of the texts' losses.
   *
   * @param logits (B, C)
   * @param labels one a row of the logits
   * @return a scalar of {@code scope}
   */
  NDArray sum(NDArray logits, int[] labels, NDManager scope) {
    int classes = weights.length;
    float[] factors = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      for (int c = 0; c < classes; c++) {
        factors[i * classes + c] = (float) -factor(labels[i], c);
      }
    }
    NDArray logs = logits.logSoftmax(1); // (B, C)
    NDArray losses = logs.mul(scope.create(factors, new Shape(labels.length, classes)));
    return loss.gamma() == 0 ? losses.sum() : focal(logs, losses, scope);
  }

  private NDArray focal(NDArray logs, NDArray losses, NDManager scope) {
    NDArray one = Autograd.scalar(scope, 1);
    NDArray missing = one.sub(logs.exp()).maximum(Autograd.scalar(scope, 0)); // 1 − p, (B, C)
    return losses.mul(missing.pow(Autograd.scalar(scope, loss.gamma()))).sum();
  }

  /** What −log p of label {@code c} counts for a text of label {@code truth}. */
  private double factor(int truth, int c) {
    double own = c == truth ? weights[c] * (1 - loss.smoothing()) : 0;
    return own + weights[c] * loss.smoothing() / weights.length;
  }

  /** The mean loss of predictions. */
  double mean(List<Prediction> predictions, List<Integer> labels) {
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < predictions.size(); i++) {
      sum += of(predictions.get(i).logits(), labels.get(i));
      weight += weights[labels.get(i)];
    }
    return sum / weight;
  }

  private double of(float[] logits, int truth) {
    double max = Double.NEGATIVE_INFINITY;
    for (float x : logits) {
      max = Math.max(max, x);
    }
    double sum = 0;
    for (float x : logits) {
      sum += Math.exp(x - max);
    }
    double logSum = max + Math.log(sum);
    double result = 0;
    for (int c = 0; c < logits.length; c++) {
      double logProbability = logits[c] - logSum;
      double share = loss.gamma() == 0 ? 1 : Math.pow(1 - Math.exp(logProbability), loss.gamma());
      result -= factor(truth, c) * logProbability * share;
    }
    return result;
  }
}
