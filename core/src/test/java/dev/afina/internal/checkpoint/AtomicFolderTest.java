package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.internal.files.FileTree;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  private static final String CONFIG = "{\"model_type\":\"bert\"}";

  @TempDir Path parent;

  @Test
  void write_newFolder_withItsParents() throws IOException {
    Path target = parent.resolve("a/b/model");
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("config.json"), CONFIG));

    assertThat(files(target)).containsExactly(Map.entry("config.json", CONFIG));
    assertThat(files(target.getParent())).containsOnlyKeys("model");
  }

  @Test
  void write_emptyFolder_isReplaced() throws IOException {
    Path target = Files.createDirectory(parent.resolve("model"));
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("config.json"), CONFIG));

    assertThat(files(target)).containsOnlyKeys("config.json");
  }

  /** What a model has goes with it, whoever wrote it; what only looks similar is the user's. */
  @Test
  void write_carriesOverAllButAModelsFiles() throws IOException {
    List<String> own =
        List.of(
            "afina_config.json",
            "afina_state.json",
            "generation_config.json",
            "vocab.txt",
            "merges.txt",
            "spiece.model",
            "model.onnx",
            "model_quantized.onnx",
            "distilbert.onnx",
            "afina_model.safetensors",
            "model.safetensors.index.json",
            "model-00001-of-00002.safetensors",
            "pytorch_model.bin",
            "pytorch_model-00001-of-00002.bin",
            "pytorch_model.bin.index.json",
            "adapter_model.safetensors",
            "optimizer.pt",
            "optimizer.safetensors",
            "rng_state_0.pth",
            "training_args.bin",
            "tf_model.h5",
            "eval_results.json");
    List<String> others =
        List.of(
            "README.md",
            ".gitattributes",
            "app_config.json",
            "thresholds_config.json",
            "tokenizer-notes.json",
            "embeddings.bin",
            "faiss.index.json",
            "scores.pt",
            "topics.model",
            "my.safetensors",
            "test_results.json");
    Path target = Files.createDirectory(parent.resolve("model"));
    Files.writeString(target.resolve("config.json"), CONFIG);
    for (String name : own) {
      Files.writeString(target.resolve(name), "old");
    }
    for (String name : others) {
      Files.writeString(target.resolve(name), "mine");
    }

    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("config.json"), "new"));

    Map<String, String> expected = new TreeMap<>(Map.of("config.json", "new"));
    others.forEach(name -> expected.put(name, "mine"));
    assertThat(files(target)).isEqualTo(expected);
  }

  @Test
  void write_oldModel_losesItsFilesAndKeepsOthers() throws IOException {
    Path target = oldModel();
    for (String stale :
        new String[] {
          "model.safetensors",
          "pytorch_model.bin",
          "vocab.txt",
          "merges.txt",
          "tokenizer_config.json",
          "model.safetensors.index.json"
        }) {
      Files.writeString(target.resolve(stale), "old");
    }
    Files.writeString(target.resolve("README.md"), "mine");
    AtomicFolder.write(
        target,
        folder -> {
          Files.writeString(folder.resolve("config.json"), "new");
          Files.writeString(folder.resolve("tokenizer.json"), "new");
        });

    assertThat(files(target))
        .containsExactly(
            Map.entry("README.md", "mine"),
            Map.entry("config.json", "new"),
            Map.entry("tokenizer.json", "new"));
    assertThat(files(parent)).containsOnlyKeys("model");
  }

  @Test
  void write_failureInTheMiddle_keepsTheOldFolder() throws IOException {
    Path target = oldModel();
    AtomicBoolean reached = new AtomicBoolean();

    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    target,
                    folder -> {
                      Files.writeString(folder.resolve("config.json"), "new");
                      // Until the end the target is the old folder.
                      assertThat(files(target)).containsExactly(Map.entry("config.json", CONFIG));
                      reached.set(true);
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            target + ": cannot be written (disk full); what was there is unchanged; the disk of ")
        .hasRootCauseMessage("disk full");

    assertThat(reached).isTrue();
    assertThat(files(target)).containsExactly(Map.entry("config.json", CONFIG));
    assertThat(files(parent)).containsOnlyKeys("model");
  }

  @Test
  void write_errorThrownByTheContent_removesTheTemporaryFolder() throws IOException {
    Path target = parent.resolve("model");
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    target,
                    folder -> {
                      Files.writeString(folder.resolve("a"), "half");
                      throw new OutOfMemoryError("test");
                    }))
        .isInstanceOf(OutOfMemoryError.class);

    assertThat(files(parent)).isEmpty();
  }

  @Test
  void write_intoAFile_saysWhichPartOfThePathIsOne() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "x");
    Path target = file.resolve("model");
    String message =
        target
            + ": cannot be written (%s); nothing was saved; "
            + file
            + " is no folder: choose another path";
    assertThatThrownBy(() -> AtomicFolder.write(target, folder -> {}))
        .hasMessage(message.formatted(file + " is in the way"));
    assertThatThrownBy(() -> AtomicFolder.prepare(target))
        .hasMessage(message.formatted("Not a directory"));
  }

  @Test
  void write_nameThatLeavesNoRoomForTemporaryOnes_saysHowLongItMayBe() throws IOException {
    AtomicFolder.write(
        parent.resolve("m".repeat(212)),
        folder -> Files.writeString(folder.resolve("config.json"), CONFIG));
    Path target = parent.resolve("m".repeat(213));
    assertThatThrownBy(() -> AtomicFolder.write(target, folder -> {}))
        .hasMessageEndingWith(
            ": cannot be written (File name too long); nothing was saved; choose a name of at most 212 bytes");
  }

  @Test
  void write_folderThatVanishesMeanwhile_saysSo() {
    Path target = parent.resolve("a/model");
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    target,
                    folder -> {
                      FileTree.delete(parent.resolve("a"));
                      Files.writeString(folder.resolve("config.json"), CONFIG);
                    }))
        .hasMessageStartingWith(target + ": cannot be written (" + parent.resolve("a/.model.tmp-"))
        .hasMessageContaining(
            "/config.json is missing or was removed meanwhile); nothing was saved;");
  }

  @Test
  void write_linkToNothing_isRefusedByItsTarget() throws IOException {
    Path link = Files.createSymbolicLink(parent.resolve("current"), Path.of("v2"));
    assertThatThrownBy(() -> AtomicFolder.write(link, folder -> {}))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(
            link
                + ": a link to v2, which does not exist; make that folder, or save to another path");
  }

  @Test
  void replace_secondRenameFails_putsTheOldFolderBack() throws IOException {
    Path target = oldModel();

    try (SaveClaim claim = SaveClaim.take(parent, ".model.")) {
      assertThatThrownBy(() -> AtomicFolder.replace(target, parent.resolve("missing"), claim))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("missing");
    }

    assertThat(files(target)).containsExactly(Map.entry("config.json", CONFIG));
    assertThat(files(parent)).containsOnlyKeys("model");
  }

  @Test
  void write_linkToAFolder_staysALink() throws IOException {
    Path real = oldModel();
    Path link = Files.createSymbolicLink(parent.resolve("current"), real);
    AtomicFolder.write(link, folder -> Files.writeString(folder.resolve("config.json"), "new"));

    assertThat(link).isSymbolicLink();
    assertThat(files(real)).containsExactly(Map.entry("config.json", "new"));
  }

  @Test
  void requireReplaceable_whatIsNoModelFolder_isRefused() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "x");
    assertRefused(file, "a file, expected a folder; save to another path");

    Path project = Files.createDirectory(parent.resolve("project"));
    Files.writeString(project.resolve("main.c"), "x");
    String noModel =
        " and no config.json of a model, so it is not replaced; save to a new or empty folder";
    assertRefused(project, "a folder with 1 entries" + noModel);
    Files.writeString(project.resolve("config.json"), "{\"port\": 80}");
    assertRefused(project, "a folder with 2 entries" + noModel);
    Files.writeString(project.resolve("config.json"), "port = 80");
    assertRefused(project, "a folder with 2 entries" + noModel);
  }

  @Test
  void requireReplaceable_modelWithAFolderInIt_isRefused() throws IOException {
    Path target = oldModel();
    Files.createDirectory(target.resolve(".git"));
    assertRefused(
        target,
        "holds \".git\", which is not a plain file, so it is not replaced; move that away or save to another folder");
    assertThatThrownBy(() -> AtomicFolder.write(target, folder -> {}))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target.resolve(".git")).isDirectory();
  }

  @Test
  void requireReplaceable_cacheSnapshot_isRefused() throws IOException {
    Path blob = Files.writeString(parent.resolve("blob"), CONFIG);
    Path target = Files.createDirectory(parent.resolve("snapshot"));
    Files.createSymbolicLink(target.resolve("config.json"), blob);
    assertRefused(
        target,
        "holds \"config.json\", which is not a plain file, so it is not replaced; move that away or save to another folder");
  }

  @Test
  void requireReplaceable_newEmptyOrModelFolder_isFine() throws IOException {
    AtomicFolder.requireReplaceable(parent.resolve("a/b/c"));
    AtomicFolder.requireReplaceable(Files.createDirectory(parent.resolve("empty")));
    AtomicFolder.requireReplaceable(oldModel());
  }

  private void assertRefused(Path target, String reason) {
    assertThatThrownBy(() -> AtomicFolder.requireReplaceable(target))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(target + ": " + reason);
  }

  private Path oldModel() throws IOException {
    Path target = Files.createDirectory(parent.resolve("model"));
    Files.writeString(target.resolve("config.json"), CONFIG);
    return target;
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(
            file.getFileName().toString(), Files.isDirectory(file) ? "" : Files.readString(file));
      }
    }
    return contents;
  }
}
