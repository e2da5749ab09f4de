package dev.afina.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.ModelHandle;
import dev.afina.Prediction;
import dev.afina.testing.TinyModels;
import java.io.IOException;
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
