package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.card.ModelCard;
import dev.afina.hub.HubClient;
import dev.afina.hub.HubCommit;
import dev.afina.hub.HubException;
import dev.afina.hub.HubPush.Visibility;
import dev.afina.hub.ModelReference;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushToHubTest {
  private static final String NAME = "tester/emotions";
  @TempDir Path cache;

  private PushOptions options(LocalHub hub, String token) {
    return PushOptions.standard()
        .client(
            HubClient.builder()
                .endpoint(hub.endpoint().toString())
                .token(token)
                .cache(cache)
                .build());
  }

  @Test
  @SuppressWarnings("NullAway") // nulls are what is tested
  void options_refuseNull() {
    PushOptions options = PushOptions.standard();
    assertThatNullPointerException().isThrownBy(() -> options.client(null)).withMessage("client");
    assertThatNullPointerException().isThrownBy(() -> options.card(null)).withMessage("card");
    assertThatNullPointerException()
        .isThrownBy(() -> options.visibility(null))
        .withMessage("visibility");
    assertThatNullPointerException().isThrownBy(() -> options.message(null)).withMessage("title");
    assertThatNullPointerException().isThrownBy(() -> options.revision(null)).withMessage("branch");
  }

  private static String card(LocalRepository repository, String revision) {
    return new String(repository.file(revision, "README.md"), StandardCharsets.UTF_8);
  }

  @Test
  void push_thenLoad_sameBits_andEditsOfTheCardStay() throws IOException {
    try (LocalHub hub = LocalHub.start();
        Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      PushOptions options = options(hub, hub.token());
      HubCommit commit = classifier.pushToHub(NAME, options);
      LocalRepository repository = hub.model(NAME);
      assertThat(commit.id()).isEqualTo(repository.commitId("main"));
      assertThat(repository.files("main"))
          .contains("README.md", "config.json", "model.safetensors", "tokenizer.json");
      assertThat(card(repository, "main")).contains("Classifier.load(\"tester/emotions\")");

      HubClient client =
          HubClient.builder().endpoint(hub.endpoint().toString()).cache(cache).build();
      Path folder = client.snapshot(ModelReference.parse(NAME), List.of(), List.of());
      try (Classifier loaded = Classifier.load(folder)) {
        assertThat(loaded.predict("a happy day").logits())
            .isEqualTo(classifier.predict("a happy day").logits());
      }

      assertThat(classifier.pushToHub(NAME, options).changed()).isFalse();

      String edited =
          card(repository, "main").replace("tags:\n", "tags:\n- mine\n") + "\nBy Ann.\n";
      repository.put("README.md", edited);
      ModelCard licensed = classifier.card(NAME).license("mit").build();
      assertThat(classifier.pushToHub(NAME, options.card(licensed)).changed()).isTrue();
      assertThat(card(repository, "main")).contains("- mine\n", "\nBy Ann.\n", "license: mit\n");
    }
  }

  @Test
  void push_privateToABranch_asAPullRequest_withAMessage() throws IOException {
    try (LocalHub hub = LocalHub.start();
        Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      PushOptions options =
          options(hub, hub.token()).visibility(Visibility.PRIVATE).message("First try");
      classifier.pushToHub(NAME, options.revision("tries"));
      LocalRepository repository = hub.model(NAME);
      assertThat(repository.history("tries").size())
          .isGreaterThan(repository.history("main").size());
      assertThat(repository.files("main")).doesNotContain("model.safetensors");
      HubCommit commit = classifier.pushToHub(NAME, options.pullRequest());
      assertThat(commit.pullRequestRevision()).contains("refs/pr/1");
      assertThat(repository.files("refs/pr/1")).contains("model.safetensors");
      assertThat(repository.files("main")).doesNotContain("model.safetensors");
      HubClient anonymous =
          HubClient.builder().endpoint(hub.endpoint().toString()).cache(cache.resolve("2")).build();
      assertThatThrownBy(() -> anonymous.commit(ModelReference.parse(NAME)))
          .isInstanceOf(HubException.class);
    }
  }

  @Test
  void push_ofAModelWithoutOwnSettings_removesThoseOfTheOneBefore() throws IOException {
    try (LocalHub hub = LocalHub.start();
        Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      LocalRepository repository = hub.model(NAME);
      repository.put("afina_config.json", "{\"format\": 1, \"labels\": [\"of another model\"]}");
      classifier.pushToHub(NAME, options(hub, hub.token()));
      assertThat(repository.files("main"))
          .contains("model.safetensors")
          .doesNotContain("afina_config.json");
    }
  }

  @Test
  void push_refused_leavesNothing() throws IOException {
    try (LocalHub hub = LocalHub.start();
        Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      assertThatThrownBy(() -> classifier.pushToHub(NAME, options(hub, hub.readToken())))
          .isInstanceOf(HubException.class)
          .hasMessageNotContaining(hub.readToken());
      assertThat(hub.exists(LocalRepository.Kind.MODEL, NAME)).isFalse();
      assertThatThrownBy(() -> classifier.pushToHub("emotions", options(hub, hub.token())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected owner/name");
      ModelCard other = classifier.card("tester/other").build();
      assertThatThrownBy(() -> classifier.pushToHub(NAME, options(hub, hub.token()).card(other)))
          .hasMessage("card: is that of \"tester/other\", expected \"tester/emotions\"");
    }
  }

  @Test
  void push_ontoAHostileCard_isRefused_andTheRepositoryStays() throws IOException {
    try (LocalHub hub = LocalHub.start();
        Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      LocalRepository repository = hub.model(NAME);
      for (String yaml : List.of("a: &a\n  b: *a", "a: " + "[".repeat(20_000))) {
        String hostile = "---\n" + yaml + "\n---\nBy Ann.\n";
        repository.put("README.md", hostile);
        String commit = repository.commitId("main");
        assertThatThrownBy(() -> classifier.pushToHub(NAME, options(hub, hub.token())))
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith("README.md of tester/emotions: its metadata is refused: ")
            .hasMessageEndingWith("; correct it, or remove the file");
        assertThat(repository.commitId("main")).isEqualTo(commit);
        assertThat(card(repository, "main")).isEqualTo(hostile);
      }
    }
  }

  @Test
  void push_ofAClosedClassifier_leavesNoRepository() throws IOException {
    try (LocalHub hub = LocalHub.start()) {
      Classifier classifier = Classifier.load(Golden.path("bert/model"));
      classifier.close();
      assertThatThrownBy(() -> classifier.pushToHub(NAME, options(hub, hub.token())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this Classifier is closed");
      assertThat(hub.exists(LocalRepository.Kind.MODEL, NAME)).isFalse();
      assertThatThrownBy(() -> classifier.pushToHub(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("name");
    }
  }
}
