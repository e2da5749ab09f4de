package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import dev.afina.hub.HubClient;
import dev.afina.hub.LockFile;
import dev.afina.hub.ModelReference;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.hub.testing.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubCheckpointTest {
  private static final Path SHARDED = SafetensorsTest.GOLDEN.resolve("sharded");
  private static final String CONFIG = "{\"model_type\": \"bert\"}";

  @TempDir Path folder;
  private LocalHub hub;
  private LocalRepository repository;

  @BeforeEach
  void start() throws IOException {
    hub = LocalHub.start();
    repository = hub.model("tester/tiny");
    repository.put("README.md", "# Tiny").put("config.json", CONFIG);
    repository.put("tokenizer.json", "{}").put("tokenizer_config.json", "{\"a\": 1}");
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  @Test
  void open_fetchesWhatIsNeededAndNoMore() throws IOException {
    weights();
    repository.put("pytorch_model.bin", "pickle").put("tf_model.h5", "tensorflow");
    repository.put("vocab.txt", "[PAD]").put("onnx/model.onnx", "onnx");

    try (CheckpointFiles files = open("tester/tiny");
        TensorSource weights = files.weights()) {
      assertThat(weights.tensors()).isNotEmpty();
      assertThat(files.config().get("model_type").getAsString()).isEqualTo("bert");
      assertThat(files.read("tokenizer.json")).isPresent();
      assertThat(files.read("vocab.txt")).isEmpty();
    }
    assertThat(fetched())
        .containsExactlyInAnyOrder(
            "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");
  }

  @Test
  void configFirst_fetchesNothingElse() throws IOException {
    weights();
    assertThat(CheckpointFiles.configFirst("tester/tiny", this::client).orElseThrow())
        .hasToString("{\"model_type\":\"bert\"}");
    assertThat(fetched()).containsExactly("config.json");
    repository.delete("config.json");
    assertThat(CheckpointFiles.configFirst("tester/tiny", this::client)).isEmpty();
    assertThatThrownBy(() -> CheckpointFiles.configFirst("tester/none", this::client))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("checkpoint \"tester/none\": no such folder, and the Hub: ");
    Files.writeString(folder.resolve("config.json"), "{\"a\": 1}");
    assertThat(CheckpointFiles.configFirst(folder.toString(), this::client).orElseThrow())
        .hasToString("{\"a\":1}");
  }

  @Test
  void open_again_costsOneRequestForABranchAndNoneForACommit() throws IOException {
    weights();
    open("tester/tiny").close();
    hub.clearRequests();

    open("tester/tiny@main").close();
    assertThat(hub.requests()).hasToString("[HUB GET /api/models/tester/tiny/revision/main 200]");
    hub.clearRequests();
    open("tester/tiny@" + repository.commitId("main")).close();
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void open_shards_areTheOnesOfTheIndex() throws IOException {
    for (Path file : files(SHARDED)) {
      repository.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    repository.put("model-00001-of-00009.safetensors", "of another time");

    try (CheckpointFiles files = open("tester/tiny");
        TensorSource weights = files.weights()) {
      assertThat(weights.tensors()).containsKey("embeddings.word_embeddings.weight");
    }
    assertThat(fetched())
        .contains(
            "model.safetensors.index.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors")
        .doesNotContain("model-00001-of-00009.safetensors");
  }

  @Test
  void open_olderVocabulary_isTakenWhereThereIsNoTokenizerJson() throws IOException {
    weights();
    repository.delete("tokenizer.json").put("vocab.txt", "[PAD]").put("merges.txt", "#");

    open("tester/tiny").close();

    assertThat(fetched()).contains("vocab.txt").doesNotContain("merges.txt", "tokenizer.json");
  }

  @Test
  void open_sentencePieceModel_isTakenWhereThereIsNoTokenizerJson() throws IOException {
    weights();
    repository.delete("tokenizer.json").put("spm.model", "x").put("merges.txt", "#");

    open("tester/tiny").close();

    assertThat(fetched()).contains("spm.model").doesNotContain("merges.txt", "tokenizer.json");
  }

  @Test
  void open_binOnly_fetchesIt_andALockCoversIt() throws IOException {
    byte[] bin = PickleBytes.archive(PickleBytes.vector(1), Map.of("0", new byte[4]));
    repository.put("pytorch_model.bin", bin).put("tf_model.h5", "tensorflow");
    repository.put("model.onnx", "onnx").put("training_args.bin", "pickle");

    try (CheckpointFiles files = open("tester/tiny");
        TensorSource weights = files.weights()) {
      assertThat(weights.tensors()).containsOnlyKeys("x");
    }
    assertThat(fetched())
        .containsExactlyInAnyOrder(
            "config.json", "pytorch_model.bin", "tokenizer.json", "tokenizer_config.json");

    Path lockFile = folder.resolve("afina.lock");
    CheckpointFiles.lock("tester/tiny", lockFile, this::client);
    LockFile lock = LockFile.read(lockFile);
    assertThat(lock.files().keySet())
        .containsExactly(
            "config.json", "pytorch_model.bin", "tokenizer.json", "tokenizer_config.json");
    Path cached = client().download(lock.model(), "pytorch_model.bin").toRealPath();
    Files.write(
        cached, PickleBytes.archive(PickleBytes.vector(1), Map.of("0", new byte[] {1, 2, 3, 4})));
    assertThatThrownBy(() -> CheckpointFiles.open("tester/tiny", lockFile, this::client))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "pytorch_model.bin: SHA-256 expected " + lock.files().get("pytorch_model.bin"));
  }

  @Test
  void open_binInShards_fetchesThem_andALockCoversThem() throws IOException {
    for (int i = 1; i <= 2; i++) {
      byte[] pickle =
          new PickleBytes()
              .op('}')
              .text("x" + i)
              .tensor("FloatStorage", "0", 1, 0, new int[] {1}, new int[] {1})
              .op('s')
              .stop();
      byte[] shard = PickleBytes.archive(pickle, Map.of("0", new byte[4]));
      repository.put("pytorch_model-" + i + ".bin", shard);
    }
    repository.put(
        "pytorch_model.bin.index.json",
        "{\"weight_map\": {\"x1\": \"pytorch_model-1.bin\", \"x2\": \"pytorch_model-2.bin\"}}");
    repository.put("pytorch_model-3.bin", "of another time");

    try (CheckpointFiles files = open("tester/tiny");
        TensorSource weights = files.weights()) {
      assertThat(weights.tensors()).containsOnlyKeys("x1", "x2");
    }
    assertThat(fetched())
        .containsExactlyInAnyOrder(
            "config.json",
            "pytorch_model-1.bin",
            "pytorch_model-2.bin",
            "pytorch_model.bin.index.json",
            "tokenizer.json",
            "tokenizer_config.json");
    Path lockFile = folder.resolve("afina.lock");
    CheckpointFiles.lock("tester/tiny", lockFile, this::client);
    assertThat(LockFile.read(lockFile).files())
        .containsKeys("pytorch_model-1.bin", "pytorch_model-2.bin", "pytorch_model.bin.index.json");
    try (CheckpointFiles files = CheckpointFiles.open("tester/tiny", lockFile, this::client);
        TensorSource weights = files.weights()) {
      assertThat(weights.tensors()).containsOnlyKeys("x1", "x2");
    }
  }

  @Test
  void open_absentShard_isNamed() {
    repository.put(
        "pytorch_model.bin.index.json", "{\"weight_map\": {\"x\": \"pytorch_model-1.bin\"}}");
    assertThatThrownBy(
            () -> {
              try (CheckpointFiles files = open("tester/tiny")) {
                files.weights().close();
              }
            })
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("pytorch_model-1.bin: no such file");
  }

  @Test
  void open_noWeights_saysWhatWasLookedFor() {
    repository.put("tf_model.h5", "tensorflow");

    assertThatThrownBy(() -> open("tester/tiny"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Hub model \"tester/tiny@main\": no weights; expected one of afina_model.safetensors, model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json, model.onnx or adapter_config.json");
    assertThat(fetched()).doesNotContain("tf_model.h5");
  }

  @Test
  void open_unknownModel_saysThatThereIsNoFolderAndNoRepository() {
    assertThatThrownBy(() -> open("tester/none"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("checkpoint \"tester/none\": no such folder, and the Hub: GET ")
        .hasMessageContaining("there is no such repository, or it is private");
  }

  @Test
  void open_filesOfOtherDownloads_areNotSeen() throws IOException {
    weights();
    repository.put("vocab.txt", "[PAD]");
    client().download(ModelReference.parse("tester/tiny"), "vocab.txt");

    try (CheckpointFiles files = open("tester/tiny")) {
      assertThat(files.read("vocab.txt")).isEmpty();
    }
  }

  @Test
  void lock_holdsToTheCommit_whenMainMoves() throws IOException {
    weights();
    Path lockFile = folder.resolve("afina.lock");
    CheckpointFiles.lock("tester/tiny", lockFile, this::client);
    LockFile lock = LockFile.read(lockFile);
    assertThat(lock.commit()).isEqualTo(repository.commitId("main"));
    assertThat(lock.files().keySet())
        .containsExactly(
            "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");
    repository.put("config.json", "{\"model_type\": \"other\"}");

    try (CheckpointFiles files = CheckpointFiles.open("tester/tiny", lockFile, this::client)) {
      assertThat(files.config().get("model_type").getAsString()).isEqualTo("bert");
    }
    hub.clearRequests();
    CheckpointFiles.open("tester/tiny", lockFile, this::client).close();
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void lock_changedFile_isRefused_withBothHashes() throws IOException {
    weights();
    Path lockFile = folder.resolve("afina.lock");
    CheckpointFiles.lock("tester/tiny", lockFile, this::client);
    LockFile lock = LockFile.read(lockFile);
    Path config = client().download(lock.model(), "config.json").toRealPath();
    Files.writeString(config, CONFIG.replace("bert", "evil"));

    assertThatThrownBy(() -> CheckpointFiles.open("tester/tiny", lockFile, this::client))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json: SHA-256 expected " + lock.files().get("config.json"))
        .hasMessageContaining(" by the lock file, got ");
  }

  @Test
  void lock_ofAnotherModelOrCommit_isRefused() throws IOException {
    weights();
    Path lockFile = folder.resolve("afina.lock");
    CheckpointFiles.lock("tester/tiny", lockFile, this::client);
    String commit = "0123456789abcdef0123456789abcdef01234567";

    for (String reference : List.of("tester/other", "tester/tiny@" + commit)) {
      assertThatThrownBy(() -> CheckpointFiles.open(reference, lockFile, this::client))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "checkpoint \""
                  + reference
                  + "\": the lock file "
                  + lockFile
                  + " is for tester/tiny@"
                  + repository.commitId("main")
                  + "; write a new one if the change is wanted");
    }
    assertThatThrownBy(() -> CheckpointFiles.open("classpath:x", lockFile, this::client))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lock_aFolder_isCheckedToo_andShowsTheLockedFilesOnly() throws IOException {
    weights();
    Path lockFile = folder.resolve("afina.lock");
    CheckpointFiles.lock("tester/tiny", lockFile, this::client);
    Path copy = Files.createDirectory(folder.resolve("copy"));
    for (String name : LockFile.read(lockFile).files().keySet()) {
      Files.write(copy.resolve(name), repository.file("main", name));
    }
    Files.writeString(copy.resolve("vocab.txt"), "[PAD]");

    try (CheckpointFiles files = CheckpointFiles.open(copy.toString(), lockFile, this::client)) {
      assertThat(files.read("config.json")).isPresent();
      assertThat(files.read("vocab.txt")).isEmpty();
    }
    Files.delete(copy.resolve("tokenizer.json"));
    assertThatThrownBy(() -> CheckpointFiles.open(copy.toString(), lockFile, this::client))
        .hasMessageContaining("tokenizer.json: missing, but locked with SHA-256 ");
    assertThatThrownBy(() -> CheckpointFiles.lock(copy.toString(), lockFile, this::client))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("a lock file is for a model of the Hub");
  }

  @Test
  void open_ofAnAdapter_fetchesItsBase() throws IOException {
    LocalRepository adapter = hub.model("tester/adapter");
    byte[] tensors = Files.readAllBytes(SHARDED.resolve("whole.safetensors"));
    adapter.put("adapter_model.safetensors", tensors).put("adapter_model.bin", "pickle");
    adapter.put("README.md", "# Adapter");
    adapter.put(
        "adapter_config.json",
        "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"tester/tiny\"}");
    weights();
    try (CheckpointFiles files = open("tester/adapter");
        TensorSource weights = files.weights();
        AdapterSource updates = files.adapter().orElseThrow()) {
      assertThat(weights.description()).contains("tiny");
      assertThat(updates.tensors().description()).contains("adapter_model.safetensors");
      assertThat(files.read("tokenizer.json")).as("the base's").isPresent();
      assertThat(files.config().get("model_type").getAsString()).isEqualTo("bert");
    }
    assertThat(fetched())
        .containsExactlyInAnyOrder(
            "adapter_config.json",
            "adapter_model.safetensors",
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
    Path lockFile = folder.resolve("afina.lock");
    assertThatThrownBy(() -> CheckpointFiles.lock("tester/adapter", lockFile, this::client))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith(
            "an adapter of \"tester/tiny\", and a lock file is for a whole model, because it names"
                + " one repository");
  }

  @Test
  void ownConfig_isFetchedAndLocked_ofAnAdapterNotItsBases() throws IOException {
    weights();
    repository.put("afina_config.json", "{\"format\": 1}");
    try (CheckpointFiles files = open("tester/tiny")) {
      assertThat(files.ownConfig().orElseThrow()).hasToString("{\"format\":1}");
    }
    Path lockFile = folder.resolve("afina.lock");
    CheckpointFiles.lock("tester/tiny", lockFile, this::client);
    assertThat(LockFile.read(lockFile).files()).containsKey("afina_config.json");

    LocalRepository adapter = hub.model("tester/adapter");
    adapter.put(
        "adapter_model.safetensors", Files.readAllBytes(SHARDED.resolve("whole.safetensors")));
    adapter.put(
        "adapter_config.json",
        "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"tester/tiny\"}");
    try (CheckpointFiles files = open("tester/adapter")) {
      assertThat(files.ownConfig()).as("which is for labels of the base").isEmpty();
    }
  }

  private void weights() throws IOException {
    repository.put("model.safetensors", Files.readAllBytes(SHARDED.resolve("whole.safetensors")));
  }

  private CheckpointFiles open(String reference) throws IOException {
    return CheckpointFiles.open(reference, this::client);
  }

  private HubClient client() {
    return HubClient.builder()
        .endpoint(hub.endpoint().toString())
        .cache(folder.resolve("cache"))
        .build();
  }

  /** The files that were asked for, by their names. */
  private List<String> fetched() {
    return hub.requests().stream()
        .map(RecordedRequest::path)
        .filter(path -> path.contains("/resolve/"))
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .distinct()
        .toList();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith("model")).toList();
    }
  }
}
