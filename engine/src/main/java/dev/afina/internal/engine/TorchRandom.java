package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Torch's random numbers for a seed: the orders and initial weights that Python draws.
 *
 * <p>PyTorch has one generator per process. Each method here seeds it and draws under one lock, so
 * the result depends on the arguments alone, whatever other threads do. Nothing else in Afina draws
 * from that generator.
 */
public final class TorchRandom {
  private static final Object GENERATOR = new Object();

  private TorchRandom() {}

  /**
   * {@code torch.randperm(n)} after {@code torch.manual_seed(seed)}.
   *
   * @throws IllegalArgumentException if {@code n} is negative
   */
  public static int[] permutation(int n, int seed) {
    if (n < 0) {
      throw new IllegalArgumentException("n: expected 0 or more, got " + n);
    }
    try (NDManager manager = PyTorch.newManager()) {
      NDArray drawn;
      synchronized (GENERATOR) {
        PyTorch.engine().setRandomSeed(seed);
        drawn = manager.randomPermutation(n);
      }
      long[] order = drawn.toLongArray();
      int[] result = new int[n];
      for (int i = 0; i < n; i++) {
        result[i] = Math.toIntExact(order[i]);
      }
      return result;
    }
  }

  /**
   * Arrays drawn one after the other from a normal distribution of mean 0, as {@code
   * torch.manual_seed(seed)} followed by {@code empty(shape).normal_(0, standardDeviation)} for
   * each shape gives them.
   *
   * @return float32 arrays in the order of {@code shapes}, owned by {@code manager}
   */
  public static List<NDArray> normals(
      NDManager manager, List<Shape> shapes, float standardDeviation, int seed) {
    List<NDArray> drawn = new ArrayList<>();
    synchronized (GENERATOR) {
      PyTorch.engine().setRandomSeed(seed);
      for (Shape shape : shapes) {
        drawn.add(manager.randomNormal(0f, standardDeviation, shape, DataType.FLOAT32));
      }
    }
    return List.copyOf(drawn);
  }
}
