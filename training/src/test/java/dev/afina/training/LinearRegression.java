package dev.afina.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PyTorch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A model of two parameters, to show that the trainer needs no text: y = w·x + b, squared error.
 */
final class LinearRegression implements TrainingTask, AutoCloseable {
  final NDManager manager = PyTorch.newManager();
  List<Long> randomState = List.of();
  final NDArray weight;
  final NDArray bias;
  private final float[][] inputs;
  private final float[] targets;
  private double[] rateShares = {1, 1};
  Function<LinearRegression, Map<String, Double>> evaluation = r -> Map.of();

  LinearRegression(float[][] inputs, float[] targets) {
    this.inputs = inputs;
    this.targets = targets;
    this.weight = manager.zeros(new Shape(inputs[0].length, 1));
    this.bias = manager.zeros(new Shape(1));
  }

  /** 24 points on y = 2·x0 − 3·x1 + 1. */
  static LinearRegression plane() {
    float[][] inputs = new float[24][];
    float[] targets = new float[24];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = new float[] {(i % 5) - 2f, (i % 7) - 3f};
      targets[i] = 2 * inputs[i][0] - 3 * inputs[i][1] + 1;
    }
    return new LinearRegression(inputs, targets);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("weight", weight, true, rateShares[0]),
        new Parameter("bias", bias, false, rateShares[1]));
  }

  @Override
  public int size() {
    return inputs.length;
  }

  @Override
  public List<Shard> divide(int[] examples, int most) {
    int parts = Math.min(most, examples.length);
    return IntStream.range(0, parts)
        .mapToObj(
            p ->
                Arrays.copyOfRange(
                    examples, p * examples.length / parts, (p + 1) * examples.length / parts))
        .<Shard>map(part -> (leaves, scope) -> loss(part, leaves, scope))
        .toList();
  }

  private NDArray loss(int[] examples, ShardParameters leaves, NDManager scope) {
    float[][] x = new float[examples.length][];
    float[] y = new float[examples.length];
    for (int i = 0; i < examples.length; i++) {
      x[i] = inputs[examples[i]];
      y[i] = targets[examples[i]];
    }
    NDArray predicted = scope.create(x).matMul(leaves.array("weight")).add(leaves.array("bias"));
    return predicted.squeeze(1).sub(scope.create(y)).square().sum();
  }

  @Override
  public List<Long> randomState() {
    return randomState;
  }

  @Override
  public Map<String, Double> evaluate(StopCheck stop) {
    return new LinkedHashMap<>(evaluation.apply(this));
  }

  LinearRegression withRateShares(double ofWeight, double ofBias) {
    rateShares = new double[] {ofWeight, ofBias};
    return this;
  }

  /** Puts what {@link #values} gave in place. */
  void set(float[] values) {
    PyTorch.memory(weight).put(new float[] {values[0], values[1]});
    PyTorch.memory(bias).put(values[2]);
  }

  float[] values() {
    float[] w = weight.toFloatArray();
    return new float[] {w[0], w[1], bias.toFloatArray()[0]};
  }

  @Override
  public void close() {
    manager.close();
  }
}
