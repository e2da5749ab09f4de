package dev.afina.internal.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import java.util.List;

/**
 * Mean distances of outputs from the values that some texts have; a target is a value an output.
 *
 * @param squared whether the square of the distance counts
 */
public record RegressionObjective(boolean squared) implements Objective {

  @Override
  public double weight(double[] target) {
    return 1;
  }

  @Override
  public NDArray sum(NDArray logits, List<double[]> targets, NDManager scope) {
    int outputs = targets.get(0).length;
    float[] values = new float[targets.size() * outputs];
    for (int text = 0; text < targets.size(); text++) {
      for (int i = 0; i < outputs; i++) {
        values[text * outputs + i] = (float) targets.get(text)[i];
      }
    }
    NDArray distance = logits.sub(scope.create(values, new Shape(targets.size(), outputs)));
    NDArray sum = squared ? distance.mul(distance).sum() : distance.abs().sum();
    return outputs == 1 ? sum : sum.mul(Autograd.scalar(scope, 1.0 / outputs));
  }

  @Override
  public double of(float[] logits, double[] target) {
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      double distance = logits[i] - target[i];
      sum += squared ? distance * distance : Math.abs(distance);
    }
    return sum / logits.length;
  }
}
