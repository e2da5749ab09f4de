package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.hub.HubClient;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.internal.model.Golden;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models and tokenizers by name from the Hub that a given client knows, and no other. */
class HubClientTest {
  private static final String NAME = "tester/moods";

  @TempDir Path folder;
  private final Set<String> downloaded = new ConcurrentSkipListSet<>();
  private LocalHub hub;
  private HubClient client;

  @BeforeEach
  void start() throws IOException {
    hub = LocalHub.start();
    put(hub.model(NAME), Golden.path("bert/model"));
    String config = Files.readString(Golden.path("bert/model/config.json"));
    hub.model(NAME)
        .put(
            "config.json",
            config.replaceFirst("\\{", "{\"problem_type\": \"single_label_classification\","));
    client =
        HubClient.builder()
            .endpoint(hub.endpoint().toString())
            .cache(folder.resolve("cache"))
            .listener(progress -> downloaded.add(progress.file()))
            .build();
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  private static void put(LocalRepository repository, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        repository.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  @Test
  void load_ofEachKind_usesTheClient_andItsListenerIsTold() throws IOException {
    try (Classifier here = Classifier.load(Golden.path("bert/model"));
        Classifier classifier = Classifier.load(NAME, client);
        TextModel<?, ?> any = TextModel.load(NAME, client)) {
      assertThat(classifier.predict("a happy day")).isEqualTo(here.predict("a happy day"));
      assertThat(any).isInstanceOf(Classifier.class);
    }
    assertThat(downloaded).contains("config.json", "model.safetensors", "tokenizer.json");
    Path lockFile = folder.resolve("afina.lock");
    TextModel.lock(NAME, lockFile, client);
    Classifier.load(NAME, lockFile, client).close();
    try (TextModel<?, ?> any = TextModel.load(NAME, lockFile, client);
        TextModel<?, ?> unlocked = TextModel.load(Golden.path("electra/model"))) {
      assertThat(List.of(any, unlocked)).hasOnlyElementsOfType(Classifier.class);
    }
    assertThatThrownBy(() -> TextModel.load(Golden.path("electra/model").toString(), lockFile))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("by the lock file");
    // They get as far as the file that says what the model is.
    assertThatThrownBy(() -> MultiLabelClassifier.load(NAME, client))
        .hasMessageEndingWith("open it with Classifier.load");
    assertThatThrownBy(() -> Regressor.load(NAME, client))
        .hasMessageEndingWith("open it with Classifier.load");
    assertThatThrownBy(() -> MultiLabelClassifier.load(NAME, lockFile, client))
        .hasMessageEndingWith("open it with Classifier.load");
    assertThatThrownBy(() -> Regressor.load(NAME, lockFile, client))
        .hasMessageEndingWith("open it with Classifier.load");
    assertThatThrownBy(() -> Classifier.load("tester/none", client))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("there is no such repository, or it is private");
    assertThatThrownBy(() -> Classifier.load(NAME, (HubClient) null)).hasMessage("hub");
  }

  @Test
  void checkpoint_ofTheClient_isTrained_andSurvivesACopyOfTheBuilder() throws IOException {
    put(hub.model("tester/base"), Golden.path("bert/base"));
    ClassifierBuilder builder =
        Classifier.builder().checkpoint("tester/base", client).maxSteps(1).copy();
    try (Classifier trained = builder.fit(ClassifierTest.rows())) {
      assertThat(trained.labels().names()).containsExactly("anger", "joy", "sadness");
    }
    assertThat(downloaded).contains("model.safetensors");
  }

  @Test
  void search_looksAtAllSmallFiles_beforeItFetchesWeights() throws IOException {
    put(hub.model("tester/base"), Golden.path("bert/base"));
    put(hub.model("tester/short"), Golden.path("bert/base"));
    String config = Files.readString(Golden.path("bert/base/config.json"));
    hub.model("tester/short")
        .put(
            "config.json",
            config.replace("\"max_position_embeddings\": 64", "\"max_position_embeddings\": 32"));
    ClassifierBuilder training =
        Classifier.builder().validation(ClassifierTest.rows()).keepBest("loss").maxSteps(1);
    OptionSearch<ClassifierBuilder> search =
        OptionSearch.<ClassifierBuilder>grid()
            .values(
                "checkpoint",
                (b, name) -> b.checkpoint(name, client),
                "tester/base",
                "tester/short");
    assertThatThrownBy(() -> training.copy().maxTokens(64).search(ClassifierTest.rows(), search))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("maxTokens: expected at most 32");
    assertThat(downloaded).contains("config.json").doesNotContain("model.safetensors");

    List<String> asked = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            asked.add(hub.requests().toString());
          }
        };
    training
        .copy()
        .listener(listener)
        .search(
            ClassifierTest.rows(),
            OptionSearch.<ClassifierBuilder>grid()
                .values("checkpoint", (b, name) -> b.checkpoint(name, client), "tester/base", NAME))
        .model()
        .close();
    assertThat(asked)
        .as("no trial waits for a download")
        .hasSize(2)
        .allMatch(requests -> requests.matches(".*/tester/moods/resolve/[^ ]*model.safetensors.*"));
  }

