package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegressorTest {
  @TempDir Path folder;

  /**
   * The rows of {@link ClassifierTest}, with numbers written as labels: a plain CSV has them so.
   */
  static Dataset rows() {
    return ClassifierTest.rows()
        .map(
            row ->
                row.withLabel(
                    switch (String.valueOf(row.label())) {
                      case "anger" -> "-1.5";
                      case "joy" -> "2";
                      default -> "0.25";
                    }));
  }

  static RegressorBuilder quick() {
    return Regressor.builder()
        .checkpoint(Golden.path("bert/base"))
        .epochs(12)
        .learningRate(3e-3)
        .dropout(0);
  }

  @Test
  void fit_learnsNumbers_andSavedModelGivesTheSameBits() throws IOException {
    Path saved = folder.resolve("model");
    Estimate before;
    try (Regressor regressor =
        quick().targets(Labels.of("mood")).validation(rows()).keepBest("pearson").fit(rows())) {
      RegressionEvaluation evaluation = regressor.evaluate(rows());
      assertThat(evaluation.pearson()).isGreaterThan(0.98);
      assertThat(evaluation.loss()).isLessThan(0.1);
      before = regressor.predict("today, what a happy day");
      assertThat(before.value("mood")).isEqualTo(before.value()).isCloseTo(2, within(0.7));
      regressor.save(saved);
    }
    JsonObject config =
        JsonParser.parseString(Files.readString(saved.resolve("config.json"))).getAsJsonObject();
    assertThat(config.get("problem_type").getAsString()).isEqualTo("regression");
    assertThat(config.getAsJsonObject("id2label").get("0").getAsString()).isEqualTo("mood");
    try (Regressor again = Regressor.load(saved)) {
      assertThat(again.predict("today, what a happy day")).isEqualTo(before);
      assertThat(again.targets()).isEqualTo(Labels.of("mood"));
    }
    try (TextModel<?, ?> any = TextModel.load(saved.toString())) {
      assertThat(any.problemType()).isEqualTo(ProblemType.REGRESSION);
      assertThat(any.card("owner/mood").build().toString())
          .contains("Gives a text 1 number: mood.", "Regressor.load(\"owner/mood\")");
    }
    assertThatThrownBy(() -> Classifier.load(saved))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith(": problem_type is regression: open it with Regressor.load");
  }

  @Test
  void rowsWithoutNumbers_areRefused() {
    assertThatThrownBy(() -> quick().fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("training data: row 0 has")
        .hasMessageContaining("anger");
    assertThatThrownBy(
            () ->
                quick()
                    .fit(
                        Dataset.of(
                            Example.of("a").withValues(1, 2), Example.of("b").withValues(3))))
        .hasMessage(
            "training data, row 1 (counted from 0): has 1 values, expected 2, one for each of"
                + " Labels[LABEL_0, LABEL_1]");
    assertThatThrownBy(
            () -> quick().targets("x", "y").fit(Dataset.of(Example.of("a").withValues(1))))
        .hasMessage(
            "training data, row 0 (counted from 0): has 1 values, expected 2, one for each of"
                + " Labels[x, y]");
    assertThatThrownBy(() -> quick().fit(rows().map(row -> row.withValues(3))))
        .hasMessage(
            "training data: all 30 rows have the same values [3.0]; check which column has them");
    assertThatThrownBy(() -> quick().fit(Dataset.of()))
        .hasMessage("training data: expected 1 example or more, got none");
  }

  @Test
  void estimate_isWorkedByHand() {
    Estimate one = Estimate.of(Labels.of("score"), 3.25f);
    assertThat(one.value()).isEqualTo(3.25);
    assertThat(one).hasToString("3.250").isEqualTo(Estimate.of(Labels.of("score"), 3.25f));
    Estimate two = Estimate.of(Labels.of("x", "y"), 1, -2.5f);
    assertThat(two.values()).containsExactly(Map.entry("x", 1.0), Map.entry("y", -2.5));
    assertThat(two).hasToString("x 1.000, y -2.500");
    assertThatThrownBy(two::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "value(): there are 2 targets, ask for one of them: value(name), one of [x, y]");
    assertThatThrownBy(() -> Estimate.of(Labels.of("x"), Float.NaN))
        .hasMessage("logits: NaN is not a finite number");
  }

  @Test
  void evaluation_isWorkedByHand() {
    Labels targets = Labels.of("x", "y");
    RegressionEvaluation evaluation =
        RegressionEvaluation.of(
            targets,
            List.of(new double[] {0, 1}, new double[] {1, 3}),
            List.of(Estimate.of(targets, 1, 1), Estimate.of(targets, 3, 2)));
    // x: errors 1 and 2, y: 0 and −1
    assertThat(evaluation.loss()).isCloseTo(((1 + 4) / 2.0 + (0 + 1) / 2.0) / 2, within(1e-15));
    assertThat(evaluation.meanAbsoluteError()).isCloseTo((1.5 + 0.5) / 2, within(1e-15));
    assertThat(evaluation.pearson()).isCloseTo(1, within(1e-15));
    assertThat(evaluation.metrics()).containsKeys("loss", "r2", "spearman");
    assertThat(evaluation.report())
        .isEqualTo(
            """
                             mean_squared_error  mean_absolute_error          r2     pearson    spearman
                          x              2.5000               1.5000     -9.0000      1.0000      1.0000
                          y              0.5000               0.5000      0.5000      1.0000      1.0000
            mean of targets              1.5000               1.0000     -4.2500      1.0000      1.0000""");
    assertThat(evaluation)
        .hasToString(
            "2 examples: mean squared error 1.5000, mean absolute error 1.0000, Pearson 1.0000");
  }
}
