package dev.afina.benchmarks.parts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Dropout;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Dropout of 614,400 elements: 1,600 tokens of 384. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class DropoutBenchmark {
  private NDManager manager;
  private NDArray x;
  private final Dropout dropout = Dropout.seeded(42, OptionalDouble.empty());

  @Setup
  public void make() {
    manager = PyTorch.newManager();
    x = manager.ones(new Shape(1600, 384));
  }

  @Benchmark
  public void apply() {
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = manager.newSubManager()) {
      x.attach(scope);
      dropout.apply(x, 0.1);
      x.attach(manager);
    }
  }

  @TearDown
  public void free() {
    manager.close();
  }
}
