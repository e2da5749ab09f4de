package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.internal.model.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a classifier tells its card. */
class ClassifierCardTest {

  @Test
  void card_knowsTheTraining() throws IOException {
    try (Classifier classifier =
        ClassifierTest.quick()
            .epochs(1)
            .validation(ClassifierTest.rows().head(6))
            .fit(ClassifierTest.rows())) {
      assertThat(classifier.card("tester/emotions").build().toString())
          .contains("Says which of 3 labels a text has: anger, joy, sadness.")
          .contains("30 texts to train on, 6 to validate on.")
          .contains("| sadness | 10 | 33.3 % |")
          .contains("| Pretrained model | the folder base |")
          .contains("| Epochs | 1.0 |", "| Learning rate | 0.002, schedule linear |")
          .contains("| Precision | float32 |", "| Loss | cross\\_entropy(gamma=0,")
          .contains("| Frozen | nothing |", "| LoRA | none |", "| Head | the checkpoint's |")
          .contains("- Deep Java Library 0.", ", PyTorch 2.");
    }
  }

  @Test
  void card_knowsHowLongTextsAreReadAndDecided() throws IOException {
    try (Classifier loaded = Classifier.load(Golden.path("bert/model"));
        Classifier cut = loaded.withMaxTokens(40);
        Classifier windows = cut.withLongTexts(LongTexts.windows(16).maximum().atMost(4));
        Classifier ends = cut.withLongTexts(LongTexts.headAndTail(5));
        Classifier deciding =
            windows.deciding(DecisionRules.none().temperature(1.7).threshold("joy", 0.9))) {
      assertThat(cut.card("x").build().toString())
          .contains("- Texts longer than 40 tokens are cut;");
      assertThat(ends.card("x").build().toString()).contains("- Texts longer than 40 tokens lose");
      assertThat(deciding.card("x").build().toString())
          .contains(
              "- Texts longer than 40 tokens are read in up to 4 windows of 40 tokens, of which")
          .contains("neighbours share 16; the maximum of their logits counts.")
          .contains("- Temperature: 1.7000", "It is \"not sure\" of a text")
          .doesNotContain("They are not calibrated", "exactly one of its labels");
    }
  }

  @Test
  void card_ofALoadedClassifier_hasNoTraining() throws IOException {
    try (Classifier loaded = Classifier.load(Golden.path("bert/model"))) {
      assertThat(loaded.card("plain").build().toString())
          .contains("- Texts longer than " + loaded.maxTokens() + " tokens are cut")
          .doesNotContain("## Training");
      assertThatThrownBy(() -> loaded.card("a/b/c"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("model \"a/b/c\": expected name or owner/name; ");
    }
  }
}
