package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Random numbers for self-tests: the same on every machine, and not from torch's generator. */
final class RandomArrays {
  // Knuth's linear congruential generator (MMIX): a tenth of java.util.Random's time, which shows
  // at a program's start, where the code is not compiled yet.
  private static final long FACTOR = 6364136223846793005L;
  private static final long INCREMENT = 1442695040888963407L;
  private static final long SCRAMBLE = 0x9E3779B97F4A7C15L;

  private RandomArrays() {}

  /** Numbers of equal probability between -limit and limit. */
  static NDArray uniform(NDManager manager, Shape shape, double limit, long seed) {
    float[] values = new float[Math.toIntExact(shape.size())];
    long state = seed * SCRAMBLE + 1;
    for (int i = 0; i < values.length; i++) {
      state = state * FACTOR + INCREMENT;
      values[i] = (float) (limit * ((state >> 40) * 0x1p-23)); // the upper 24 bits, signed
    }
    return manager.create(values, shape);
  }

  /** A weight (out, in) that keeps the size of what goes through it, so that a mistake shows. */
  static NDArray weight(NDManager manager, long in, long out, long seed) {
    return uniform(manager, new Shape(out, in), Math.sqrt(3.0 / in), seed);
  }

  /** Indexes below {@code bound}. */
  static NDArray indexes(NDManager manager, long count, int bound, long seed) {
    long[] indexes = new long[Math.toIntExact(count)];
    long state = seed * SCRAMBLE + 1;
    for (int i = 0; i < indexes.length; i++) {
      state = state * FACTOR + INCREMENT;
      indexes[i] = Math.floorMod(state >> 40, bound);
    }
    return manager.create(indexes);
  }
}
