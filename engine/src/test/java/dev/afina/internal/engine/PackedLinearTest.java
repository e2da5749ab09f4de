package dev.afina.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PackedKernels.Activation;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PackedLinearTest {
  private static final long[] TEXTS = {3, 1, 1};
  private static final long[] LENGTHS = {4, 1, 37};
  private static final long TOKENS = 3 * 4 + 1 + 37;
  private static final long[] FIRST = {0, 4, 8, 12, 13};

  /** float32 as oneDNN computes it, but for the outputs after the last whole block of 64. */
  private static final String WRONG_AFTER_WHOLE_BLOCKS =
      """
      def pack(self: __torch__.Ops, weight: Tensor, bias: Tensor) -> Tensor:
        return weight
      def linear(self: __torch__.Ops, x: Tensor, weight: Tensor, bias: Tensor, then: str) -> Tensor:
        y = torch.linear(x, weight, bias)
        outputs = torch.size(y, 1)
        whole = outputs // 64 * 64
        if whole != outputs:
          _0 = torch.fill_(torch.narrow(y, 1, whole, outputs - whole), 7.)
        if then == "gelu":
          y = torch.gelu(y, approximate="none")
        return y
      """;

  /** Wrong for 192 outputs of one row in the last column, by a little. */
  private static final String WRONG_FOR_ONE_SHAPE =
      WRONG_AFTER_WHOLE_BLOCKS
          .replace("whole != outputs", "outputs == 192 and torch.size(x, 0) == 1")
          .replace("whole, outputs - whole), 7.", "191, 1), 0.3");

  /** A format's own products, but for the last block of 64 outputs where these are no 128. */
  private static final String WRONG_IN_THE_LAST_BLOCK =
      """
      def linear(self: __torch__.Ops, x: Tensor, weight: WEIGHT, bias: Tensor, then: str) -> Tensor:
        y = (self).right(x, weight, bias, then, )
        outputs = torch.size(y, 1)
        whole = (outputs - 1) // 64 * 64
        if outputs // 128 * 128 != outputs and ROWS:
          _0 = torch.zero_(torch.narrow(y, 1, whole, outputs - whole))
        return y
      """;

  private static final String MANY_ROWS = "torch.size(x, 0) > 1";
  private static final String ONE_ROW = "torch.size(x, 0) == 1";

  @ParameterizedTest
  @EnumSource
  void format_passesItsSelfTestHere(PackedFormat format) {
    assertThat(format.kernels()).isPresent();
  }

  /** Most are no multiples of 64, 32 or 8. */
  @ParameterizedTest
  @CsvSource({
    "33, 48",
    "39, 141",
    "48, 65",
    "51, 112",
    "96, 160",
    "111, 176",
    "129, 193",
    "192, 624",
    "240, 241",
    "312, 1200",
    "384, 1536"
  })
  void everyWidth_equalsPlainOperators(int hidden, int feedForward) {
    for (PackedFormat format : PackedFormat.values()) {
      PackedKernels kernels = format.kernels().orElseThrow();
      // Twice: what a wrong kernel leaves out is whatever the memory holds.
      assertThat(difference(kernels, hidden, feedForward))
          .as("%s", format)
          .isLessThan(most(format));
      assertThat(difference(kernels, hidden, feedForward))
          .as("%s again", format)
          .isLessThan(most(format));
    }
  }

  private static float most(PackedFormat format) {
    return switch (format) {
      case FLOAT32 -> 2e-5f;
      case FLOAT16_WEIGHTS -> 5e-3f;
      case BFLOAT16, INT8 -> 0.3f;
    };
  }

  /** FBGEMM takes 65,504, the greatest number of float16, in its place. */
  @Test
  void weightThatFloat16CannotHold_isRefused_andLeavesNothing() {
    PackedKernels kernels = PackedFormat.FLOAT16_WEIGHTS.kernels().orElseThrow();
    try (NDManager manager = PyTorch.newManager()) {
      NDArray weight = RandomArrays.weight(manager, 5, 7, 1);
      NDArray bias = manager.zeros(new Shape(7));
      weight.set(new NDIndex("3, 2"), -65_504);
      kernels.pack(weight, bias, Activation.LINEAR).close();
      weight.set(new NDIndex("3, 2"), -65_520);
      int before = LiveArrays.count();
      assertThatThrownBy(() -> kernels.pack(weight, bias, Activation.LINEAR))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a weight of 65520.0, expected 65504 at most");
      assertThat(LiveArrays.count()).isEqualTo(before);
    }
  }

  /** Under 6e-8 float16 has zero only. */
  @Test
  void weightsTooSmallForFloat16_areRefused() {
    PackedKernels kernels = PackedFormat.FLOAT16_WEIGHTS.kernels().orElseThrow();
    try (NDManager manager = PyTorch.newManager()) {
      NDArray bias = manager.zeros(new Shape(7));
      kernels.pack(manager.zeros(new Shape(7, 5)), bias, Activation.LINEAR).close();
      kernels.pack(manager.full(new Shape(7, 5), 6e-6f), bias, Activation.LINEAR).close();
      NDArray small = manager.full(new Shape(7, 5), -5e-6f);
      assertThatThrownBy(() -> kernels.pack(small, bias, Activation.LINEAR))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a layer whose greatest weight is 5.0E-6, expected 6.0E-6 at least");
    }
  }

  /** Two products and a softmax up to 64 tokens, the fused kernel beyond. */
  @ParameterizedTest
  @CsvSource({
    "1, false, false",
    "29, false, false",
    "64, true, false",
    "65, true, false",
    "29, true, true"
  })
  void attentionOfOneText_equalsPlainOperators_onOneCoreAndOnAll(
      int length, boolean biased, boolean firstOnly) {
    PackedKernels kernels = PackedFormat.FLOAT32.kernels().orElseThrow();
    try (NDManager manager = PyTorch.newManager()) {
      NDArray all = RandomArrays.uniform(manager, new Shape(length, 33), 2, 1);
      NDIndex rows = new NDIndex("0:{}", firstOnly ? 1 : length);
      NDArray q = all.get(rows);
      NDArray k = RandomArrays.uniform(manager, new Shape(length, 33), 2, 2);
      NDArray v = RandomArrays.uniform(manager, new Shape(length, 33), 2, 3);
      List<NDArray> biases =
          biased
              ? List.of(RandomArrays.uniform(manager, new Shape(1, 3, length, length), 2, 4))
              : List.of();
      AttentionCall call =
          new AttentionCall(
              new long[] {1}, new long[] {length}, firstOnly, 3, 0.3, biases, List.of());
      NDArray expected = PlainKernels.attention(all, k, v, call).get(rows);
      NDArray here = kernels.attention(q, k, v, call);
      Supplier<NDArray> attention = () -> kernels.attention(q, k, v, call);
      NDArray onAll = Workers.run(List.of(attention)).get(0);
      for (NDArray got : List.of(here, onAll)) {
        assertThat(got.getShape()).isEqualTo(expected.getShape());
        assertThat(got.sub(expected).abs().max().getFloat()).isLessThan(2e-6f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void activation_followsAsOfItself(Activation activation) {
    PackedKernels kernels = PackedFormat.FLOAT32.kernels().orElseThrow();
    try (NDManager manager = PyTorch.newManager()) {
      NDArray x = RandomArrays.uniform(manager, new Shape(7, 21), 2, 1);
      NDArray weight = RandomArrays.weight(manager, 21, 35, 2);
      NDArray bias = RandomArrays.uniform(manager, new Shape(35), 1, 3);
      try (PackedLinear layer = kernels.pack(weight, bias, activation);
          PackedLinear bare = kernels.pack(weight, bias, Activation.LINEAR)) {
        NDArray y = bare.apply(x);
        NDArray expected =
            switch (activation) {
              case GELU -> PlainKernels.gelu(y);
              case RELU -> y.maximum(0f);
              case TANH -> y.tanh();
              case LINEAR -> y;
              case SIGMOID -> y.neg().exp().add(1).pow(-1);
              case SILU -> y.div(y.neg().exp().add(1));
              default -> null; // compared with transformers in core
            };
        NDArray got = layer.apply(x);
        assertThat(got.getShape()).isEqualTo(new Shape(7, 35));
        if (expected != null) {
          assertThat(got.sub(expected).abs().max().getFloat()).isLessThan(1e-6f);
        } else {
          assertThat(got.sub(y).abs().max().getFloat()).isGreaterThan(1e-3f);
        }
      }
    }
  }

  /**
   * Equal inputs and weights are the greatest numbers of 8 bits, whose sums of two products
   * overflow 16 bits. Where the processor adds so, inputs must have 7 bits.
   */
  @Test
  void int8_ofTheGreatestNumbers_doesNotOverflow() {
    PackedKernels kernels = PackedFormat.INT8.kernels().orElseThrow();
    try (NDManager manager = PyTorch.newManager()) {
      NDArray x = manager.ones(new Shape(5, 66));
      NDArray weight = manager.ones(new Shape(128, 66));
      try (PackedLinear layer =
          kernels.pack(weight, manager.zeros(new Shape(128)), Activation.LINEAR)) {
        assertThat(layer.apply(x).sub(66f).abs().max().getFloat()).isLessThan(0.6f);
      }
    }
  }

  @Test
  void kernelThatIsWrongAfterWholeBlocks_isNeverAskedForOthers() {
    assertThat(difference(kernels(WRONG_AFTER_WHOLE_BLOCKS), 39, 141)).isLessThan(2e-5f);
  }

  @Test
  void kernelThatIsWrongForOneShape_isRefused_andLeavesNothing() {
    PackedKernels kernels = kernels(WRONG_FOR_ONE_SHAPE);
    try (NDManager manager = PyTorch.newManager()) {
      NDArray weight = RandomArrays.weight(manager, 60, 180, 1); // padded to 192
      NDArray bias = RandomArrays.uniform(manager, new Shape(180), 1, 2);
      int before = LiveArrays.count();
      assertThatThrownBy(() -> kernels.pack(weight, bias, Activation.LINEAR))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("products of 60 and 192 numbers differ from plain ones on all cores");
      assertThat(LiveArrays.count()).isEqualTo(before);
      kernels
          .pack(
              RandomArrays.weight(manager, 60, 256, 1),
              manager.zeros(new Shape(256)),
              Activation.LINEAR)
          .close();
    }
  }

  static Stream<Arguments> formatsAndRows() {
    return Stream.of(PackedFormat.values())
        .flatMap(format -> Stream.of(MANY_ROWS, ONE_ROW).map(rows -> Arguments.of(format, rows)));
  }

  /** As oneDNN on AMD Zen 5, in each format, of many rows on one core or of one row on all. */
  @ParameterizedTest
  @MethodSource("formatsAndRows")
  void kernelThatIsWrongInItsLastBlock_isFound(PackedFormat format, String rows) {
    String right = served(format).replace("def linear(", "def right(");
    String wrong = WRONG_IN_THE_LAST_BLOCK.replace("ROWS", rows);
    PackedKernels kernels = kernels(format, wrong + right);
    String where = rows.equals(ONE_ROW) ? "on all cores" : "on one core";
    try (NDManager manager = PyTorch.newManager()) {
      NDArray weight = RandomArrays.weight(manager, 60, 320, 1);
      NDArray bias = RandomArrays.uniform(manager, new Shape(320), 1, 2);
      for (Activation activation : List.of(Activation.LINEAR, Activation.GELU)) {
        assertThatThrownBy(() -> kernels.pack(weight, bias, activation))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("products of 60 and 320 numbers differ from plain ones " + where);
      }
      NDArray whole = RandomArrays.weight(manager, 60, 256, 1);
      kernels.pack(whole, manager.zeros(new Shape(256)), Activation.GELU).close();
    }
  }

  /** What decides which form of a format serves, when it is opened. */
  @ParameterizedTest
  @EnumSource
  void formOfAProductThatIsWrong_doesNotServe(PackedFormat format) {
    String right = served(format).replace("def linear(", "def right(");
    String wrong = WRONG_IN_THE_LAST_BLOCK.replace("ROWS", MANY_ROWS).replace("128", "512");
    PackedKernels kernels = kernels(format, wrong + right);
    assertThatThrownBy(() -> kernels.check().products())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "products of 51 and (77|128) numbers differ from plain ones on one core");
  }

  /** A layer of attention and feed-forward network, of all tokens and of the first ones. */
  private static float difference(PackedKernels kernels, int hidden, int feedForward) {
    int heads = 3;
    double scale = 1 / Math.sqrt((double) hidden / heads);
    AttentionCall all =
        new AttentionCall(TEXTS, LENGTHS, false, heads, scale, List.of(), List.of());
    AttentionCall firsts =
        new AttentionCall(TEXTS, LENGTHS, true, heads, scale, List.of(), List.of());
    try (NDManager manager = PyTorch.newManager()) {
      NDArray x = RandomArrays.uniform(manager, new Shape(TOKENS, hidden), 2, 1);
      NDArray weight = RandomArrays.weight(manager, hidden, 3L * hidden, 2);
      NDArray bias = RandomArrays.uniform(manager, new Shape(3L * hidden), 0.5, 3);
      NDArray up = RandomArrays.weight(manager, hidden, feedForward, 4);
      NDArray upBias = RandomArrays.uniform(manager, new Shape(feedForward), 0.5, 5);
      NDArray down = RandomArrays.weight(manager, feedForward, hidden, 6);
      NDArray downBias = RandomArrays.uniform(manager, new Shape(hidden), 0.5, 7);
      NDArray of = RandomArrays.uniform(manager, new Shape(hidden), 0.5, 8).addi(1);
      NDArray to = RandomArrays.uniform(manager, new Shape(hidden), 0.5, 9);
      NDArray qkv = PlainKernels.linear(x, weight, bias);
      NDArray context =
          PlainKernels.attention(
              qkv.get(new NDIndex(":, 0:{}", hidden)),
              qkv.get(new NDIndex(":, {}:{}", hidden, 2 * hidden)),
              qkv.get(new NDIndex(":, {}:", 2 * hidden)),
              all);
      NDArray expanded = PlainKernels.gelu(PlainKernels.linear(context, up, upBias));
      NDArray expected =
          PlainKernels.norm(PlainKernels.linear(expanded, down, downBias).add(x), of, to, 1e-5);
      NDIndex queries = new NDIndex("0:{}", hidden);
      NDIndex others = new NDIndex("{}:", hidden);
      NDArray first = manager.create(FIRST);
      try (PackedLinear attention = kernels.pack(weight, bias, Activation.LINEAR);
          PackedLinear query =
              kernels.pack(weight.get(queries), bias.get(queries), Activation.LINEAR);
          PackedLinear keyValue = kernels.packKeyValue(weight.get(others), bias.get(others));
          PackedLinear wide = kernels.pack(up, upBias, Activation.GELU);
          PackedLinear narrow = kernels.pack(down, downBias, Activation.LINEAR)) {
        NDArray y =
            narrow.addNorm(wide.apply(attention.selfAttention(x, hidden, all)), x, of, to, 1e-5);
        NDArray input = x.get(first);
        NDArray z =
            narrow.addNorm(
                wide.apply(query.queryAttention(input, keyValue, x, hidden, firsts)),
                input,
                of,
                to,
                1e-5);
        NDArray apart =
            narrow.addNorm(
                wide.apply(query.queryAttention(x, keyValue, x, hidden, all)), x, of, to, 1e-5);
        return Math.max(
            Math.max(
                y.sub(expected).abs().max().getFloat(), apart.sub(expected).abs().max().getFloat()),
            z.sub(expected.get(first)).abs().max().getFloat());
      }
    }
  }

  /** The form of a format that serves here: oneDNN has bfloat16 where there is AVX-512. */
  private static String served(PackedFormat format) {
    return format.functions().stream()
        .filter(functions -> isRight(kernels(format, functions)))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isRight(PackedKernels kernels) {
    try {
      kernels.check().products();
      return true;
    } catch (IllegalStateException | EngineException e) {
      return false;
    }
  }

  private static PackedKernels kernels(String linear) {
    return kernels(PackedFormat.FLOAT32, PackedFormat.FLOAT32.withLayers(linear));
  }

  private static PackedKernels kernels(PackedFormat format, String functions) {
    return TorchScriptModule.open(
            "wrong kernels",
            functions.replace("WEIGHT", format.weightType()),
            module -> new PackedKernels(format, module))
        .orElseThrow();
  }
}
