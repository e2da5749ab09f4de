package dev.afina.internal.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A loss that is a function in Java. The graph gets its value and its gradient, taken by central
 * differences in double precision: {@code Σ x·g + (value − Σ x·g)}, where the gradient g and the
 * parenthesis are constants.
 */
public final class CustomObjective implements Objective {
  /** The cube root of double precision, where rounding and curvature err alike: about 1e-10. */
  private static final double STEP = Math.cbrt(Math.ulp(1.0));

  private final ToDoubleFunction<double[]> weight;
  private final TextLoss function;

  /** The loss of one text, times its weight. */
  public interface TextLoss {
    double of(double[] logits, double[] target);
  }

  public CustomObjective(ToDoubleFunction<double[]> weight, TextLoss function) {
    this.weight = weight;
    this.function = function;
  }

  @Override
  public double weight(double[] target) {
    return weight.applyAsDouble(target);
  }

  @Override
  public NDArray sum(NDArray logits, List<double[]> targets, NDManager scope) {
    float[] values = logits.toFloatArray(); // (B, C)
    int outputs = values.length / targets.size();
    float[] gradients = new float[values.length];
    double rest = 0;
    for (int text = 0; text < targets.size(); text++) {
      double[] row = new double[outputs];
      for (int i = 0; i < outputs; i++) {
        row[i] = values[text * outputs + i];
      }
      rest += value(row, targets.get(text));
      for (int i = 0; i < outputs; i++) {
        double slope = slope(row, i, targets.get(text));
        gradients[text * outputs + i] = (float) slope;
        rest -= (double) gradients[text * outputs + i] * row[i];
      }
    }
    NDArray linear = logits.mul(scope.create(gradients, new Shape(targets.size(), outputs))).sum();
    return linear.add(scope.create((float) rest));
  }

  private double slope(double[] logits, int output, double[] target) {
    double x = logits[output];
    double step = STEP * Math.max(1, Math.abs(x));
    double above = value(changed(logits, output, x + step), target);
    double below = value(changed(logits, output, x - step), target);
    return (above - below) / ((x + step) - (x - step));
  }

  private static double[] changed(double[] logits, int output, double value) {
    double[] changed = logits.clone();
    changed[output] = value;
    return changed;
  }

  private double value(double[] logits, double[] target) {
    return function.of(logits.clone(), target);
  }

  @Override
  public double of(float[] logits, double[] target) {
    double[] row = new double[logits.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = logits[i];
    }
    return value(row, target);
  }
}
