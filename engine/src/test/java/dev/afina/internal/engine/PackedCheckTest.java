package dev.afina.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels that compute wrongly are found by whoever asks first, and told once. */
class PackedCheckTest {

  /** A change of the script, what finds it and what it is called. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch.add_(y, residual, alpha=1)>torch.add_(y, residual, alpha=1.01)>a product with"
            + " LayerNorm",
        "torch.select(group, 1, 0)>torch.select(group, 1, -1)>a layer for first tokens",
        "torch.tanh(x)>torch.sigmoid(x)>a network",
        "torch.add_(y, torch.embedding(>torch.sub(y, torch.embedding(>embeddings",
        "torch.softmax(scaled, 2, None), v)>torch.softmax(scaled, 1, None), v)>a network",
        "torch.softmax(scaled, 2, None), xs)>torch.softmax(scaled, 1, None), xs)>attention of first"
            + " tokens",
      })
  void networkThatIsWrong_isWarnedOfOnce_byManyWhoAsk(String change) {
    String[] parts = change.split(">", -1);
    PackedKernels wrong = kernels(parts[0], parts[1]);
    String log = log(() -> askedByMany(wrong::isNetworkRight));
    assertThat(wrong.isNetworkRight()).isFalse();
    assertThat(log).contains(parts[2] + " differ from plain ones");
    assertThat(log.lines().filter(line -> line.contains("the plain path serves"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gate = torch.narrow(y, 1, half, half)"})
  void whatNoNetworkInOneCallHas_isFoundWithItsParts(String line) {
    PackedKernels wrong = kernels(line, line.replace("half, half", "0, half"));
    assertThat(log(() -> assertThat(wrong.isNetworkRight()).isTrue())).isEmpty();
    String log = log(() -> askedByMany(wrong::arePartsRight));
    assertThat(log).contains("a gated product differ from plain ones");
    assertThat(log.lines().filter(each -> each.contains("the plain path serves"))).hasSize(1);
  }

  /**
   * A change of the script, and whether there are biases or angles: found when a shape of heads
   * first comes.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "None, 0., False, scale=scale>None, 0., False, scale=1.>none",
        "bias, 0., False, scale=scale>None, 0., False, scale=scale>biases",
        "torch.neg(torch.narrow(x, 3, half, half))>torch.narrow(x, 3, half, half)>angles",
        "torch.baddbmm(none, q, keys, beta=0, alpha=scale)>"
            + "torch.baddbmm(none, q, keys, beta=0, alpha=1)>none",
        "torch.baddbmm(bias, q, keys, beta=1, alpha=scale)>"
            + "torch.baddbmm(bias, q, keys, beta=2, alpha=scale)>biases",
      })
  void attentionThatIsWrong_isRefused(String change) {
    String[] parts = change.split(">", -1);
    PackedKernels wrong = kernels(parts[0], parts[1]);
    try (NDManager manager = PyTorch.newManager()) {
      NDArray x = RandomArrays.uniform(manager, new Shape(4, 30), 2, 1);
      List<NDArray> biases =
          parts[2].equals("biases") ? List.of(manager.zeros(new Shape(1, 3, 4, 4))) : List.of();
      List<NDArray> angles =
          parts[2].equals("angles")
              ? List.of(manager.ones(new Shape(4, 10)), manager.zeros(new Shape(4, 10)))
              : List.of();
      AttentionCall call =
          new AttentionCall(new long[] {1}, new long[] {4}, false, 3, 0.3, biases, angles);
      assertThatThrownBy(() -> wrong.attention(x, x, x, call))
          .isInstanceOf(WrongKernelException.class)
          .hasMessage("results of attention with 3 heads of 10 differ from plain ones on one core");
    }
  }

  @Test
  void attentionThatFails_isRefused() {
    PackedKernels broken = kernels("def attention_difference(", "def gone(");
    try (NDManager manager = PyTorch.newManager()) {
      NDArray x = RandomArrays.uniform(manager, new Shape(4, 30), 2, 1);
      AttentionCall call =
          new AttentionCall(new long[] {1}, new long[] {4}, false, 3, 0.3, List.of(), List.of());
      assertThatThrownBy(() -> broken.attention(x, x, x, call))
          .isInstanceOf(WrongKernelException.class)
          .hasMessageStartingWith("results of attention with 3 heads of 10 cannot be had: ")
          .hasCauseInstanceOf(RuntimeException.class);
    }
  }

  /** Some on workers, which may not wait for who tests, and have one core each. */
  private static void askedByMany(Supplier<Boolean> question) {
    List<CompletableFuture<Boolean>> callers =
        IntStream.range(0, 4).mapToObj(i -> CompletableFuture.supplyAsync(question)).toList();
    List<Boolean> workers = Workers.run(List.of(question, question, question));
    assertThat(workers).hasSize(3);
    assertThat(callers.stream().map(CompletableFuture::join)).containsOnly(false);
  }

  private static PackedKernels kernels(String part, String changed) {
    String script = PackedFormat.FLOAT32.withLayers(PackedScript.FLOAT32);
    assertThat(script).contains(part);
    return TorchScriptModule.open(
            "changed kernels",
            script.replace(part, changed),
            module -> new PackedKernels(PackedFormat.FLOAT32, module))
        .orElseThrow();
  }

  private static String log(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(UTF_8);
  }
}
