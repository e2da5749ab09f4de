package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.data.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionTest {

  @Test
  void twoOutputsOfOneName_haveTheScoreOfTheBetterOne() {
    Labels labels = Labels.ofCheckpoint(List.of("spam", "ham", "spam"));

    Prediction prediction = new Prediction(labels, new float[] {1, 0, 2});

    assertThat(prediction.label()).isEqualTo("spam");
    assertThat(prediction.index()).isEqualTo(2);
    assertThat(prediction.scores()).containsOnlyKeys("spam", "ham");
    assertThat(prediction.scores().get("spam")).isEqualTo(prediction.score());
  }
}
