package dev.afina.benchmarks.parts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Model;
import dev.afina.tokenization.Encoding;
import java.io.IOException;
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

/** What calls cost that compute almost nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class CallBenchmark {
  private NDManager manager;
  private NDArray number;
  private Model model;
  private List<Encoding> text;

  @Setup
  public void make() throws IOException {
    manager = PyTorch.newManager();
    number = manager.create(1f);
    model = MiniLm.model();
    text = MiniLm.encodings(1, 1);
  }

  @Benchmark
  public void addTwoNumbers() {
    try (Autograd.Mode off = Autograd.off()) {
      number.add(number).close();
    }
  }

  @Benchmark
  public void logitsOfOneWord() {
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      model.logits(model.batch(text, scope)).toFloatArray();
    }
  }

  @TearDown
  public void free() {
    model.close();
    manager.close();
  }
}
