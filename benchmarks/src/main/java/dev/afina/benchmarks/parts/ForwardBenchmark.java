package dev.afina.benchmarks.parts;

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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * MiniLM's forward pass of 2,048 tokens on one core: the longer the texts, the fewer they are and
 * the greater is attention's part, which grows with the square of the length.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init")
public class ForwardBenchmark {
  private static final int TOKENS = 2048;

  @Param({"16", "64", "256"})
  public int length;

  private Model model;
  private List<Encoding> texts;

  @Setup
  public void make() throws IOException {
    model = MiniLm.model();
    texts = MiniLm.encodings(TOKENS / length, length - 2);
  }

  @Benchmark
  public void attention() {
    try (Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      model.logits(model.batch(texts, scope)).toFloatArray();
    }
  }

  @TearDown
  public void free() {
    model.close();
  }
}
