package dev.afina.internal.engine;

import static dev.afina.internal.engine.TorchScriptModule.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares {@link FusedOps} with AdamW in double precision: three steps on random numbers of odd
 * sizes, one gradient with a single addend among others with two.
 */
final class FusedOpsCheck {
  private static final int[] SIZES = {1003, 1, 67};
  private static final double RATE = 0.1;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.98;
  private static final double WEIGHT_DECAY = 0.5;
  private static final double EPSILON = 1e-8;
  private static final double DIVISOR = 1.7;

  /** Weights of about 1 move by 0.1 a step; float32 rounds each to 1e-7. */
  private static final double TOLERANCE = 1e-5;

  private FusedOpsCheck() {}

  /** One parameter: the arrays that the kernels change, and what they should hold. */
  private static final class Pair {
    final NDArray weight;
    final NDArray average;
    final NDArray square;
    private final double[] w;
    private final double[] m;
    private final double[] v;

    Pair(NDManager manager, int size) {
      weight = RandomArrays.uniform(manager, new Shape(size), 1, size);
      average = manager.zeros(new Shape(size));
      square = manager.zeros(new Shape(size));
      w = doubles(weight);
      m = new double[size];
      v = new double[size];
    }

    void step(double[] gradient, int step) {
      for (int j = 0; j < w.length; j++) {
        m[j] = BETA1 * m[j] + (1 - BETA1) * gradient[j];
        v[j] = BETA2 * v[j] + (1 - BETA2) * gradient[j] * gradient[j];
        double m1 = m[j] / (1 - Math.pow(BETA1, step));
        double v1 = v[j] / (1 - Math.pow(BETA2, step));
        w[j] -= RATE * (WEIGHT_DECAY * w[j] + m1 / (Math.sqrt(v1) + EPSILON));
      }
    }

    boolean isEqual() {
      double[] got = doubles(weight);
      for (int j = 0; j < w.length; j++) {
        if (!(Math.abs(got[j] - w[j]) <= TOLERANCE)) {
          return false;
        }
      }
      return true;
    }
  }

  static void run(FusedOps ops) {
    try (NDManager manager = PyTorch.newManager()) {
      List<Pair> pairs = new ArrayList<>();
      for (int size : SIZES) {
        pairs.add(new Pair(manager, size));
      }
      for (int step = 1; step <= 3; step++) {
        List<List<NDArray>> addends = new ArrayList<>();
        double[] squares = new double[SIZES.length];
        for (int i = 0; i < SIZES.length; i++) {
          List<NDArray> ofOne = new ArrayList<>();
          double[] gradient = new double[SIZES[i]];
          for (int k = 0; k < (i == 1 ? 1 : 2); k++) {
            NDArray addend =
                RandomArrays.uniform(manager, new Shape(SIZES[i]), 3, 100L * step + 10L * i + k);
            ofOne.add(addend);
            add(gradient, doubles(addend));
          }
          addends.add(ofOne);
          for (int j = 0; j < gradient.length; j++) {
            squares[i] += gradient[j] * gradient[j];
            gradient[j] /= DIVISOR;
          }
          pairs.get(i).step(gradient, step);
        }
        double[] norms = ops.sumAndNorms(addends);
        for (int i = 0; i < SIZES.length; i++) {
          require(Math.abs(norms[i] / Math.sqrt(squares[i]) - 1) <= TOLERANCE, "norm");
        }
        ops.adamW(
            pairs.stream().map(p -> p.weight).toList(),
            addends.stream().map(sum -> sum.get(0)).toList(),
            pairs.stream().map(p -> p.average).toList(),
            pairs.stream().map(p -> p.square).toList(),
            manager.create((float) step),
            manager.create((float) DIVISOR),
            RATE,
            BETA1,
            BETA2,
            WEIGHT_DECAY,
            EPSILON);
      }
      require(pairs.stream().allMatch(Pair::isEqual), "adamw");
    }
  }

  private static void add(double[] sum, double[] addend) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] += addend[j];
    }
  }

  private static double[] doubles(NDArray array) {
    float[] values = array.toFloatArray();
    double[] doubles = new double[values.length];
    for (int j = 0; j < doubles.length; j++) {
      doubles[j] = values[j];
    }
    return doubles;
  }
}
