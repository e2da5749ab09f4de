package dev.afina.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.DeadlineExceededException;
import dev.afina.ModelHandle;
import dev.afina.ModelListener;
import dev.afina.Prediction;
import dev.afina.ServingOptions;
import dev.afina.testing.TinyModels;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelsHealthTest {

  /** Somebody closed one of two. */
  @Test
  void modelThatDoesNotAnswer_isDownAndSaysWhy() throws IOException {
    try (Classifier open = TinyModels.classifier();
        Classifier closed = TinyModels.classifier()) {
      closed.close();
      assertThat(told(new ModelsHealth(Map.of("open", open, "closed", closed), Map.of())))
          .containsExactly(
              "down",
              "closed {type=Classifier, maxTokens=64, error=this Classifier is closed}",
              "open {type=Classifier, maxTokens=64}");
    }
  }

  /** Else the meters of a quiet service would be those of an empty text. */
  @Test
  void checks_areToldToNoListener() throws IOException {
    List<Object> answers = new ArrayList<>();
    ModelListener listener =
        new ModelListener() {
          @Override
          public void answered(Answer answer) {
            answers.add(answer);
          }

          @Override
          public void deadlineMissed(DeadlineExceededException miss) {
            answers.add(miss);
          }
        };
    ServingOptions options = ServingOptions.standard().listener(listener);
    try (Classifier model = TinyModels.classifier();
        Classifier served = model.withServing(options);
        Classifier hurried = model.withServing(options.deadline(Duration.ofNanos(1)));
        ModelHandle<Prediction, Classifier> handle =
            ModelHandle.builder(TinyModels.classifier()).serving(options).build()) {
      assertThat(
              told(
                  new ModelsHealth(
                      Map.of("served", served, "hurried", hurried), Map.of("handle", handle))))
          .as("the model's own deadline holds")
          .anyMatch(line -> line.startsWith("hurried {type=Classifier, maxTokens=64, busy="))
          .contains("served {type=Classifier, maxTokens=64}")
          .contains("handle {swaps=0, type=Classifier, maxTokens=64}")
          .doesNotContain("down");
      assertThat(answers).isEmpty();
      assertThat(served.predict("I lost my card").label()).isEqualTo("lost_or_stolen_card");
      assertThat(answers).hasSize(1);
    }
  }

  @Test
  void handle_isAskedForTheModelThatServes() throws IOException {
    ModelHandle<Prediction, Classifier> handle = ModelHandle.of(TinyModels.classifier());
    handle.swap(TinyModels::classifier);
    ModelsHealth health = new ModelsHealth(Map.of(), Map.of("tickets", handle));
    assertThat(told(health)).containsExactly("tickets {swaps=1, type=Classifier, maxTokens=64}");
    handle.close();
    assertThat(told(health))
        .containsExactly("down", "tickets {swaps=1, error=this ModelHandle is closed}");
  }

  private static List<String> told(ModelsHealth health) {
    List<String> told = new ArrayList<>();
    health.ask(
        new ModelsHealth.Answer() {
          @Override
          public void detail(String model, Map<String, Object> details) {
            told.add(model + " " + details);
          }

          @Override
          public void down() {
            told.add("down");
          }
        });
    return told;
  }
}
