package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.OptionalLong;

/** Finds numbers that are infinite or NaN. */
public final class Finite {
  private Finite() {}

  /**
   * The position of the first element that is infinite or NaN, in row-major order; empty if all are
   * finite. Reads the array once.
   *
   * @param array float32, contiguous
   */
  public static OptionalLong firstNonFinite(NDArray array) {
    try (NDArray norm = array.norm()) {
      if (Float.isFinite(norm.getFloat())) {
        return OptionalLong.empty(); // a single non-finite element makes the norm non-finite
      }
    }
    // Squares of finite numbers overflow, too, so look at each.
    FloatBuffer elements = PyTorch.memory(array);
    for (int i = 0; i < elements.capacity(); i++) {
      if (!Float.isFinite(elements.get(i))) {
        return OptionalLong.of(i);
      }
    }
    return OptionalLong.empty();
  }
}
