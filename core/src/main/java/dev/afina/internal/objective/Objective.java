package dev.afina.internal.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The objective that a training minimizes, both in the recorded graph of a training and in double
 * precision from logits. Immutable.
 */
public interface Objective {

  /**
   * The weight of a text, by its target. The loss of an update is divided by the sum of the
   * weights.
   */
  double weight(double[] target);

  /**
   * The weighted sum of the texts' losses.
   *
   * @param logits (B, C)
   * @param targets one a row of the logits
   * @return a scalar of {@code scope}
   */
  NDArray sum(NDArray logits, List<double[]> targets, NDManager scope);

  /** The loss of one text, times its weight. */
  double of(float[] logits, double[] target);

  /** The mean loss of texts. */
  default double mean(List<float[]> logits, Targets targets) {
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < logits.size(); i++) {
      sum += of(logits.get(i), targets.row(i));
      weight += weight(targets.row(i));
    }
    return sum / weight;
  }
}
