package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.afina.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calibration, thresholds and "not sure" of the programs. */
class DecisionsTest {
  @TempDir Path folder;

  private Run train(Path validation, String... more) throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 6);
    String[] usual = {
      "train",
      "--train",
      rows.toString(),
      "--validation",
      validation.toString(),
      "--checkpoint",
      Samples.checkpoint(),
      "--output",
      folder.resolve("model").toString(),
      "--learning-rate",
      "5e-3",
      "--epochs",
      "8"
    };
    return Run.of(Stream.concat(Arrays.stream(usual), Arrays.stream(more)).toArray(String[]::new));
  }

  /** Rows of which the model gets one of eight wrong, because its label is. */
  private Path validation() throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    Samples.CARD.forEach(text -> lines.add(text + ",card"));
    Samples.MONEY.forEach(text -> lines.add('"' + text + "\",money"));
    lines.set(1, Samples.CARD.get(0) + ",money");
    return Files.write(folder.resolve("validation.csv"), lines);
  }

  @Test
  void rules_areChosenAndSaved_andFollowedByPredict() throws IOException {
    Run run = train(validation(), "--calibrate", "--abstain-under", "0.999999", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject decisions = run.json().getAsJsonObject("decisions");
    assertThat(decisions.get("coverage").getAsDouble()).isZero();
    assertThat(decisions.get("confidence").getAsDouble()).isEqualTo(0.999999);
    String model = folder.resolve("model").toString();
    try (Classifier classifier = Classifier.load(model)) {
      assertThat(classifier.rules().temperature())
          .isEqualTo(decisions.get("temperature").getAsDouble())
          .isNotEqualTo(1);
    }
    Run lines = Run.withInput("send money\n", "predict", "--model", model);
    assertThat(lines.out()).startsWith("not sure\t0.");
    Run json =
        Run.withInput(
            "send money\n", "predict", "--model", model, "--json", "--dropout-passes", "4");
    assertThat(json.code()).as(json.err()).isZero();
    JsonObject said = json.json().getAsJsonArray("predictions").get(0).getAsJsonObject();
    assertThat(said.get("label").getAsString()).isEqualTo("money");
    JsonObject decision = said.getAsJsonObject("decision");
    assertThat(decision.get("sure").getAsBoolean()).isFalse();
    assertThat(decision.get("labels").getAsJsonArray()).isEmpty();
    assertThat(decision.get("reason").getAsString())
        .startsWith("money 0.")
        .endsWith(" is under 1.000, the lowest confidence");
    JsonObject uncertainty = said.getAsJsonObject("uncertainty");
    double score = said.get("score").getAsDouble();
    assertThat(uncertainty.get("margin").getAsDouble()).isCloseTo(2 * score - 1, within(1e-12));
    JsonObject dropout = uncertainty.getAsJsonObject("dropout");
    assertThat(dropout.get("passes").getAsInt()).isEqualTo(4);
    assertThat(dropout.get("entropy").getAsDouble())
        .isCloseTo(
            dropout.get("expectedEntropy").getAsDouble()
                + dropout.get("mutualInformation").getAsDouble(),
            within(1e-9));
  }

  @Test
  void whatCannotBeReached_leavesTheModel_andSaysSo() throws IOException {
    Path right = Samples.csv(folder.resolve("right.csv"), 1);
    Run run = train(right, "--calibrate");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("calibration: all 8 rows of the validation data are predicted right")
        .contains("; the model is in " + folder.resolve("model") + " without rules for decisions");
    Classifier.load(folder.resolve("model")).close();
  }

  @Test
  void whereNoRulesCanBeChosen_allElseIsWritten() throws IOException {
    Path right = Samples.csv(folder.resolve("right.csv"), 1);
    Path adapter = folder.resolve("adapter");
    Path report = folder.resolve("report");
    Run run =
        train(
            right,
            "--calibrate",
            "--lora",
            "4",
            "--adapter",
            adapter.toString(),
            "--report",
            report.toString(),
            "--card",
            "owner/name",
            "--json");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("without rules for decisions");
    assertThat(run.json().get("evaluatedOn").getAsString()).isEqualTo("validation");
    assertThat(run.json().has("decisions")).isFalse();
    assertThat(report.resolve("report.html")).exists();
    assertThat(folder.resolve("model/README.md")).exists();
    Classifier.load(adapter).close();
  }

  @Test
  void rules_areInTheAdapterToo() throws IOException {
    Path adapter = folder.resolve("adapter");
    Run run =
        train(
            validation(), "--abstain-under", "0.9", "--lora", "4", "--adapter", adapter.toString());
    assertThat(run.code()).as(run.err()).isZero();
    try (Classifier classifier = Classifier.load(adapter)) {
      assertThat(classifier.rules().confidence()).hasValue(0.9);
    }
  }

  @Test
  void optionsThatCannotBe_areRefusedBeforeTraining() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 1);
    assertThat(usage(rows, "--calibrate", "--validation-share", "0"))
        .contains("--calibrate, --threshold-by and --abstain-... choose by validation rows");
    assertThat(usage(rows, "--calibrate", "--task", "regression"))
        .contains("are for labels, but the task is regression, by --task");
    assertThat(usage(rows, "--threshold-by", "mcc"))
        .contains("--threshold-by: metric \"mcc\" is not one for thresholds; expected one of f1,");
    assertThat(usage(rows, "--threshold-by", "precision=x"))
        .contains("--threshold-by: expected a metric, precision=0.95 or recall=0.9, got");
    assertThat(usage(rows, "--abstain-under", "0.5", "--abstain-at-error", "0.1"))
        .contains("both a confidence and an error are given");
    assertThat(usage(rows, "--abstain-at-error", "1")).contains("error: 1.0, expected 0 to less");
    Run predict = Run.of("predict", "--model", "none", "--dropout-passes", "3");
    assertThat(predict.code()).isEqualTo(2);
    assertThat(predict.err()).contains("--dropout-passes: expected 2 or more, and --json, got 3");
  }

  private static String usage(Path rows, String... more) {
    String[] usual = {"train", "--train", rows.toString(), "--checkpoint", "none"};
    Run run =
        Run.of(Stream.concat(Arrays.stream(usual), Arrays.stream(more)).toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    return run.err();
  }
}
