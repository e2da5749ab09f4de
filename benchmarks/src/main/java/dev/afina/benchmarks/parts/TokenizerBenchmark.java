package dev.afina.benchmarks.parts;

import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.TextPair;
import dev.afina.tokenization.Tokenizer;
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

/** Text to ids: 1,000 texts of 25 words at once, and one alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class TokenizerBenchmark {
  private static final int MAX_TOKENS = 60;

  private Tokenizer tokenizer;
  private final List<TextPair> texts = MiniLm.texts(1000, 25);

  @Setup
  public void make() throws IOException {
    tokenizer = MiniLm.tokenizer();
  }

  @Benchmark
  public List<Encoding> thousand() {
    return tokenizer.encodeAll(texts, MAX_TOKENS);
  }

  @Benchmark
  public Encoding one() {
    return tokenizer.encode(texts.get(0).text(), MAX_TOKENS);
  }

  @TearDown
  public void free() {
    tokenizer.close();
  }
}
