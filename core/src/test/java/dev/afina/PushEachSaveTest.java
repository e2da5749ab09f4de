package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.card.ModelCard;
import dev.afina.card.ModelFacts;
import dev.afina.data.Labels;
import dev.afina.hub.HubClient;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushEachSaveTest {
  private static final String NAME = "tester/moods";

  @TempDir Path work;
  private LocalHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = LocalHub.start();
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  private PushOptions options(String token) {
    return PushOptions.standard()
        .client(
            HubClient.builder()
                .endpoint(hub.endpoint().toString())
                .token(token)
                .cache(work.resolve("cache"))
                .build());
  }

  /** Four updates, saved every two. */
  private ClassifierBuilder training() {
    return ClassifierTest.quick().maxSteps(4).saveEvery(2).checkpoints(work.resolve("checkpoints"));
  }

  private byte[] checkpoint(int step) throws IOException {
    return Files.readAllBytes(
        work.resolve("checkpoints/checkpoint-" + step + "/model.safetensors"));
  }

  @Test
  void eachCheckpoint_isACommit_withWeightsAndCard() throws IOException {
    try (Classifier classifier =
        training().pushEachSave(NAME, options(hub.token())).fit(ClassifierTest.rows())) {
      assertThat(classifier.training().orElseThrow().uploadProblem()).isEmpty();
      assertThat(classifier.training().orElseThrow().asMap()).doesNotContainKey("uploadProblem");
    }
    LocalRepository repository = hub.model(NAME);
    assertThat(repository.history("main").toString())
        .contains("Training in progress, step 2", "Training in progress, step 4");
    assertThat(repository.file("main", "model.safetensors")).isEqualTo(checkpoint(4));
    assertThat(repository.files("main"))
        .contains("config.json", "tokenizer.json")
        .doesNotContain("optimizer.safetensors", "afina_state.json");
    assertThat(card()).contains("Classifier.load(\"tester/moods\")");
  }

  @Test
  void uploadThatFails_leavesTheCheckpointAndTheTraining_andIsTold() throws IOException {
    PushOptions options = options(hub.token()).revision("tries").message("A try");
    TrainingResult result;
    hub.faults().on("POST", "/commit/").status(403);
    try (Classifier classifier =
        training().pushEachSave(NAME, options).fit(ClassifierTest.rows())) {
      result = classifier.training().orElseThrow();
    }
    assertThat(result.steps()).isEqualTo(4);
    assertThat(result.uploadProblem().orElseThrow())
        .startsWith("1 of 2 uploads to tester/moods failed, that of step 2 last: ")
        .contains("403")
        .doesNotContain("\n");
    assertThat(result.asMap()).containsEntry("uploadProblem", result.uploadProblem().get());
    assertThat(checkpoint(2)).isNotEqualTo(checkpoint(4));
    assertThat(hub.model(NAME).file("tries", "model.safetensors")).isEqualTo(checkpoint(4));
    assertThat(hub.model(NAME).history("tries").toString()).contains("A try");
  }

  @Test
  void aListenerThatThrows_failsTheUploadOnly() throws IOException {
    PushOptions options =
        options(hub.token())
            .listener(
                progress -> {
                  throw new IllegalStateException("no more");
                });
    try (Classifier classifier =
        training().pushEachSave(NAME, options).fit(ClassifierTest.rows())) {
      assertThat(classifier.training().orElseThrow().uploadProblem().orElseThrow())
          .startsWith("2 of 2 uploads to tester/moods failed, that of step 4 last: ");
    }
    assertThat(checkpoint(4)).isNotEmpty();
  }

  @Test
  void ofAnAdapter_isTheAdapter() throws IOException {
    try (Classifier classifier =
        training()
            .lora(Lora.rank(2))
            .pushEachSave(NAME, options(hub.token()))
            .fit(ClassifierTest.rows())) {
      assertThat(hub.model(NAME).files("main"))
          .contains("adapter_model.safetensors", "adapter_config.json")
          .doesNotContain("model.safetensors");
      assertThat(card())
          .contains("library_name: peft", "AutoPeftModelForSequenceClassification")
          .contains("low-rank updates (LoRA) of the folder base,")
          .doesNotContain("pipeline(");
      classifier.pushToHub(NAME, options(hub.token()));
    }
    assertThat(hub.model(NAME).files("main"))
        .as("one model, not two")
        .contains("model.safetensors")
        .doesNotContain("adapter_model.safetensors", "adapter_config.json");
    assertThat(card())
        .as("of the whole model")
        .contains("library_name: transformers", "pipeline(", "| LoRA | rank 2, alpha 8,")
        .doesNotContain("AutoPeftModel", "(LoRA)");
  }

  private String card() {
    return new String(hub.model(NAME).file("main", "README.md"), StandardCharsets.UTF_8);
  }

  @Test
  void whatCannotWork_isRefusedBeforeTheTraining() {
    ClassifierBuilder training = training();
    assertThatThrownBy(
            () ->
                training
                    .copy()
                    .pushEachSave(NAME, options(hub.readToken()))
                    .listener(new FailAt(1))
                    .fit(ClassifierTest.rows()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("403");
    assertThatThrownBy(
            () ->
                ClassifierTest.quick()
                    .pushEachSave(NAME, options(hub.token()))
                    .fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pushEachSave(\"tester/moods\") needs checkpoints(folder)");
    assertThat(hub.exists(LocalRepository.Kind.MODEL, NAME)).isFalse();
    assertThatThrownBy(() -> training.pushEachSave("moods", options(hub.token())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected owner/name");
    assertThatThrownBy(() -> training.pushEachSave(NAME, options(hub.token()).pullRequest()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each save would open a pull request of its own");
    ModelCard other = ModelCard.of(ModelFacts.of(Labels.of("a", "b"), 64), "tester/other").build();
    assertThatThrownBy(() -> training.pushEachSave(NAME, options(hub.token()).card(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("card: is that of \"tester/other\", expected \"tester/moods\"");
  }
}
