package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import dev.afina.hub.HubClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFilesTest {
  private static final Path ONNX = SafetensorsTest.GOLDEN.resolve("onnx");
  private static final String CONFIG = "{\"model_type\": \"bert\", \"hidden_size\": 8}";
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String EXPECTED =
      "expected a Hugging Face checkpoint (config.json, model.safetensors or pytorch_model.bin, tokenizer.json) or one .onnx file with its tokenizer.json";

  @TempDir Path folder;

  @Test
  void folder_withSafetensors() throws IOException {
    model(folder);
    try (CheckpointFiles files = CheckpointFiles.open(folder.toString());
        TensorSource weights = files.weights()) {
      assertThat(files.description()).isEqualTo(folder.toString());
      assertThat(files.config().get("hidden_size").getAsInt()).isEqualTo(8);
      assertThat(files.read("config.json"))
          .hasValueSatisfying(
              bytes -> assertThat(bytes).asString(StandardCharsets.UTF_8).isEqualTo(CONFIG));
      assertThat(files.read("vocab.txt")).isEmpty();
      assertThat(weights.floats("x").getFloat()).isEqualTo(1);
      assertThat(weights.description()).isEqualTo(folder.resolve("model.safetensors").toString());
    }
  }

  @Test
  void folder_withShards() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(SafetensorsTest.GOLDEN.resolve("sharded"));
        TensorSource weights = files.weights()) {
      assertThat(files.config().get("model_type").getAsString()).isEqualTo("bert");
      assertThat(weights.tensors()).containsKey("embeddings.word_embeddings.weight");
    }
  }

  @Test
  void folder_withOnnxAndTokenizerOnly() throws IOException {
    Files.copy(ONNX.resolve("model.onnx"), folder.resolve("mini.onnx"));
    Files.writeString(folder.resolve("mini-tokenizer.json"), "{}");
    try (CheckpointFiles files = CheckpointFiles.folder(folder);
        TensorSource weights = files.weights()) {
      assertThat(files.read("tokenizer.json")).hasValue("{}".getBytes(StandardCharsets.UTF_8));
      assertThat(files.read("config.json")).isEmpty();
      assertThat(files.config().get("num_attention_heads").getAsInt()).isEqualTo(4);
      assertThat(weights.tensors()).containsKey("bert.pooler.dense.weight");
      assertThat(weights.description()).isEqualTo(folder.resolve("mini.onnx").toString());
      files.close();
      assertThat(weights.floats("bert.pooler.dense.bias").remaining()).isEqualTo(64);
    }
  }

  @Test
  void folder_onnxWithConfig_believesTheConfig() throws IOException {
    Files.copy(ONNX.resolve("model.onnx"), folder.resolve("model.onnx"));
    Files.copy(ONNX.resolve("model.onnx"), folder.resolve("model_quantized.onnx"));
    Files.writeString(folder.resolve("config.json"), CONFIG);
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      assertThat(files.config().get("hidden_size").getAsInt()).isEqualTo(8);
    }
  }

  @Test
  void folder_severalOnnxFiles_isAnError() throws IOException {
    Files.copy(ONNX.resolve("model.onnx"), folder.resolve("a.onnx"));
    Files.copy(ONNX.resolve("model.onnx"), folder.resolve("b.onnx"));
    assertThatThrownBy(() -> CheckpointFiles.folder(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            folder
                + ": several ONNX files, [a.onnx, b.onnx]; expected one, or one called model.onnx");
  }

  @Test
  void folder_missingParts_areNamed() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      assertThatThrownBy(files::config)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(folder + ": no config.json; " + EXPECTED);
      assertThatThrownBy(files::weights)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(folder + ": no weights; " + EXPECTED);
      Files.createFile(folder.resolve("pytorch_model.bin"));
      assertThatThrownBy(files::weights)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              folder.resolve("pytorch_model.bin")
                  + ": not a zip file, expected one that torch.save wrote");
    }
  }

  @Test
  void config_malformed_namesTheFile() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      for (String broken : new String[] {"", "{", "{\"a\":1}}", "{'a':1}", "{\"a\":1,}"}) {
        Files.writeString(folder.resolve("config.json"), broken);
        assertThatThrownBy(files::config)
            .as(broken)
            .isInstanceOf(CheckpointException.class)
            .hasMessageStartingWith(folder.resolve("config.json") + ": ");
      }
      Files.writeString(folder.resolve("config.json"), "[1]");
      assertThatThrownBy(files::config)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(folder.resolve("config.json") + ": expected a JSON object in braces");
    }
  }

  @Test
  void read_nameWithAPath_isRefused() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(folder)) {
      for (String name : new String[] {"../x", "a/b", "a\\b", "", ".."}) {
        assertThatThrownBy(() -> files.read(name))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "file name \"" + name + "\": expected the plain name of a file in the checkpoint");
      }
    }
  }

  @Test
  void close_twice_andThenNothingWorks() throws IOException {
    CheckpointFiles files = CheckpointFiles.folder(folder);
    files.close();
    files.close();
    assertThatThrownBy(files::config)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the files of " + folder + " are closed");
    assertThatThrownBy(files::weights).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> files.read("config.json")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void open_whatIsNotThere_saysWhereItWasLookedFor() throws IOException {
    Supplier<HubClient> cache =
        () -> HubClient.builder().cache(folder.resolve("hub")).offline().build();
    assertThatThrownBy(() -> CheckpointFiles.open("  ", cache))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("checkpoint reference is blank; expected a folder, classpath:… or owner/name");
    assertThatThrownBy(() -> CheckpointFiles.open("owner/name@v1", cache))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "checkpoint \"owner/name@v1\": no such folder, and the Hub: owner/name@v1: not in the cache "
                + folder.resolve("hub")
                + ", and offline mode is on; unset HF_HUB_OFFLINE (and TRANSFORMERS_OFFLINE) to download it");
    assertThatThrownBy(() -> CheckpointFiles.open("mod\0le", cache)) // as modèle in the locale C
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("checkpoint \"mod?le\": no name that a folder can have here (in ")
        .hasMessageContaining("; for other letters set LC_ALL to a locale of UTF-8), and not");
    assertThatThrownBy(() -> CheckpointFiles.open("/no/such/folder", cache))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            "checkpoint \"/no/such/folder\": no such folder, and not the name of a Hub model (");
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> CheckpointFiles.open(file.toString(), cache))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": a file, expected the folder of a checkpoint");
    assertThatThrownBy(() -> CheckpointFiles.folder(folder.resolve("none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder.resolve("none") + ": no such folder");
  }

  @Test
  void open_hubName_findsTheCachedSnapshot() throws IOException {
    Path repository = folder.resolve("hub/models--owner--name");
    Path snapshot = Files.createDirectories(repository.resolve("snapshots/" + COMMIT));
    Path blobs = Files.createDirectories(repository.resolve("blobs"));
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), COMMIT);
    model(blobs);
    for (String name :
        new String[] {
          "config.json", "model.safetensors"
        }) { // the cache's way: relative links into blobs
      Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs").resolve(name));
    }
    try (CheckpointFiles files =
            CheckpointFiles.open(
                "owner/name",
                () -> HubClient.builder().cache(folder.resolve("hub")).offline().build());
        TensorSource weights = files.weights()) {
      assertThat(files.description()).isEqualTo(snapshot.toString());
      assertThat(files.config().get("hidden_size").getAsInt()).isEqualTo(8);
      assertThat(weights.floats("x").getFloat()).isEqualTo(1);
    }
  }

  @Test
  void classPath_onnxInAJar_isReadWithItsNeighbours() throws Exception {
    Path jar =
        jar(
            Map.of(
                "models/mini.onnx",
                ONNX.resolve("model.onnx"),
                "models/tokenizer.json",
                Files.writeString(folder.resolve("t"), "{}")));
    withClassPath(
        jar,
        () -> {
          try (CheckpointFiles files = CheckpointFiles.open("classpath:models/mini.onnx");
              TensorSource weights = files.weights();
              TensorSource expected = Safetensors.open(ONNX.resolve("expected.safetensors"))) {
            assertThat(files.description()).isEqualTo("classpath:models/mini.onnx");
            assertThat(files.read("tokenizer.json"))
                .hasValue("{}".getBytes(StandardCharsets.UTF_8));
            assertThat(files.config().get("hidden_size").getAsInt()).isEqualTo(16);
            assertThat(weights.floats("bert.pooler.dense.weight"))
                .isEqualTo(expected.floats("pooler.dense.weight"));
          }
        });
  }

  @Test
  void classPath_onnxAtTheRoot_takesNoStrangersConfig() throws Exception {
    Path jar =
        jar(
            Map.of(
                "mini.onnx", ONNX.resolve("model.onnx"),
                "config.json", Files.writeString(folder.resolve("c"), "{\"port\": 80}"),
                "tokenizer.json", Files.writeString(folder.resolve("t"), "{}")));
    withClassPath(
        jar,
        () -> {
          try (CheckpointFiles files = CheckpointFiles.open("classpath:mini.onnx")) {
            assertThat(files.config().get("model_type").getAsString()).isEqualTo("bert");
            assertThat(files.read("config.json")).isEmpty();
            assertThat(files.read("tokenizer.json")).isPresent();
          }
        });
  }

  @Test
  void classPath_folderInAJar() throws Exception {
    model(folder);
    Path jar =
        jar(
            Map.of(
                "m/config.json",
                folder.resolve("config.json"),
                "m/model.safetensors",
                folder.resolve("model.safetensors")));
    withClassPath(
        jar,
        () -> {
          for (String reference : new String[] {"classpath:m", "classpath:m/", "classpath:/m/"}) {
            try (CheckpointFiles files = CheckpointFiles.open(reference);
                TensorSource weights = files.weights()) {
              assertThat(files.description()).isEqualTo("classpath:m/");
              assertThat(files.config().get("hidden_size").getAsInt()).isEqualTo(8);
              assertThat(weights.floats("x").getFloat()).isEqualTo(1);
              assertThat(weights.description()).isEqualTo("classpath:m/model.safetensors");
            }
          }
        });
  }

  @Test
  void classPath_shardsInAFolderOfTheClassPath() throws Exception {
    Path golden = SafetensorsTest.GOLDEN.resolve("sharded");
    try (CheckpointFiles files = CheckpointFiles.open("classpath:golden/checkpoint/sharded");
        TensorSource weights = files.weights();
        TensorSource whole = Safetensors.open(golden.resolve("whole.safetensors"))) {
      assertThat(weights.tensors()).isEqualTo(whole.tensors());
    }
  }

  @Test
  void classPath_missing_saysSo() {
    String message =
        ": not found by the thread's context class loader nor by that of dev.afina.internal.checkpoint; expected a .onnx resource or a folder with config.json; add the jar"
            + " that carries it";
    assertThatThrownBy(() -> CheckpointFiles.open("classpath:none.onnx"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("classpath:none.onnx" + message);
    assertThatThrownBy(() -> CheckpointFiles.open("classpath:none/"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("classpath:none/" + message);
  }

  private static void model(Path folder) throws IOException {
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Safetensors.write(
        folder.resolve("model.safetensors"),
        Map.of("x", TensorData.floats(SafetensorsTest.floats(1), 1)),
        Safetensors.PYTORCH);
  }

  private Path jar(Map<String, Path> entries) throws IOException {
    Path jar = folder.resolve("test.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, Path> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        Files.copy(entry.getValue(), zip);
        zip.closeEntry();
      }
    }
    return jar;
  }

  private static void withClassPath(Path jar, ThrowingRunnable test) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(Stream.of(jar.toUri().toURL()).toArray(URL[]::new), before)) {
      thread.setContextClassLoader(loader);
      test.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }
}