  @Test
  void tokenizers_load_fetchesNoWeights() throws IOException {
    try (Tokenizer here = Tokenizer.load(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizers.load(NAME, client)) {
      assertThat(tokenizer.encode("a happy day", 60).ids())
          .isEqualTo(here.encode("a happy day", 60).ids());
    }
    assertThat(downloaded)
        .containsExactly("config.json", "tokenizer.json", "tokenizer_config.json");
    try (Classifier whole = Classifier.load(NAME, client)) { // what is missing comes now
      assertThat(whole.predict("a happy day").label()).isNotEmpty();
    }
  }

  @Test
  void tokenizers_load_ofAnAdapter_isItsBases_andOfAFolderItsOwn() throws IOException {
    hub.model("tester/adapter")
        .put(
            "adapter_config.json",
            "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"" + NAME + "\"}")
        .put("adapter_model.safetensors", "is not asked for");
    try (Tokenizer here = Tokenizers.load(Golden.path("bert/model").toString());
        Tokenizer tokenizer = Tokenizers.load("tester/adapter", client)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(here.vocabularySize());
    }
    assertThat(downloaded).contains("adapter_config.json").doesNotContain("model.safetensors");
  }

  /** A merged model that has kept the file of its adapter, which no load asks for. */
  @Test
  void adapterFileBesideAWholeModel_doesNotCount() throws IOException {
    put(hub.model("tester/merged"), Golden.path("bert/model"));
    hub.model("tester/merged").put("adapter_config.json", "{\"peft_type\": \"IA3\"}");
    try (Tokenizer here = Tokenizer.load(Golden.path("bert/model"));
        Tokenizer tokenizer = Tokenizers.load("tester/merged", client)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(here.vocabularySize());
    }
    assertThat(downloaded).doesNotContain("adapter_config.json", "model.safetensors");
    Classifier.builder()
        .checkpoint("tester/merged", client)
        .validation(ClassifierTest.rows())
        .keepBest("loss")
        .maxSteps(1)
        .restarts(ClassifierTest.rows(), 2)
        .model()
        .close();
  }

  @Test
  void tokenizers_load_badReferences_areNamed() throws IOException {
    assertThatThrownBy(() -> Tokenizers.load("tester/none", client))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("checkpoint \"tester/none\": no such folder, and the Hub: ");
    assertThatThrownBy(() -> Tokenizers.load(" ", client))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("checkpoint reference is blank");
    hub.model("tester/empty").put("README.md", "# Nothing");
    assertThatThrownBy(() -> Tokenizers.load("tester/empty", client))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Hub model \"tester/empty@main\": no tokenizer; expected one of tokenizer.json,"
                + " sentencepiece.bpe.model, spiece.model, spm.model, vocab.txt, vocab.json with"
                + " merges.txt");
    hub.model("tester/broken").put("tokenizer.json", "{");
    assertThatThrownBy(() -> Tokenizers.load("tester/broken", client))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("models--tester--broken", "tokenizer.json");
  }
}
