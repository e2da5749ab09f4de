package dev.afina.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the machine can do: the fastest of some sizes of float32 matrix products by the libtorch
 * that trains, one product on all cores or one on each, repeated for a while.
 */
final class GemmTask implements Task {
  private static final int[] SIZES = {512, 1024, 2048};
  private static final double SECONDS = 0.4;

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
      double together = sum(Workers.run(List.of(() -> gflops(size))));
      List<Supplier<Double>> oneOnEachCore =
          Collections.nCopies(Workers.count(), () -> gflops(size));
      best = Math.max(best, Math.max(together, sum(Workers.run(oneOnEachCore))));
    }
    return Json.object("gflops", best);
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(v -> v).sum();
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
