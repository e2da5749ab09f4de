package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PackedKernels.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedStackTest {
  private static final int HIDDEN = 39;
  private static final int FEED_FORWARD = 51;
  private static final int HEADS = 3;
  private static final double EPSILON = 1e-5;
  private static final long[] TEXTS = {2, 1, 1};
  private static final long[] LENGTHS = {1, 4, 7};
  private static final long TOKENS = 2 + 4 + 7;
  private static final long[] FIRST = {0, 1, 2, 6};

  private final PackedKernels kernels = PackedFormat.FLOAT32.kernels().orElseThrow();
  private final List<PackedLinear> owned = new ArrayList<>();
  private final NDManager manager = PyTorch.newManager();

  @AfterEach
  void close() {
    owned.forEach(PackedLinear::close);
    manager.close();
  }

  /** Each of its layers has other weights; biases of attention differ by head, query and key. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void layersOneAfterTheOther_equalPlainOperators(int count) {
    List<Plain> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(plain(i));
    }
    List<NDArray> biases = new ArrayList<>();
    for (long length : LENGTHS) {
      biases.add(RandomArrays.uniform(manager, new Shape(1, HEADS, length, length), 2, length));
    }
    NDArray x = RandomArrays.uniform(manager, new Shape(TOKENS, HIDDEN), 2, 99);
    for (List<NDArray> added : List.of(List.<NDArray>of(), biases)) {
      AttentionCall call = new AttentionCall(TEXTS, LENGTHS, false, HEADS, 0.4, added, List.of());
      NDArray expected = x;
      for (Plain layer : layers) {
        expected = layer.apply(expected, call);
      }
      assertThat(difference(layers, false, x, call, expected)).isLessThan(2e-5f);
      // With its query apart the last layer serves both.
      assertThat(difference(layers, true, x, call, expected)).isLessThan(2e-5f);
      AttentionCall firsts = new AttentionCall(TEXTS, LENGTHS, true, HEADS, 0.4, added, List.of());
      NDArray first = expected.get(manager.create(FIRST));
      assertThat(difference(layers, true, x, firsts, first)).isLessThan(2e-5f);
    }
  }

  private float difference(
      List<Plain> plain, boolean queryApart, NDArray x, AttentionCall call, NDArray expected) {
    List<PackedLayer> layers = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      layers.add(packed(plain.get(i), queryApart && i == plain.size() - 1));
    }
    try (PackedStack stack = new PackedStack(HIDDEN, layers, EPSILON);
        NDArray y = stack.apply(x, call)) {
      assertThat(y.getManager()).isSameAs(x.getManager());
      assertThat(y.getShape()).isEqualTo(expected.getShape());
      try (NDArray furthest = y.sub(expected).abs().max()) {
        return furthest.getFloat();
      }
    }
  }

  /**
   * Of several texts on one core, and of one text on all; attention of the latter is by products.
   */
  @Test
  void aNetworkInOneCall_equalsPlainOperators() {
    List<Plain> plain = List.of(plain(0), plain(1));
    NDArray words = RandomArrays.uniform(manager, new Shape(11, HIDDEN), 2, 71);
    NDArray places = RandomArrays.uniform(manager, new Shape(7, HIDDEN), 2, 72);
    NDArray of = bias(HIDDEN, 73).addi(1);
    NDArray to = bias(HIDDEN, 74);
    NDArray dense = RandomArrays.weight(manager, HIDDEN, 17, 75);
    NDArray denseBias = bias(17, 76);
    NDArray output = RandomArrays.weight(manager, 17, 5, 77);
    NDArray outputBias = bias(5, 78);
    List<PackedLayer> layers = List.of(packed(plain.get(0), false), packed(plain.get(1), true));
    try (PackedStack stack = new PackedStack(HIDDEN, layers, EPSILON);
        PackedNetwork network =
            new PackedNetwork(
                new PackedNetwork.Tables(List.of(words, places), of, to, EPSILON),
                stack,
                new PackedNetwork.Head(dense, denseBias, Activation.RELU, output, outputBias),
                List.of())) {
      for (boolean alone : new boolean[] {false, true}) {
        long[] texts = alone ? new long[] {1} : TEXTS;
        long[] lengths = alone ? new long[] {7} : LENGTHS;
        int tokens = alone ? 7 : (int) TOKENS;
        NDArray firstIds = RandomArrays.indexes(manager, tokens, 11, 79);
        NDArray otherIds = RandomArrays.indexes(manager, tokens, 7, 80);
        NDArray x =
            PlainKernels.norm(words.get(firstIds).add(places.get(otherIds)), of, to, EPSILON);
        AttentionCall all =
            new AttentionCall(texts, lengths, false, HEADS, 0.4, List.of(), List.of());
        for (Plain layer : plain) {
          x = layer.apply(x, all);
        }
        NDArray first = x.get(manager.create(alone ? new long[] {0} : FIRST));
        NDArray relu = PlainKernels.linear(first, dense, denseBias).getNDArrayInternal().relu();
        NDArray expected = PlainKernels.linear(relu, output, outputBias);
        AttentionCall firsts =
            new AttentionCall(texts, lengths, true, HEADS, 0.4, List.of(), List.of());
        List<long[]> ids = List.of(firstIds.toLongArray(), otherIds.toLongArray());
        Supplier<NDArray> work = () -> network.apply(ids, firsts, manager);
        NDArray got = alone ? Workers.run(List.of(work)).get(0) : work.get();
        assertThat(got.getManager()).isSameAs(manager);
        assertThat(got.getShape()).isEqualTo(expected.getShape());
        assertThat(got.sub(expected).abs().max().getFloat()).isLessThan(2e-5f);
      }
    }
  }

  @Test
  void firstTokensBeforeTheLastLayer_areRefused() {
    Plain weights = plain(1);
    List<PackedLayer> layers = List.of(packed(weights, true), packed(weights, false));
    assertThatThrownBy(() -> new PackedStack(HIDDEN, layers, EPSILON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layers: expected first tokens to be asked for by the last one only");
  }

  @Test
  void firstTokensOfALastLayerInOne_areRefused() {
    AttentionCall firsts =
        new AttentionCall(TEXTS, LENGTHS, true, HEADS, 0.4, List.of(), List.of());
    NDArray x = RandomArrays.uniform(manager, new Shape(TOKENS, HIDDEN), 2, 99);
    try (PackedStack stack = new PackedStack(HIDDEN, List.of(packed(plain(1), false)), EPSILON)) {
      assertThatThrownBy(() -> stack.apply(x, firsts))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("call: is for first tokens, expected all");
    }
  }

  /** A layer by plain operators. */
  private record Plain(
      NDArray qkv,
      NDArray qkvBias,
      NDArray back,
      NDArray backBias,
      NDArray up,
      NDArray upBias,
      NDArray down,
      NDArray downBias,
      List<NDArray> norms) {

    NDArray apply(NDArray x, AttentionCall call) {
      NDArray all = PlainKernels.linear(x, qkv, qkvBias);
      NDArray context =
          PlainKernels.attention(
              all.get(new NDIndex(":, 0:{}", HIDDEN)),
              all.get(new NDIndex(":, {}:{}", HIDDEN, 2 * HIDDEN)),
              all.get(new NDIndex(":, {}:", 2 * HIDDEN)),
              call);
      NDArray attended = norm(PlainKernels.linear(context, back, backBias).add(x), 0);
      NDArray expanded = PlainKernels.gelu(PlainKernels.linear(attended, up, upBias));
      return norm(PlainKernels.linear(expanded, down, downBias).add(attended), 2);
    }

    private NDArray norm(NDArray x, int at) {
      return PlainKernels.norm(x, norms.get(at), norms.get(at + 1), EPSILON);
    }
  }

  private Plain plain(int seed) {
    int s = 100 * seed;
    return new Plain(
        RandomArrays.weight(manager, HIDDEN, 3L * HIDDEN, s),
        bias(3L * HIDDEN, s + 1),
        RandomArrays.weight(manager, HIDDEN, HIDDEN, s + 2),
        bias(HIDDEN, s + 3),
        RandomArrays.weight(manager, HIDDEN, FEED_FORWARD, s + 4),
        bias(FEED_FORWARD, s + 5),
        RandomArrays.weight(manager, FEED_FORWARD, HIDDEN, s + 6),
        bias(HIDDEN, s + 7),
        List.of(
            bias(HIDDEN, s + 8).addi(1),
            bias(HIDDEN, s + 9),
            bias(HIDDEN, s + 10).addi(1),
            bias(HIDDEN, s + 11)));
  }

  private NDArray bias(long size, int seed) {
    return RandomArrays.uniform(manager, new Shape(size), 0.5, seed);
  }

  private PackedLayer packed(Plain plain, boolean queryApart) {
    NDIndex queries = new NDIndex("0:{}", HIDDEN);
    NDIndex others = new NDIndex("{}:", HIDDEN);
    List<PackedLinear> projections =
        queryApart
            ? List.of(
                pack(plain.qkv.get(queries), plain.qkvBias.get(queries), Activation.LINEAR),
                packKeyValue(plain.qkv.get(others), plain.qkvBias.get(others)))
            : List.of(pack(plain.qkv, plain.qkvBias, Activation.LINEAR));
    return new PackedLayer(
        projections,
        pack(plain.back, plain.backBias, Activation.LINEAR),
        pack(plain.up, plain.upBias, Activation.GELU),
        pack(plain.down, plain.downBias, Activation.LINEAR),
        plain.norms);
  }

  private PackedLinear packKeyValue(NDArray weight, NDArray bias) {
    PackedLinear packed = kernels.packKeyValue(weight, bias);
    owned.add(packed);
    return packed;
  }

  private PackedLinear pack(NDArray weight, NDArray bias, Activation activation) {
    PackedLinear packed = kernels.pack(weight, bias, activation);
    owned.add(packed);
    return packed;
  }
}
