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
   * An array of a normal distribution of mean 0.
   *
   * @param cutoff how many standard deviations from 0 a number may be, {@link #MIN_CUTOFF} or more;
   *     infinite for any
   */
  public record Normal(Shape shape, double deviation, double cutoff) {

    /** One whose numbers may be anything. */
    public static Normal of(Shape shape, double deviation) {
      return new Normal(shape, deviation, Double.POSITIVE_INFINITY);
    }
  }

  /** Below it nearly all numbers would be drawn in vain, and torch draws in another way. */
  public static final double MIN_CUTOFF = 0.4;

  /**
   * Arrays drawn one after the other, as {@code torch.manual_seed(seed)} followed by {@code
   * empty(shape).normal_(0, deviation)} or, with a cutoff, {@code trunc_normal_} for each gives
   * them.
   *
   * @return float32 arrays in the order of {@code normals}, owned by {@code manager}
   */
  public static List<NDArray> normals(NDManager manager, List<Normal> normals, int seed) {
    List<NDArray> drawn = new ArrayList<>();
    synchronized (GENERATOR) {
      PyTorch.engine().setRandomSeed(seed);
      for (Normal normal : normals) {
        drawn.add(
            Double.isInfinite(normal.cutoff) ? draw(manager, normal) : within(manager, normal));
      }
    }
    return List.copyOf(drawn);
  }

  /** An array of numbers in [−bound, bound). */
  public record Uniform(Shape shape, double bound) {}

  /**
   * Arrays drawn one after the other, as {@code torch.manual_seed(seed)} followed by {@code
   * empty(shape).uniform_(-bound, bound)} for each gives them.
   *
   * @return float32 arrays in the order of {@code uniforms}, owned by {@code manager}
   */
  public static List<NDArray> uniforms(NDManager manager, List<Uniform> uniforms, int seed) {
    List<NDArray> drawn = new ArrayList<>();
    synchronized (GENERATOR) {
      PyTorch.engine().setRandomSeed(seed);
      for (Uniform uniform : uniforms) {
        float bound = (float) uniform.bound;
        drawn.add(manager.randomUniform(-bound, bound, uniform.shape, DataType.FLOAT32));
      }
    }
    return List.copyOf(drawn);
  }

  private static NDArray draw(NDManager manager, Normal normal) {
    return manager.randomNormal(0f, (float) normal.deviation, normal.shape, DataType.FLOAT32);
  }

  /** Whole arrays are drawn until each place had a number within the cutoff, which it keeps. */
  private static NDArray within(NDManager manager, Normal normal) {
    if (!(normal.cutoff >= MIN_CUTOFF)) {
      throw new IllegalArgumentException(
          "cutoff: expected " + MIN_CUTOFF + " or more, got " + normal.cutoff);
    }
    float most = (float) (normal.cutoff * normal.deviation);
    float[] values = values(manager, normal);
    for (boolean more = true; more; ) {
      more = false;
      for (float value : values) {
        more |= Math.abs(value) > most;
      }
      float[] others = more ? values(manager, normal) : values;
      for (int i = 0; i < values.length; i++) {
        if (Math.abs(values[i]) > most) {
          values[i] = others[i];
        }
      }
    }
    return manager.create(values, normal.shape);
  }

  private static float[] values(NDManager manager, Normal normal) {
    try (NDArray drawn = draw(manager, normal)) {
      return drawn.toFloatArray();
    }
  }
}
