package dev.afina.benchmarks.parts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.FusedOps;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.engine.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An AdamW step over 9.4 million parameters on all cores: in one kernel, and by single operations.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class AdamWBenchmark {
  private static final int ARRAYS = 16;
  private static final Shape SHAPE = new Shape(1536, 384);

  private NDManager manager;
  private final List<NDArray> parameters = new ArrayList<>();
  private final List<NDArray> gradients = new ArrayList<>();
  private final List<NDArray> averages = new ArrayList<>();
  private final List<NDArray> squares = new ArrayList<>();
  private NDArray one;

  @Setup
  public void make() {
    manager = PyTorch.newManager();
    for (int i = 0; i < ARRAYS; i++) {
      parameters.add(manager.randomUniform(-1, 1, SHAPE));
      gradients.add(manager.randomUniform(-1, 1, SHAPE));
      averages.add(manager.zeros(SHAPE));
      squares.add(manager.zeros(SHAPE));
    }
    one = manager.create(1f);
  }

  @Benchmark
  public void fused() {
    Workers.run(List.of(this::fusedStep));
  }

  @Benchmark
  public void single() {
    Workers.run(List.of(this::singleOperations));
  }

  private NDArray fusedStep() {
    FusedOps.instance()
        .orElseThrow()
        .adamW(parameters, gradients, averages, squares, one, one, 1e-5, 0.9, 0.999, 0.01, 1e-8);
    return one;
  }

  private NDArray singleOperations() {
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = manager.newSubManager()) {
      for (int i = 0; i < ARRAYS; i++) {
        NDArray gradient = gradients.get(i);
        gradient.tempAttach(scope);
        averages.get(i).muli(0.9).addi(gradient.mul(0.1));
        squares.get(i).muli(0.999).addi(gradient.square().mul(0.001));
        NDArray root = squares.get(i).sqrt();
        root.attach(scope);
        NDArray move = averages.get(i).div(root.addi(1e-8));
        move.attach(scope);
        parameters.get(i).muli(1 - 1e-7).subi(move.muli(1e-5));
      }
      return one;
    }
  }

  @TearDown
  public void free() {
    manager.close();
  }
}
