package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.saved.ConfigLabels;
import dev.afina.internal.text.TextEncoder;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Infinite numbers and NaN never become a prediction, an evaluation or a saved model. */
class NotFiniteTest {
  private static final int HIDDEN = 32;

  @TempDir Path folder;

  /** What a process makes once, such as the kernels' checks, is there before arrays are counted. */
  @BeforeAll
  static void useEachKernelOnce() throws IOException {
    ClassifierTest.quick().epochs(1).fit(ClassifierTest.rows()).close();
  }

  @ParameterizedTest
  @CsvSource({
    "bert.embeddings.word_embeddings.weight, 70, '[2, 6]', NaN",
    "bert.encoder.layer.1.output.dense.bias, 31, '[31]', Infinity",
    "classifier.weight, 33, '[1, 1]', -Infinity"
  })
  void load_ofWeightsThatAreNotFinite_namesTheFirst(
      String tensor, int at, String place, float value) throws IOException {
    Path model = modelWith(tensor, at, value);
    int before = LiveArrays.count();
    assertThatThrownBy(() -> Classifier.load(model))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors")
        .hasMessageEndingWith(
            ": tensor \"%s\": the element at %s is %s, expected finite numbers; the training that"
                + " saved it diverged, or the file is damaged: take another checkpoint",
            tensor, place, value);
    assertThatThrownBy(() -> ClassifierTest.quick().checkpoint(model).fit(ClassifierTest.rows()))
        .isInstanceOf(CheckpointException.class);
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  /** A finite number so large that its square overflows in the LayerNorm of texts that use it. */
  @Test
  void predict_ofATextThatOverflows_namesIt_andTheOthersAreServed() throws IOException {
    int token = token("today");
    Path model =
        modelWith("bert.embeddings.word_embeddings.weight", token * HIDDEN + 3, Float.MAX_VALUE);
    try (Classifier classifier = Classifier.load(model)) {
      assertThat(classifier.predict("a happy day").score()).isFinite();
      assertThatThrownBy(() -> classifier.predict("today"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("the text: the model's output for label 0 is NaN")
          .hasMessageContaining("expected finite numbers");
      assertThatThrownBy(() -> classifier.predict(List.of("so", "a happy day", "hate today")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("text 2 (counted from 0): the model's output");
      assertThatThrownBy(
              () -> classifier.evaluate(Dataset.of(List.of(Example.of("today", "anger")))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("text 0 (counted from 0): the model's output");

      List<CompletableFuture<Prediction>> callers =
          IntStream.range(0, 60)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> classifier.predict(i % 3 == 0 ? "today" : "a happy day")))
              .toList();
      for (int i = 0; i < callers.size(); i++) {
        CompletableFuture<Prediction> caller = callers.get(i);
        if (i % 3 == 0) {
          assertThatThrownBy(caller::join)
              .isInstanceOf(CompletionException.class)
              .hasCauseInstanceOf(IllegalStateException.class);
        } else {
          assertThat(caller.join().score()).isFinite();
        }
      }
    }
  }

  @Test
  void save_ofWeightsThatAreNotFinite_writesNothing() throws IOException {
    Path source = Golden.path("bert/model");
    Path target = folder.resolve("saved");
    try (Model model = Golden.model("bert/model", ModelLoader.HeadWeights.REQUIRED);
        Tokenizer tokenizer = Tokenizer.load(source);
        CheckpointFiles files = CheckpointFiles.folder(source)) {
      Labels labels = ConfigLabels.of(files.config(), "config.json");
      TextEncoder encoder =
          TextEncoder.of(tokenizer, model.architecture(), 0, LongTexts.cut().rule());
      PyTorch.memory(model.array("classifier.bias")).put(2, Float.NaN);
      assertThatThrownBy(() -> new SingleLabelTask(labels).saved(model, encoder).write(target))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "parameter \"classifier.bias\": the element at [2] is NaN, expected finite numbers");
      assertThat(folder).isEmptyDirectory();
    }
  }

  private static int token(String word) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/model"))) {
      return tokenizer.encode(word, 8).id(1);
    }
  }

  /** The golden model with one number changed. */
  private Path modelWith(String tensor, int at, float value) throws IOException {
    Path source = Golden.path("bert/model");
    Path target = Files.createDirectory(folder.resolve("model"));
    for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(source.resolve(file), target.resolve(file));
    }
    Map<String, TensorData> tensors = new TreeMap<>();
    try (TensorSource file = Safetensors.open(source.resolve("model.safetensors"))) {
      for (var info : file.tensors().values()) {
        ByteBuffer read = file.floats(info.name());
        ByteBuffer copy = ByteBuffer.allocate(read.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(read).flip();
        if (info.name().equals(tensor)) {
          copy.putFloat(4 * at, value);
        }
        tensors.put(info.name(), TensorData.floats(copy, info.dimensions()));
      }
    }
    Safetensors.write(target.resolve("model.safetensors"), tensors, Safetensors.PYTORCH);
    return target;
  }
}
