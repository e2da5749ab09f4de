package dev.afina.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
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
      List<String> told = new ArrayList<>();
      new ModelsHealth(Map.of("open", open, "closed", closed))
          .ask(
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
      assertThat(told)
          .containsExactly(
              "down",
              "closed {type=Classifier, maxTokens=64, error=this Classifier is closed}",
              "open {type=Classifier, maxTokens=64}");
    }
  }
}
