package dev.afina.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.afina.engine.Autograd;
import dev.afina.engine.PyTorch;

/**
 * What the machine can do: the fastest of some sizes of float32 matrix products by the libtorch
 * that trains, each repeated for a while.
 */
final class GemmTask implements Task {
  private static final int[] SIZES = {512, 1024, 2048};
  private static final double SECONDS = 0.7;

  /** Warms up. */
  GemmTask() {
    round();
  }

  @Override
  public JsonObject gate(JsonObject request) {
    return new JsonObject();
  }

  @Override
  public JsonObject round() {
    double best = 0;
    for (int size : SIZES) {
      best = Math.max(best, gflops(size));
    }
    return Json.object("gflops", best);
  }

  private static double gflops(int size) {
    try (Autograd.Mode off = Autograd.off();
        NDManager manager = PyTorch.newManager()) {
      NDArray a = manager.randomUniform(0, 1, new Shape(size, size));
      NDArray b = manager.randomUniform(0, 1, new Shape(size, size));
      a.matMul(b).close();
      long begun = System.nanoTime();
      long done = 0;
      double seconds;
      do {
        a.matMul(b).close();
        done++;
        seconds = (System.nanoTime() - begun) / 1e9;
      } while (seconds < SECONDS);
      return 2.0 * size * size * size * done / seconds / 1e9;
    }
  }
}
