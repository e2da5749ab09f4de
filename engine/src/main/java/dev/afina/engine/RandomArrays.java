package dev.afina.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.engine.PackedEncoder.Layer;
import dev.afina.engine.PackedEncoder.Linear;
import dev.afina.engine.PackedEncoder.Norm;

/** Random numbers for self-tests: the same on every machine, and not from torch's generator. */
final class RandomArrays {
  // Knuth's linear congruential generator (MMIX): a tenth of java.util.Random's time, which shows
  // at
  // a program's start, where the code is not compiled yet.
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

  /** A layer that keeps the size of what goes through it, so that a mistake shows at its end. */
  static Layer layer(NDManager manager, int hidden, int feedForward, int seed) {
    return new Layer(
        linear(manager, hidden, hidden, seed),
        linear(manager, hidden, hidden, seed + 1),
        linear(manager, hidden, hidden, seed + 2),
        linear(manager, hidden, hidden, seed + 3),
        norm(manager, hidden, seed + 4),
        linear(manager, hidden, feedForward, seed + 5),
        linear(manager, feedForward, hidden, seed + 6),
        norm(manager, hidden, seed + 7));
  }

  private static Linear linear(NDManager manager, int in, int out, int seed) {
    return new Linear(
        uniform(manager, new Shape(out, in), Math.sqrt(3.0 / in), seed),
        uniform(manager, new Shape(out), 0.5, seed + 100));
  }

  private static Norm norm(NDManager manager, int size, int seed) {
    return new Norm(
        uniform(manager, new Shape(size), 0.5, seed).addi(1),
        uniform(manager, new Shape(size), 0.5, seed + 100));
  }
}
