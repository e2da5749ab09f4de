package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Folds;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.training.TrainingControl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossValidationTest {
  private static final Dataset ROWS = ClassifierTest.rows();

  @TempDir Path folder;

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
  void labels_areThoseOfFit_alsoWhereTheyAreTheCheckpoints() throws IOException {
    Path tuned = folder.resolve("tuned");
    ClassifierBuilder first = ClassifierTest.quick().maxSteps(1).labels("joy", "anger", "sadness");
    try (Classifier classifier = first.fit(ROWS)) {
      classifier.save(tuned);
    }
    Dataset two = ROWS.filter(row -> !row.label().equals("joy"));
    List<Example> other = new ArrayList<>(two.examples());
    IntStream.range(0, 3).forEach(i -> other.add(Example.of("so afraid " + i, "fear")));
    ClassifierBuilder again = Classifier.builder().checkpoint(tuned).maxSteps(1);
    requireLabelsOfFit(again, ROWS, "joy", "anger", "sadness");
    requireLabelsOfFit(again, two, "joy", "anger", "sadness");
    requireLabelsOfFit(again.copy().extendHead(), two, "joy", "anger", "sadness");
    requireLabelsOfFit(
        again.copy().extendHead(), Dataset.of(other), "joy", "anger", "sadness", "fear");
    requireLabelsOfFit(again.copy().replaceHead(), two, "anger", "sadness");
  }

  private static void requireLabelsOfFit(ClassifierBuilder builder, Dataset data, String... names)
      throws IOException {
    try (Classifier classifier = builder.fit(data)) {
      assertThat(classifier.labels().names()).containsExactly(names);
    }
    CrossValidation<Evaluation> result = builder.crossValidate(data, 2);
    for (Evaluation fold : result.folds()) {
      assertThat(fold.confusionMatrix().labels()).containsExactly(names);
    }
    assertThat(result.outOfFold().confusionMatrix().labels()).containsExactly(names);
  }

  @Test
  void namesOfNumbers_areTheCheckpoints() throws IOException {
    List<Example> rows = new ArrayList<>();
    IntStream.range(0, 6).forEach(i -> rows.add(Example.of("text " + i, Integer.toString(i))));
    Path tuned = folder.resolve("numbers");
    RegressorBuilder first =
        Regressor.builder().checkpoint(Golden.path("bert/base")).maxSteps(1).targets("stars");
    try (Regressor regressor = first.fit(Dataset.of(rows))) {
      regressor.save(tuned);
    }
    CrossValidation<RegressionEvaluation> result =
        Regressor.builder().checkpoint(tuned).maxSteps(1).crossValidate(Dataset.of(rows), 2);
    assertThat(result.outOfFold().predictions().get(0).outputNames().names())
        .containsExactly("stars");
  }

  @Test
  void metricsThatTheBuilderAdds_areThoseOfTheFolds() throws IOException {
    CrossValidation<Evaluation> result =
        ClassifierTest.quick()
            .maxSteps(3)
            .positiveLabel("joy")
            .metric("rows", e -> e.predictions().size())
            .metric("never defined", e -> Double.NaN)
            .crossValidate(ROWS, 3);
    double sum = 0;
    for (Evaluation fold : result.folds()) {
      sum += fold.confusionMatrix().f1(1);
    }
    assertThat(result.mean("f1")).isCloseTo(sum / 3, within(1e-12));
    assertThat(result.mean("rows")).isEqualTo(10);
    assertThat(result.deviation("rows")).isZero();
    assertThat(result.metricNames())
        .contains("loss", "macro_f1", "precision", "recall", "f1", "rows")
        .doesNotContain("never defined");
    assertThat(result.toString()).contains("\nrows ", "\nf1 ");
    // With what each text counts in training it is another number during one.
    assertThat(result.mean("loss"))
        .isCloseTo(
            result.folds().stream().mapToDouble(Evaluation::loss).average().orElseThrow(),
            within(1e-12));
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
