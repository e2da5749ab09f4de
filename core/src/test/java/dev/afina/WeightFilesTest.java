package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.DType;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.checkpoint.TensorInfo;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same BERT from every kind of weight file, those of interop/golden_bin.py among them. */
class WeightFilesTest {
  private static final Path GOLDEN = Golden.path(".").getParent().resolve("bin");

  @TempDir Path folder;

  /** float16 and bfloat16 are computed in float32: that is what the logits beside them are. */
  @ParameterizedTest
  @CsvSource({
    "bert.bin, pytorch_model.bin, float32",
    "bert-legacy.bin, pytorch_model.bin, float32",
    "bert-float16.bin, pytorch_model.bin, float16",
    "bert-float16.safetensors, model.safetensors, float16",
    "bert-bfloat16.bin, pytorch_model.bin, bfloat16",
    "bert-bfloat16.safetensors, model.safetensors, bfloat16",
    "sharded, '', float32",
  })
  void logits_equalTransformers(String weights, String name, String golden) throws IOException {
    model("bert/model");
    if (name.isEmpty()) {
      copyAll(GOLDEN.resolve(weights));
    } else {
      Files.copy(GOLDEN.resolve(weights), folder.resolve(name));
    }
    JsonObject expected =
        JsonParser.parseString(Files.readString(GOLDEN.resolve("logits.json"))).getAsJsonObject();
    JsonArray texts = expected.getAsJsonArray("texts");
    try (Classifier classifier = Classifier.load(folder)) {
      for (int i = 0; i < texts.size(); i++) {
        float[] logits = new float[3];
        for (int c = 0; c < 3; c++) {
          logits[c] = expected.getAsJsonArray(golden).get(i).getAsJsonArray().get(c).getAsFloat();
        }
        assertThat(classifier.predict(texts.get(i).getAsString()).logits())
            .containsExactly(logits, within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert.bin", "bert-legacy.bin"})
  void predictions_haveTheBitsOfTheSafetensors(String weights) throws IOException {
    model("bert/model");
    Files.copy(GOLDEN.resolve(weights), folder.resolve("pytorch_model.bin"));
    try (Classifier bin = Classifier.load(folder);
        Classifier safetensors = Classifier.load(Golden.path("bert/model"))) {
      for (String text : List.of("so happy today", "", "I am furious about the late train!")) {
        assertThat(bin.predict(text).logits()).isEqualTo(safetensors.predict(text).logits());
      }
    }
  }

  /** An encoder without prefix and without head, whose projections are views of one storage. */
  @Test
  void training_onABinWithoutPrefix_isTheSameAsOnTheSafetensors() throws IOException {
    model("bert/base");
    Files.copy(GOLDEN.resolve("bert-without-prefix.bin"), folder.resolve("pytorch_model.bin"));
    List<float[]> logits = new ArrayList<>();
    for (Path checkpoint : List.of(folder, Golden.path("bert/base"))) {
      try (Classifier trained =
          Classifier.builder()
              .checkpoint(checkpoint)
              .epochs(1)
              .seed(5)
              .fit(
                  Dataset.of(
                      List.of(Example.of("so happy", "joy"), Example.of("so sad", "sadness"))))) {
        logits.add(trained.predict("so happy today").logits());
      }
    }
    assertThat(logits.get(0)).isEqualTo(logits.get(1));
  }

  @Test
  void save_afterABin_isSafetensorsAndPredictsTheSame() throws IOException {
    model("bert/model");
    Files.copy(GOLDEN.resolve("bert-bfloat16.bin"), folder.resolve("pytorch_model.bin"));
    Path saved = folder.resolve("saved");
    try (Classifier classifier = Classifier.load(folder)) {
      classifier.save(saved);
      assertThat(saved.resolve("model.safetensors")).exists();
      assertThat(saved.resolve("pytorch_model.bin")).doesNotExist();
      try (Classifier again = Classifier.load(saved)) {
        assertThat(again.predict("so happy").logits())
            .isEqualTo(classifier.predict("so happy").logits());
      }
    }
  }

  @Test
  void extraLayer_isRefused_extraHeadsAreNot() throws IOException {
    model("bert/model");
    String extra = "bert.encoder.layer.2.output.dense.weight";
    write(Map.of("cls.predictions.bias", zeros(7), "qa_outputs.0.weight", zeros(1)));
    Classifier.load(folder).close();
    for (String name : List.of(extra, extra.substring("bert.".length()))) {
      write(Map.of(name, zeros(32, 64)));
      assertThatThrownBy(() -> Classifier.load(folder))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              folder.resolve("model.safetensors")
                  + ": tensor \""
                  + name
                  + "\" is of a layer that config.json does not count, so another model would be computed; correct the number of layers there, or take the weights that belong to it");
    }
  }

  @Test
  void missingTensor_otherShape_andTypeThatIsNoFloat_areNamed() throws IOException {
    model("bert/model");
    Path file = folder.resolve("model.safetensors");
    String name = "bert.encoder.layer.1.output.dense.bias";
    Map<String, TensorData> tensors = tensors();
    tensors.remove(name);
    Safetensors.write(file, tensors, Safetensors.PYTORCH);
    assertRefused(
        file
            + ": tensor \""
            + name
            + "\" is missing; config.json describes a BertForSequenceClassification that has it");
    write(Map.of(name, zeros(33)));
    assertRefused(file + ": tensor \"" + name + "\": shape [33] in the file, [32] by config.json");
    write(Map.of(name, new TensorData(DType.I32, List.of(32L), bytes(128))));
    assertRefused(
        file + ": tensor \"" + name + "\": dtype I32 in the file, expected F64, F32, F16 or BF16");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Classifier.load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  /** Configuration and tokenizer of a golden model. */
  private void model(String name) throws IOException {
    for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(Golden.path(name).resolve(file), folder.resolve(file));
    }
  }

  private void copyAll(Path from) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  /** The golden BERT's tensors, some of them others. */
  private void write(Map<String, TensorData> others) throws IOException {
    Map<String, TensorData> tensors = tensors();
    tensors.putAll(others);
    Safetensors.write(folder.resolve("model.safetensors"), tensors, Safetensors.PYTORCH);
  }

  private static Map<String, TensorData> tensors() throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    try (TensorSource source =
        Safetensors.open(Golden.path("bert/model").resolve("model.safetensors"))) {
      for (TensorInfo info : source.tensors().values()) {
        tensors.put(info.name(), TensorData.floats(source.floats(info.name()), info.dimensions()));
      }
    }
    return tensors;
  }

  private static TensorData zeros(long... shape) {
    int elements = 1;
    for (long dimension : shape) {
      elements *= (int) dimension;
    }
    return TensorData.floats(bytes(Float.BYTES * elements), shape);
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count);
  }
}
