package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PackedKernels.Activation;
import dev.afina.internal.engine.PlainLayer.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In a JVM with the Vector API: see surefire.jvm in the pom. */
@Timeout(120)
class ShortTextsTest {
  private static final int HIDDEN = 39;
  private static final int FEED_FORWARD = 51;
  private static final int HEADS = 3;
  private static final double EPSILON = 1e-5;

  /** Logits of about 1; 1e-6 was seen. */
  private static final Offset<Float> CLOSE = Offset.offset(1e-5f);

  private final PackedKernels kernels = PackedFormat.FLOAT32.kernels().orElseThrow();
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final NDManager manager = PyTorch.newManager();
  private final NDArray words = random(2, 71, 11, HIDDEN);
  private final NDArray places = random(2, 72, 40, HIDDEN);
  private final Weights norm = new Weights(bias(HIDDEN, 73).addi(1), bias(HIDDEN, 74));
  private final Weights dense = linear(HIDDEN, 17, 75);
  private final Weights output = linear(17, 5, 77);

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : owned) {
      each.close();
    }
    manager.close();
  }

  /** Native logits follow the model's own output layer, Java's its copy. */
  @Test
  void onceReady_theFasterWayAnswers_withTheSameLogits() throws InterruptedException {
    PackedNetwork network = network(Activation.GELU, Activation.RELU, false);
    ShortTexts texts = ready(network);
    int[] lengths = {3, 5, 9, 17, 24};
    Map<Integer, float[]> expected = new HashMap<>();
    for (int tokens : lengths) {
      expected.put(tokens, logits(network, tokens));
      while (!texts.isRight(tokens)) { // until it was compared
        assertThat(texts.isOver()).isFalse();
        assertThat(logits(network, tokens)).containsExactly(expected.get(tokens), CLOSE);
      }
    }
    output.bias().addi(1);
    int inJava = 0;
    for (int round = 0; round < 100; round++) {
      for (int tokens : lengths) {
        float[] got = logits(network, tokens);
        boolean isJava = got[0] - expected.get(tokens)[0] < 0.5f;
        for (int i = 0; i < got.length; i++) {
          assertThat(got[i] - (isJava ? 0 : 1)).isCloseTo(expected.get(tokens)[i], CLOSE);
        }
        inJava += isJava ? 1 : 0;
      }
    }
    assertThat(inJava).as("of so few numbers, texts that Java computes faster").isGreaterThan(100);
  }

  @Test
  void onAllCores_theLogitsAreTheSame() throws InterruptedException {
    PackedNetwork network = network(Activation.RELU, Activation.TANH, false);
    ShortTexts texts = ready(network);
    for (int round = 0; round < 50; round++) {
      for (int tokens : new int[] {3, 9, 17}) {
        float[] alone = logits(network, tokens);
        Supplier<float[]> work = () -> logits(network, tokens);
        float[] onAll = Workers.run(List.of(work), Workers.count()).get(0);
        assertThat(onAll).containsExactly(alone, CLOSE);
      }
    }
    assertThat(texts.isOver()).isFalse();
  }

  @Test
  void logitsThatDiffer_endIt() throws InterruptedException {
    PackedNetwork network = network(Activation.GELU, Activation.TANH, true);
    ShortTexts texts = ready(network);
    float[] first = logits(network, 9);
    for (int i = 0; i < 100 && !texts.isOver(); i++) {
      assertThat(logits(network, 9)).containsExactly(first, CLOSE);
    }
    assertThat(texts.isOver()).isTrue();
    assertThat(texts.isReady()).isFalse();
    for (int i = 0; i < 20; i++) {
      assertThat(logits(network, 9)).containsExactly(first, CLOSE);
    }
  }

  /** As if Java had been so fast that every text takes much longer. */
  @Test
  void aTextThatTakesTooLong_isComputedNatively() throws InterruptedException {
    PackedNetwork network = network(Activation.GELU, Activation.TANH, false);
    ShortTexts texts = ready(network);
    float[] first = logits(network, 9);
    while (!texts.isRight(9)) {
      first = logits(network, 9);
    }
    FasterOfTwo choice = texts.choice(1, 9);
    for (int i = 0; i < 1_000; i++) {
      choice.took(true, 1, 9);
    }
    if (!choice.isSecond()) {
      choice.took(false, 1_000_000, 9); // a trial
    }
    assertThat(choice.isSecond()).isTrue();
    output.bias().addi(1);
    float[] got = logits(network, 9);
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i]).isCloseTo(first[i] + 1, CLOSE);
    }
  }

  @Test
  void whatIsNoSingleShortText_doesNotCount() {
    PackedNetwork network = network(Activation.GELU, Activation.TANH, false);
    NDArray bias = random(1, 9, 1, HEADS, 3, 3);
    NDArray turn = random(1, 10, 3, HIDDEN / HEADS);
    List<AttentionCall> others =
        List.of(
            new AttentionCall(
                new long[] {2}, new long[] {3}, true, HEADS, 0.4, List.of(), List.of()),
            new AttentionCall(
                new long[] {1, 1}, new long[] {1, 2}, true, HEADS, 0.4, List.of(), List.of()),
            new AttentionCall(
                new long[] {1}, new long[] {65}, true, HEADS, 0.4, List.of(), List.of()),
            new AttentionCall(
                new long[] {1}, new long[] {3}, true, HEADS, 0.4, List.of(bias), List.of()));
    for (int i = 0; i < 50; i++) {
      for (AttentionCall call : others) {
        int tokens = 0;
        for (int group = 0; group < call.texts().length; group++) {
          tokens += (int) (call.texts()[group] * call.lengths()[group]);
        }
        network.apply(ids(tokens), call, manager).close();
      }
    }
    assertThat(preparing()).isEmpty();
    ShortTexts texts = network.shortTexts().orElseThrow();
    assertThat(texts.isReady()).isFalse();
    NDArray natively = random(1, 11, 3, 5);
    List<AttentionCall> never =
        List.of(
            new AttentionCall(
                new long[] {1}, new long[] {3}, false, HEADS, 0.4, List.of(), List.of()),
            new AttentionCall(
                new long[] {1}, new long[] {3}, true, HEADS, 0.4, List.of(), List.of(turn, turn)));
    for (int i = 0; i < 50; i++) {
      for (AttentionCall call : never) {
        assertThat(texts.logits(ids(3), call, manager, () -> natively)).isSameAs(natively);
      }
    }
    assertThat(preparing()).isEmpty();
  }

  @Test
  void whatJavaDoesNotKnow_isNative() {
    assertThat(network(Activation.SILU, Activation.TANH, false).shortTexts()).isEmpty();
    assertThat(network(Activation.GELU, Activation.SIGMOID, false).shortTexts()).isEmpty();
    assertThat(network(Activation.GELU, Activation.TANH, false).shortTexts()).isPresent();
  }

  /** The weights are freed right after. */
  @Test
  void closedWhileItIsPrepared_readsNothingAfterwards() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      PackedNetwork network = network(Activation.GELU, Activation.TANH, false);
      for (int text = 0; text < 16; text++) {
        Object unused = logits(network, 9);
      }
      Thread.sleep(i);
      ShortTexts texts = network.shortTexts().orElseThrow();
      texts.close();
      assertThat(texts.isReady()).isFalse();
      Optional<Thread> thread = preparing();
      while (thread.isPresent()) {
        thread.get().join();
        thread = preparing();
      }
      assertThat(texts.isReady()).isFalse();
    }
  }

  @Test
  void noArrayIsLeft() throws InterruptedException {
    PackedNetwork network = network(Activation.GELU, Activation.TANH, false);
    ShortTexts texts = ready(network);
    int before = LiveArrays.count();
    for (int i = 0; i < 200; i++) {
      Object unused = logits(network, 9);
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
    texts.close();
    assertThat(texts.isReady()).as("the copy of the weights is kept").isFalse();
  }

  private static Optional<Thread> preparing() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("afina-vector-preparing"))
        .findFirst();
  }

  private ShortTexts ready(PackedNetwork network) throws InterruptedException {
    for (int i = 0; i < 16; i++) {
      Object unused = logits(network, 1 + i);
    }
    ShortTexts texts = network.shortTexts().orElseThrow();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!texts.isReady() && !texts.isOver() && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    assertThat(texts.isReady()).isTrue();
    return texts;
  }

  private float[] logits(PackedNetwork network, int tokens) {
    AttentionCall call =
        new AttentionCall(
            new long[] {1}, new long[] {tokens}, true, HEADS, 0.4, List.of(), List.of());
    try (NDManager own = PyTorch.newManager()) {
      return network.apply(ids(tokens), call, own).toFloatArray();
    }
  }

  private static List<long[]> ids(int tokens) {
    return List.of(
        LongStream.range(0, tokens).map(i -> (7 * i + tokens) % 11).toArray(),
        LongStream.range(0, tokens).map(i -> (39 - i + 40) % 40).toArray());
  }

  /**
   * @param wrong whether the weights for Java are others
   */
  private PackedNetwork network(Activation activation, Activation pooler, boolean wrong) {
    List<PackedLayer> packed = new ArrayList<>();
    List<PlainLayer> plain = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Weights query = linear(HIDDEN, HIDDEN, 100 * i);
      Weights key = linear(HIDDEN, HIDDEN, 100 * i + 10);
      Weights value = linear(HIDDEN, HIDDEN, 100 * i + 20);
      Weights back = linear(HIDDEN, HIDDEN, 100 * i + 30);
      Weights up = linear(HIDDEN, FEED_FORWARD, 100 * i + 40);
      Weights down = linear(FEED_FORWARD, HIDDEN, 100 * i + 50);
      plain.add(
          new PlainLayer(
              query, key, wrong ? key : value, back, norm, up, activation, down, norm, EPSILON));
      List<PackedLinear> projections =
          i == 0
              ? List.of(pack(together(query, key, value), Activation.LINEAR))
              : List.of(pack(query, Activation.LINEAR), packKeyValue(together(key, value)));
      packed.add(
          new PackedLayer(
              projections,
              pack(back, Activation.LINEAR),
              pack(up, activation),
              pack(down, Activation.LINEAR),
              List.of(norm.weight(), norm.bias(), norm.weight(), norm.bias())));
    }
    PackedStack stack = own(new PackedStack(HIDDEN, packed, EPSILON));
    return own(
        new PackedNetwork(
            new PackedNetwork.Tables(List.of(words, places), norm.weight(), norm.bias(), EPSILON),
            stack,
            new PackedNetwork.Head(
                dense.weight(), dense.bias(), pooler, output.weight(), output.bias()),
            plain));
  }

  private Weights together(Weights... parts) {
    NDList weights = new NDList();
    NDList biases = new NDList();
    for (Weights part : parts) {
      weights.add(part.weight());
      biases.add(part.bias());
    }
    return new Weights(NDArrays.concat(weights), NDArrays.concat(biases));
  }

  private PackedLinear pack(Weights weights, Activation activation) {
    return own(kernels.pack(weights.weight(), weights.bias(), activation));
  }

  private PackedLinear packKeyValue(Weights weights) {
    return own(kernels.packKeyValue(weights.weight(), weights.bias()));
  }

  private Weights linear(int in, int out, int seed) {
    return new Weights(RandomArrays.weight(manager, in, out, seed), bias(out, seed + 1));
  }

  private NDArray bias(int size, int seed) {
    return random(0.5, seed, size);
  }

  private NDArray random(double range, int seed, long... shape) {
    return RandomArrays.uniform(manager, new Shape(shape), range, seed);
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.add(0, resource); // closed before what it is made of
    return resource;
  }
}
