package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

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

  @Test
  void of_isWhatAModelWithTheseOutputsPredicts() {
    float[] logits = {0, (float) Math.log(3)};
    Prediction prediction = Prediction.of(Labels.of("ham", "spam"), logits);
    logits[1] = -9;

    assertThat(prediction.label()).isEqualTo("spam");
    assertThat(prediction.score("ham")).isCloseTo(0.25, within(1e-7));
    assertThat(prediction)
        .isEqualTo(Prediction.of(Labels.of("ham", "spam"), 0, (float) Math.log(3)))
        .hasSameHashCodeAs(Prediction.of(Labels.of("ham", "spam"), 0, (float) Math.log(3)))
        .isNotEqualTo(Prediction.of(Labels.of("ham", "spam"), logits))
        .isNotEqualTo(Prediction.of(Labels.of("ham", "eggs"), 0, (float) Math.log(3)));
  }

  @Test
  void of_outputsThatNoModelHas_areRefused() {
    Labels labels = Labels.of("ham", "spam");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prediction.of(labels, 1))
        .withMessage("logits: 1 given, expected 2, one a label");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prediction.of(labels, 1, Float.NaN))
        .withMessage("logits: NaN is not a finite number");
  }

  @Test
  void evaluation_ofPredictions_hasTheFiguresWorkedByHand() {
    Labels labels = Labels.of("ham", "spam");
    Prediction ham = Prediction.of(labels, (float) Math.log(3), 0); // 3/4
    Evaluation evaluation = Evaluation.of(labels, List.of(0, 1), List.of(ham, ham));

    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.macroF1()).isCloseTo(1 / 3.0, within(1e-12)); // 2/3 and 0
    assertThat(evaluation.loss()).isCloseTo(-(Math.log(0.75) + Math.log(0.25)) / 2, within(1e-7));
  }

  @Test
  void evaluation_ofWhatDoesNotFit_isRefused() {
    Labels labels = Labels.of("ham", "spam");
    List<Prediction> one = List.of(Prediction.of(labels, 1, 0));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluation.of(labels, List.of(0, 1), one))
        .withMessage("evaluation: 2 labels and 1 predictions, expected as many of both, 1 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluation.of(labels, List.of(), List.of()))
        .withMessage("evaluation: 0 labels and 0 predictions, expected as many of both, 1 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluation.of(labels, List.of(2), one))
        .withMessage("truth 0 (counted from 0): position 2, expected 0 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluation.of(Labels.of("a", "b", "c"), List.of(2), one))
        .withMessage("prediction 0 (counted from 0): has 2 logits, expected 3, one a label");
  }
}
