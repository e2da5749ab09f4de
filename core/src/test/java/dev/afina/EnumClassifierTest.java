package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class EnumClassifierTest {
  /** In another order than the labels. */
  private enum Feeling {
    SADNESS,
    ANGER,
    JOY;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private enum Fewer {
    anger,
    joy,
    fear
  }

  private static Classifier classifier() throws IOException {
    return Classifier.load(Golden.path("bert/model"));
  }

  @Test
  void constants_areTheLabels() throws IOException {
    int before = LiveArrays.count();
    Classifier classifier = classifier();
    try (EnumClassifier<Feeling> feelings = classifier.as(Feeling.class, Feeling::label)) {
      for (String text : new String[] {"what a happy day", "I hate the noise", "no"}) {
        Prediction prediction = classifier.predict(text);
        assertThat(feelings.label(text).label()).isEqualTo(prediction.label());
        assertThat(feelings.decision(text)).contains(feelings.label(text));
        Prediction ofPair = classifier.predict(text, "no way");
        assertThat(feelings.label(text, "no way").label()).isEqualTo(ofPair.label());
        assertThat(feelings.decision(text, "no way")).contains(feelings.label(ofPair));
        assertThat(feelings.scores(prediction).keySet())
            .containsExactly(Feeling.SADNESS, Feeling.ANGER, Feeling.JOY);
        assertThat(feelings.scores(prediction).get(Feeling.JOY)).isEqualTo(prediction.score("joy"));
      }
      Prediction unsure =
          Prediction.of(classifier.labels(), DecisionRules.none().confidence(0.9), 1, 2, 1);
      assertThat(feelings.decision(unsure)).isEmpty();
      assertThat(feelings.label(unsure)).isEqualTo(Feeling.JOY);
      assertThat(feelings.classifier()).isSameAs(classifier);
    }
    assertThatThrownBy(() -> classifier.predict("x")).hasMessage("this Classifier is closed");
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void enumThatDoesNotFit_isRefused_withAllNames() throws IOException {
    try (Classifier classifier = classifier()) {
      assertThatThrownBy(() -> classifier.as(Fewer.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "enum Fewer does not fit the classifier: it lacks the labels [sadness], and the"
                  + " classifier lacks [fear]; name the constants as the labels, or say by"
                  + " as(Fewer.class, names) which label each stands for");
      assertThatThrownBy(() -> classifier.as(Feeling.class))
          .hasMessageContaining("it lacks the labels [anger, joy, sadness], and the classifier");
      assertThatThrownBy(() -> classifier.as(Fewer.class, each -> "joy"))
          .hasMessage(
              "enum Fewer: anger and joy both stand for the label \"joy\", expected one constant a"
                  + " label");
    }
  }
}
