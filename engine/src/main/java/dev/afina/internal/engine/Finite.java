package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.OptionalLong;

/** Finds numbers that are infinite or none. */
public final class Finite {
  private Finite() {}

  /**
   * The position of the first element that is infinite or NaN, row by row; empty where all are
   * finite. Reads the array once.
   *
   * @param array float32, contiguous
   */
  public static OptionalLong firstOther(NDArray array) {
    try (NDArray norm = array.norm()) {
      if (Float.isFinite(norm.getFloat())) {
        return OptionalLong.empty(); // one other element, and the norm is none
      }
    }
    // Squares of finite numbers overflow, too: so look at each.
    FloatBuffer elements = PyTorch.memory(array);
    for (int i = 0; i < elements.capacity(); i++) {
      if (!Float.isFinite(elements.get(i))) {
        return OptionalLong.of(i);
      }
    }
    return OptionalLong.empty();
  }
}
