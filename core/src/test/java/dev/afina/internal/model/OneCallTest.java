package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Without the one call results are the same, only slower; so the arrays that are left are counted.
 */
@DisabledIfSystemProperty(named = "afina.fusedOps", matches = "false")
class OneCallTest {

  static Stream<Arguments> families() {
    return Stream.of(
            "bert", "roberta", "xlm-roberta", "camembert", "distilbert", "mpnet", "electra/odd")
        .map(GoldenModel::new)
        .flatMap(golden -> Stream.of(PackedFormat.values()).map(f -> Arguments.of(golden, f)));
  }

  @ParameterizedTest
  @MethodSource("families")
  void logitsOfBertsKin_areOneCall_inEachFormat(GoldenModel golden, PackedFormat format)
      throws IOException {
    try (Model model = Golden.model(golden.modelFolder(), ModelLoader.HeadWeights.REQUIRED);
        PackedModel packed = model.pack(format).orElseThrow();
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      Network network = packed.network();
      assertThat(network.oneCall()).isPresent();
      PackedBatch batch = model.batch(List.of(text(golden)), scope);

      int before = LiveArrays.count();
      NDArray inParts =
          network.head(
              network.hidden(batch, network.headRows(), Dropout.NONE), batch, Dropout.NONE);
      int between = LiveArrays.count();
      NDArray atOnce = packed.network().logits(batch, Dropout.NONE);
      // The parts leave what goes from one to the next.
      assertThat(LiveArrays.count() - between).isLessThan(between - before);
      assertThat(atOnce.toFloatArray())
          .containsExactly(inParts.toFloatArray(), within(tolerance(format)));
    }
  }

  /**
   * Where inputs are rounded, the last bit of a float32 may decide which way: 0.02 was seen with
   * bfloat16 on AMD Zen 3.
   */
  private static float tolerance(PackedFormat format) {
    return switch (format) {
      case FLOAT32, FLOAT16_WEIGHTS -> 1e-5f;
      case BFLOAT16, INT8 -> 0.05f;
    };
  }

  /** A load tests what will be needed before it knows the weights. */
  @ParameterizedTest
  @MethodSource("all")
  void architecture_saysWhetherItMayBeOneCall(GoldenModel golden) throws IOException {
    try (Model model = Golden.model(golden.modelFolder(), ModelLoader.HeadWeights.REQUIRED);
        PackedModel packed = model.pack(PackedFormat.FLOAT32).orElseThrow()) {
      assertThat(model.architecture().mayBeOneCall())
          .isEqualTo(packed.network().oneCall().isPresent());
    }
  }

  static Stream<GoldenModel> all() {
    return GoldenModel.families().stream().flatMap(family -> GoldenModel.of(family).stream());
  }

  /** The one call drops nothing, so it is not for who wants that. */
  @Test
  void logitsWithDropout_areMadeOfParts() throws IOException {
    GoldenModel golden = new GoldenModel("bert");
    try (Model model = Golden.model(golden.modelFolder(), ModelLoader.HeadWeights.REQUIRED);
        PackedModel packed = model.pack(PackedFormat.FLOAT32).orElseThrow();
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      PackedBatch batch = model.batch(List.of(text(golden)), scope);
      Dropout half = Dropout.seeded(1, OptionalDouble.of(0.5));
      assertThat(packed.network().logits(batch, half).toFloatArray())
          .isNotEqualTo(packed.network().logits(batch, Dropout.NONE).toFloatArray());
    }
  }

  private static Encoding text(GoldenModel golden) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(Golden.path(golden.tokenizerFolder()))) {
      return tokenizer.encode("what a happy house", null, 32);
    }
  }
}
