package dev.afina.benchmarks.parts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A float32 product of square matrices on all cores; size 1024 takes 2.15 GFLOP. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class GemmBenchmark {
  @Param({"512", "1024", "2048"})
  public int size;

  private NDManager manager;
  private NDArray a;
  private NDArray b;

  @Setup
  public void make() {
    manager = PyTorch.newManager();
    a = manager.randomUniform(0, 1, new Shape(size, size));
    b = manager.randomUniform(0, 1, new Shape(size, size));
  }

  @Benchmark
  public void product() {
    Workers.run(List.of(this::onAllCores));
  }

  private Shape onAllCores() {
    try (Autograd.Mode off = Autograd.off();
        NDArray c = a.matMul(b)) {
      return c.getShape();
    }
  }

  @TearDown
  public void free() {
    manager.close();
  }
}
