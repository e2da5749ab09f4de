package dev.afina.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.engine.PackedEncoder.Activation;
import dev.afina.engine.PackedEncoder.Format;
import dev.afina.engine.PackedEncoder.Layer;
import dev.afina.engine.PackedEncoder.Linear;
import dev.afina.engine.PackedEncoder.Norm;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PackedEncoderTest {
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

  @ParameterizedTest
  @EnumSource
  void format_passesItsSelfTestHere(Format format) {
    try (NDManager manager = PyTorch.newManager();
        PackedEncoder encoder = pack(format, layers(manager, 12, 20)).orElseThrow()) {
      assertThat(encoder).isNotNull();
    }
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
    for (Format format : Format.values()) {
      // Twice: what a wrong kernel leaves out is whatever the memory holds.
      assertThat(difference(format, hidden, feedForward))
          .as("%s", format)
          .isLessThan(format == Format.FLOAT32 ? 2e-5f : 0.3f);
      assertThat(difference(format, hidden, feedForward))
          .as("%s again", format)
          .isLessThan(format == Format.FLOAT32 ? 2e-5f : 0.3f);
    }
  }

  /**
   * Equal inputs and weights are the greatest numbers of 8 bits, whose sums of two products
   * overflow 16 bits. Where the processor adds so, inputs must have 7 bits.
   */
  @Test
  void int8_ofTheGreatestNumbers_doesNotOverflow() {
    try (NDManager manager = PyTorch.newManager()) {
      int hidden = 66;
      Linear none = linear(manager.zeros(new Shape(hidden, hidden)), manager);
      Linear up = linear(manager.ones(new Shape(128, hidden)), manager);
      Linear down = linear(RandomArrays.uniform(manager, new Shape(hidden, 128), 1, 5), manager);
      // The norm gives ones to the feed-forward network, whose outputs are then all 66.
      Norm ones = new Norm(manager.zeros(new Shape(hidden)), manager.ones(new Shape(hidden)));
      Norm plain = new Norm(manager.ones(new Shape(hidden)), manager.zeros(new Shape(hidden)));
      List<Layer> layers = List.of(new Layer(none, none, none, none, ones, up, down, plain));
      assertThat(difference(Format.INT8, layers, manager)).isLessThan(0.1f);
    }
  }

  @Test
  void kernelThatIsWrongAfterWholeBlocks_isNeverAskedForOthers() {
    try (NDManager manager = PyTorch.newManager()) {
      List<Layer> layers = layers(manager, 39, 141);
      try (PackedEncoder encoder = pack(WRONG_AFTER_WHOLE_BLOCKS, layers).orElseThrow()) {
        assertThat(difference(encoder, layers, manager)).isLessThan(2e-5f);
      }
    }
  }

  @Test
  void kernelThatIsWrongForOneShape_isNotUsed_andTheLogSaysWhich() {
    try (NDManager manager = PyTorch.newManager()) {
      assertThat(pack(WRONG_FOR_ONE_SHAPE, layers(manager, 60, 128)))
          .isEmpty(); // 180, padded to 192
      int before = LiveArrays.count();
      String log =
          log(() -> assertThat(pack(WRONG_FOR_ONE_SHAPE, layers(manager, 60, 128))).isEmpty());
      assertThat(log)
          .containsOnlyOnce("WARN")
          .contains(
              "packed layers in FLOAT32 are not usable here: products of 60 and 192 numbers differ"
                  + " from plain ones on all cores; the plain path serves, slower");
      assertThat(LiveArrays.count()).isEqualTo(before + 2 * 16);
      pack(WRONG_FOR_ONE_SHAPE, layers(manager, 126, 256)).orElseThrow().close();
    }
  }

  private static float difference(Format format, int hidden, int feedForward) {
    try (NDManager manager = PyTorch.newManager()) {
      return difference(format, layers(manager, hidden, feedForward), manager);
    }
  }

  private static float difference(Format format, List<Layer> layers, NDManager manager) {
    try (PackedEncoder encoder = pack(format, layers).orElseThrow()) {
      return difference(encoder, layers, manager);
    }
  }

  private static float difference(PackedEncoder encoder, List<Layer> layers, NDManager manager) {
    long hidden = layers.get(0).query().weight().getShape().get(0);
    NDArray x = RandomArrays.uniform(manager, new Shape(TOKENS, hidden), 2, 1);
    NDArray first = manager.create(FIRST);
    NDArray expected = PlainEncoder.apply(x, layers, 3, 1e-5, TEXTS, LENGTHS, first);
    return encoder.apply(x, TEXTS, LENGTHS, first).sub(expected).abs().max().getFloat();
  }

  private static Optional<PackedEncoder> pack(Format format, List<Layer> layers) {
    return PackedEncoder.of(format, layers, 3, Activation.GELU, 1e-5);
  }

  private static Optional<PackedEncoder> pack(String linear, List<Layer> layers) {
    String functions = (linear + PackedKernels.STACK).replace("WEIGHT", "Tensor");
    TorchScriptModule module =
        TorchScriptModule.open("wrong kernels", functions, m -> m).orElseThrow();
    PackedCheck check = new PackedCheck(Format.FLOAT32, module);
    return PackedEncoder.of(Format.FLOAT32, check, layers, 3, Activation.GELU, 1e-5);
  }

  private static List<Layer> layers(NDManager manager, int hidden, int feedForward) {
    return List.of(
        RandomArrays.layer(manager, hidden, feedForward, 10),
        RandomArrays.layer(manager, hidden, feedForward, 20));
  }

  private static Linear linear(NDArray weight, NDManager manager) {
    return new Linear(weight, manager.zeros(new Shape(weight.getShape().get(0))));
  }

  private static String log(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
