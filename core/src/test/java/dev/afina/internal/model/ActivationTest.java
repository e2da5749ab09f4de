package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PackedFormat;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Activation;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Equality with transformers, from a golden file of interop/golden_models.py. */
class ActivationTest {
  @TempDir Path folder;

  static Stream<String> names() throws IOException {
    return golden().getAsJsonArray("activations").asList().stream()
        .map(a -> a.getAsJsonObject().get("name").getAsString());
  }

  private static JsonObject golden() throws IOException {
    return Golden.json("activations.json");
  }

  private static JsonObject golden(String name) throws IOException {
    for (JsonElement activation : golden().getAsJsonArray("activations")) {
      if (activation.getAsJsonObject().get("name").getAsString().equals(name)) {
        return activation.getAsJsonObject();
      }
    }
    throw new AssertionError(name);
  }

  private static Activation named(String name) throws CheckpointException {
    JsonObject config = new JsonObject();
    config.addProperty("hidden_act", name);
    return new ConfigJson(config, "x").activation("hidden_act");
  }

  @ParameterizedTest
  @MethodSource("names")
  void valuesAndSlopes_equalTransformers(String name) throws IOException {
    JsonObject expected = golden(name);
    try (Autograd.Mode on = Autograd.on();
        NDManager scope = PyTorch.newManager()) {
      NDArray x = Autograd.leaf(scope.create(Golden.floats(golden().get("x"))), scope);
      NDArray y = named(name).apply(x);
      Autograd.backward(y.sum());
      assertClose(y.toFloatArray(), Golden.floats(expected.get("y")), name);
      assertClose(Autograd.gradient(x).toFloatArray(), Golden.floats(expected.get("slope")), name);
    }
  }

  /** float32 of two libraries: 1e-6, of greater values relative to them. */
  private static void assertClose(float[] got, float[] expected, String name) {
    assertThat(got).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i])
          .as("%s at %d", name, i)
          .isCloseTo(expected[i], within(1e-6f * Math.max(1, Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void logits_equalTransformers_alsoPacked(String name) throws IOException {
    copyWith(name, "bert/model");
    float[] expected = Golden.floats(golden(name).get("logits"));
    try (CheckpointFiles files = CheckpointFiles.folder(folder);
        Model model = ModelLoader.load(files, 3, ModelLoader.HeadWeights.REQUIRED, 42);
        Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/model"));
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      PackedBatch batch =
          model.batch(
              List.of(tokenizer.encode(golden().get("text").getAsString(), null, 64)), scope);
      assertThat(model.logits(batch).toFloatArray()).containsExactly(expected, within(1e-5f));
      Optional<PackedModel> packed = model.pack(PackedFormat.FLOAT32);
      assertThat(packed.isPresent())
          .isEqualTo(!"false".equals(System.getProperty("afina.fusedOps")));
      if (packed.isPresent()) {
        try (PackedModel fast = packed.get()) {
          assertThat(fast.network().logits(batch, Dropout.NONE).toFloatArray())
              .containsExactly(expected, within(1e-5f));
        }
      }
    }
  }

  /** Packing pads this model's layers, and these activations make no zeros of the zeros there. */
  @ParameterizedTest
  @ValueSource(strings = {"sigmoid", "laplace", "sqrtsoftplus"})
  void packedAndPlain_agreeOnPaddedLayers(String name) throws IOException {
    copyWith(name, "bert/odd/model");
    try (CheckpointFiles files = CheckpointFiles.folder(folder);
        Model model = ModelLoader.load(files, 3, ModelLoader.HeadWeights.REQUIRED, 42);
        Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/odd/model"));
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      PackedBatch batch = model.batch(List.of(tokenizer.encode("so happy today", null, 64)), scope);
      Optional<PackedModel> packed = model.pack(PackedFormat.FLOAT32);
      if (packed.isPresent()) {
        try (PackedModel fast = packed.get()) {
          assertThat(fast.network().logits(batch, Dropout.NONE).toFloatArray())
              .containsExactly(model.logits(batch).toFloatArray(), within(1e-5f));
        }
      }
    }
  }

  private void copyWith(String activation, String model) throws IOException {
    Files.copy(
        Golden.path(model).resolve("model.safetensors"), folder.resolve("model.safetensors"));
    JsonObject config = Golden.json(model + "/config.json");
    config.addProperty("hidden_act", activation);
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  @Test
  void otherNames_areRefused() {
    assertThatThrownBy(() -> named("prelu"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            "x: hidden_act \"prelu\" is not supported, because it has weights of its own; supported"
                + " are gelu, gelu_python, gelu_new");
    assertThatThrownBy(() -> named("GELU"))
        .hasMessageStartingWith("x: hidden_act \"GELU\" is not supported; supported are gelu,");
  }
}
