package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Folds;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.training.TrainingControl;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CrossValidationTest {
  private static final Dataset ROWS = ClassifierTest.rows();

  @Test
  void eachRow_isPredictedByTheClassifierOfTheOtherFolds() throws IOException {
    ClassifierTest.quick().maxSteps(1).fit(ROWS).close(); // what is made once a process
    int before = LiveArrays.count();
    CrossValidation<Evaluation> result = ClassifierTest.quick().epochs(3).crossValidate(ROWS, 3);
    assertThat(LiveArrays.count()).isEqualTo(before);
    assertThat(result.folds()).hasSize(3);
    assertThat(result.outOfFold().predictions()).hasSize(30);
    Folds folds = Folds.stratified(ROWS, 3, 42);
    try (Classifier second =
        ClassifierTest.quick()
            .epochs(3)
            .labels("anger", "joy", "sadness")
            .fit(folds.split(1).train())) {
      for (int row : folds.testRows(1)) {
        assertThat(result.outOfFold().predictions().get(row).logits())
            .containsExactly(second.predict(ROWS.get(row).text()).logits(), within(1e-5f));
      }
    }
    double sum = 0;
    for (Evaluation fold : result.folds()) {
      sum += fold.accuracy() * fold.predictions().size();
    }
    assertThat(result.outOfFold().accuracy()).isCloseTo(sum / 30, within(1e-12));
  }

  @Test
  void meanAndDeviation_areThoseOfTheFolds() throws IOException {
    CrossValidation<Evaluation> result = ClassifierTest.quick().maxSteps(2).crossValidate(ROWS, 2);
    double a = result.folds().get(0).loss();
    double b = result.folds().get(1).loss();
    assertThat(result.mean("loss")).isCloseTo((a + b) / 2, within(1e-12));
    assertThat(result.deviation("loss")).isCloseTo(Math.abs(a - b) / Math.sqrt(2), within(1e-12));
    assertThat(result.toString()).startsWith("loss ").contains("\naccuracy ");
    assertThatThrownBy(() -> result.mean("f7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("metric \"f7\": expected one of [loss, accuracy");
  }

  @Test
  void stopped_itEnds_andSaysWhere() {
    TrainingControl control = new TrainingControl();
    control.stop();
    assertThatThrownBy(() -> ClassifierTest.quick().control(control).crossValidate(ROWS, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("crossValidate: stopped in fold 1 of 3, before all rows were predicted");
  }

  @Test
  void folders_areRefused() {
    assertThatThrownBy(() -> ClassifierTest.quick().output(Path.of("model")).crossValidate(ROWS, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "crossValidate: makes no model to keep in model; call it without output(...) and"
                + " checkpoints(...)");
  }
}
