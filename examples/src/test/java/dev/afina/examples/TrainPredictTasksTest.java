package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks beside that of single labels. */
class TrainPredictTasksTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void nameModel() {
    model = folder.resolve("model");
  }

  /** Enough for the tiny model to learn what a few words mean. */
  private Run train(Path file, String... more) {
    String[] usual = {
      "train",
      "--train",
      file.toString(),
      "--checkpoint",
      Samples.checkpoint(),
      "--output",
      model.toString(),
      "--learning-rate",
      "5e-3",
      "--epochs",
      List.of(more).contains("--folds") ? "2" : "10"
    };
    return Run.of(Stream.of(usual, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private Run predict(String input, String... more) {
    String[] usual = {"predict", "--model", model.toString()};
    return Run.withInput(input, Stream.of(usual, more).flatMap(Stream::of).toArray(String[]::new));
  }

  /** 60 rows with {@code fraud,money,card}, of which the first is never 1; some have none. */
  private Path flags(String header) throws IOException {
    List<String> lines = new ArrayList<>(header.isEmpty() ? List.of() : List.of(header));
    for (int i = 0; i < 6; i++) {
      Samples.CARD.forEach(text -> lines.add(text + ",0,0,1"));
      Samples.MONEY.forEach(text -> lines.add(text + ",0,1,0"));
      lines.addAll(List.of("hello,0,0,0", "bye,0,0,0"));
    }
    return Files.write(folder.resolve("flags.csv"), lines);
  }

  /** The same rows with the labels in one column, such as {@code card|money}. */
  private Path separated() throws IOException {
    List<String> lines = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 6; i++) {
      Samples.CARD.forEach(text -> lines.add(text + ",card"));
      Samples.MONEY.forEach(text -> lines.add(text + ",money"));
      lines.addAll(List.of("hello,", "send money card lost,card|money"));
    }
    return Files.write(folder.resolve("separated.csv"), lines);
  }

  @Test
  void multiLabel_ofColumns_isLearnedSavedAndPredicted() throws IOException {
    Run training =
        train(
            flags("text,fraud,money,card"),
            "--label-columns",
            "fraud,money,card",
            "--keep-best",
            "micro_f1",
            "--card",
            "acme/tickets",
            "--json");
    assertThat(training.code()).as(training.err()).isZero();
    assertThat(training.err())
        .contains("task: multi-label, by --label-columns\n")
        .contains("loss  subset_accuracy  micro_f1  macro_f1   seconds")
        .containsPattern("epoch 10/10: .*validation loss [0-9.]+, micro f1 [0-9.]+, ")
        .contains("samples avg")
        .contains("validation: 6 examples: micro F1 ");
    JsonObject json = training.json();
    assertThat(json.get("task").getAsString()).isEqualTo("multi-label");
    assertThat(json.get("labels").getAsInt()).isEqualTo(3); // though no row has the first
    assertThat(json.get("microF1").getAsDouble()).isBetween(0.9, 1.0);
    assertThat(json.get("subsetAccuracy").getAsDouble()).isBetween(0.5, 1.0);
    assertThat(json.keySet()).contains("macroF1", "loss").doesNotContain("accuracy");
    JsonArray history = json.getAsJsonArray("history");
    assertThat(history.get(0).getAsJsonObject().keySet()).contains("microF1", "subsetAccuracy");
    assertThat(Files.readString(model.resolve("config.json")))
        .contains("multi_label_classification");
    assertThat(Files.readString(model.resolve("README.md"))).contains("| Subset accuracy | ");

    String input = "my card is gone\nhello\nsend money\n";
    Run lines = predict(input);
    assertThat(lines.code()).as(lines.err()).isZero();
    assertThat(lines.out()).matches("card\t0\\.\\d{6}\n\nmoney\t0\\.\\d{6}\n");
    assertThat(predict(input, "--threshold", "1").out()).isEqualTo("\n\n\n");
    Run best = predict(input, "--top-k", "3");
    assertThat(best.lines()).allMatch(line -> line.split("\t", -1).length == 6);

    JsonArray asked =
        predict(input, "--json", "--threshold", "0").json().getAsJsonArray("predictions");
    JsonObject low = asked.get(0).getAsJsonObject();
    assertThat(low.getAsJsonArray("labels")).hasSize(3);
    assertThat(low.has("decision")).as("that of other thresholds").isFalse();
    JsonArray predictions = predict(input, "--json").json().getAsJsonArray("predictions");
    for (int i = 0; i < 3; i++) {
      JsonObject prediction = predictions.get(i).getAsJsonObject();
      assertThat(prediction.keySet())
          .containsExactly("labels", "decision", "scores", "logits", "uncertainty");
      JsonObject scores = prediction.getAsJsonObject("scores");
      assertThat(scores.keySet()).containsExactlyInAnyOrder("fraud", "money", "card");
      double logit = prediction.getAsJsonArray("logits").get(2).getAsDouble(); // column order
      assertThat(scores.get("card").getAsDouble())
          .isCloseTo(1 / (1 + Math.exp(-logit)), within(1e-6));
      String[] fields = best.lines().get(i).split("\t", -1);
      assertThat(Double.parseDouble(fields[1]))
          .isCloseTo(scores.get(fields[0]).getAsDouble(), within(1e-5));
    }
    assertThat(strings(predictions.get(0), "labels")).containsExactly("card");
    assertThat(strings(predictions.get(1), "labels")).isEmpty();
    JsonObject all =
        predict(input, "--json", "--threshold", "0", "--top-k", "1")
            .json()
            .getAsJsonArray("predictions")
            .get(0)
            .getAsJsonObject();
    assertThat(strings(all, "labels")).containsExactlyInAnyOrder("fraud", "money", "card");
    assertThat(all.getAsJsonObject("scores").keySet()).containsExactly("card");
    JsonObject dropout =
        predict(input, "--json", "--dropout-passes", "3")
            .json()
            .getAsJsonArray("predictions")
            .get(0)
            .getAsJsonObject()
            .getAsJsonObject("uncertainty")
            .getAsJsonObject("dropout");
    assertThat(dropout.get("passes").getAsInt()).isEqualTo(3);
    assertThat(dropout.getAsJsonObject("mean").keySet())
        .containsExactlyInAnyOrder("fraud", "money", "card");
    assertThat(dropout.getAsJsonObject("deviations").get("card").getAsDouble()).isPositive();
    assertThat(dropout.get("entropy").getAsDouble())
        .isCloseTo(
            dropout.get("expectedEntropy").getAsDouble()
                + dropout.get("mutualInformation").getAsDouble(),
            within(1e-9));
  }

  private static List<String> strings(JsonElement object, String member) {
    List<String> strings = new ArrayList<>();
    object.getAsJsonObject().getAsJsonArray(member).forEach(s -> strings.add(s.getAsString()));
    return strings;
  }

  @Test
  void multiLabel_ofOneColumn_isCrossValidated() throws IOException {
    Run run =
        train(
            separated(),
            "--label-separator",
            "|",
            "--positive-weights",
            "balanced",
            "--folds",
            "3",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("task: multi-label, by --label-separator\n")
        .contains("fold 3: 20 examples: micro F1 ", " ± ", "samples avg");
    assertThat(run.json().keySet())
        .containsExactly(
            "command",
            "task",
            "folds",
            "examples",
            "lossMean",
            "lossDeviation",
            "microF1Mean",
            "microF1Deviation",
            "macroF1Mean",
            "macroF1Deviation",
            "subsetAccuracyMean",
            "subsetAccuracyDeviation");
    assertThat(model).doesNotExist();
  }

  @Test
  void multiLabel_withoutHeader_columnsAreNumbersAndLabelsNameThem() throws IOException {
    Path test = Files.write(folder.resolve("test.csv"), List.of("card lost,0,0,1", "hello,0,0,0"));
    Run run =
        train(
            flags(""),
            "--no-header",
            "--text",
            "0",
            "--label-columns",
            "1,2,3",
            "--labels",
            "fraud,2,1", // names that are numbers of other columns
            "--test",
            test.toString(), // where no row has the label 0
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get("subsetAccuracy").getAsDouble()).isEqualTo(1);
    assertThat(predict("my card is gone\n").out()).startsWith("1\t0.");
  }

  @Test
  void multiLabel_ofJsonLists_isInferred_andOptionsOfOthersAreRefusedAfterReading()
      throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Samples.CARD.forEach(text -> lines.add("{'text': '" + text + "', 'label': ['card']}"));
      Samples.MONEY.forEach(text -> lines.add("{'text': '" + text + "', 'label': ['money']}"));
      lines.add("{'text': 'hello', 'label': []}");
    }
    // The only row of a label is trained on, so that the label is learned.
    lines.add("{'text': 'bye', 'label': ['parting', 'card']}");
    lines.replaceAll(line -> line.replace('\'', '"'));
    Path file = Files.write(folder.resolve("rows.jsonl"), lines);
    Run run = train(file, "--json", "--validation-share", "0.3");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("task: multi-label, by what the rows to train on have; --task");
    assertThat(run.json().get("labels").getAsInt()).isEqualTo(3);

    Run refused = train(file, "--class-weights", "balanced");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("--class-weights is for single-label, but the task is multi-label, by what the")
        .contains("weigh its labels by --positive-weights")
        .hasLineCount(1);
    Run other = train(file, "--keep-best", "accuracy");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("metric \"accuracy\": unknown, expected one of loss,");

    Path test =
        Files.write(
            folder.resolve("test.jsonl"),
            List.of("{\"text\": \"hello\", \"label\": [\"greeting\"]}"));
    Run unknown = train(file, "--test", test.toString());
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("labels [greeting] are in the rows to evaluate on");
  }

  @Test
  void regression_ofPairs_isLearnedSavedAndPredicted() throws IOException {
    List<String> rows = new ArrayList<>(List.of("a,b,score"));
    for (int i = 0; i < 12; i++) {
      rows.add("where,card lost,1.5");
      rows.add("where,send money,-0.5");
    }
    Path file = Files.write(folder.resolve("pairs.csv"), rows);
    Run run =
        train(
            file,
            "--text",
            "a",
            "--pair",
            "b",
            "--value-columns",
            "score",
            "--validation",
            file.toString(),
            "--keep-best",
            "loss",
            "--card",
            "acme/scores",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("task: regression, by --value-columns\n", "all pairs")
        .contains("loss  mean_absolute_error  ")
        .contains("validation: 24 examples: mean squared error ");
    JsonObject json = run.json();
    assertThat(json.get("task").getAsString()).isEqualTo("regression");
    assertThat(json.get("targets").getAsInt()).isEqualTo(1);
    assertThat(json.get("meanAbsoluteError").getAsDouble()).isBetween(0.0, 0.4);
    assertThat(json.get("pearson").getAsDouble()).isBetween(0.9, 1.0);
    assertThat(json.keySet()).contains("loss", "spearman", "r2").doesNotContain("labels");
    assertThat(Files.readString(model.resolve("README.md"))).contains("| Mean absolute error | ");

    String input = "where\tcard lost\nwhere\tsend money\n";
    Run lines = predict(input, "--pairs");
    assertThat(lines.code()).as(lines.err()).isZero();
    assertThat(lines.lines()).hasSize(2).allMatch(line -> line.matches("-?\\d\\.\\d{6}"));
    assertThat(Double.parseDouble(lines.lines().get(0))).isCloseTo(1.5, within(0.5));
    assertThat(Double.parseDouble(lines.lines().get(1))).isCloseTo(-0.5, within(0.5));
    JsonArray predictions =
        predict(input, "--pairs", "--json").json().getAsJsonArray("predictions");
    JsonObject first = predictions.get(0).getAsJsonObject();
    assertThat(first.keySet()).containsExactly("values");
    assertThat(first.getAsJsonObject("values").get("score").getAsDouble())
        .isCloseTo(Double.parseDouble(lines.lines().get(0)), within(1e-5));

    JsonObject dropout =
        predict(input, "--pairs", "--json", "--dropout-passes", "3")
            .json()
            .getAsJsonArray("predictions")
            .get(0)
            .getAsJsonObject()
            .getAsJsonObject("dropout");
    assertThat(dropout.get("passes").getAsInt()).isEqualTo(3);
    assertThat(dropout.getAsJsonObject("mean").get("score").getAsDouble())
        .isCloseTo(Double.parseDouble(lines.lines().get(0)), within(1.0))
        .isNotEqualTo(first.getAsJsonObject("values").get("score").getAsDouble());
    assertThat(dropout.getAsJsonObject("deviations").get("score").getAsDouble()).isPositive();

    Run topK = predict(input, "--top-k", "2");
    assertThat(topK.code()).isEqualTo(2);
    assertThat(topK.err())
        .contains("--top-k 2 is for models of labels, but " + model + " is a model of the task")
        .hasLineCount(1);
    assertThat(predict(input, "--threshold", "0.3").err())
        .contains("--threshold 0.3 is for models of several labels per text, but " + model);
  }

  @Test
  void regression_isInferredOfFractions_andAskedForOfWholeNumbers() throws IOException {
    List<String> rows = new ArrayList<>(List.of("text,label"));
    for (int i = 0; i < 6; i++) {
      Samples.CARD.forEach(text -> rows.add(text + ",2.5"));
      Samples.MONEY.forEach(text -> rows.add(text + ",1"));
    }
    Path file = Files.write(folder.resolve("ratings.csv"), rows);
    Run inferred = train(file, "--json", "--max-steps", "2", "--keep-best", "pearson");
    assertThat(inferred.code()).as(inferred.err()).isZero();
    assertThat(inferred.err()).contains("task: regression, by what the rows to train on have");
    assertThat(inferred.json().get("targets").getAsInt()).isEqualTo(1);

    rows.replaceAll(row -> row.replace("2.5", "5"));
    Files.write(file, rows);
    Run whole = train(file, "--json", "--max-steps", "2");
    assertThat(whole.json().get("task").getAsString()).isEqualTo("single-label");
    assertThat(whole.err()).doesNotContain("task:");
    assertThat(predict("card\n", "--threshold", "0.3").err())
        .contains("--threshold 0.3 is for models of several labels per text")
        .contains("is a model of the task single-label; leave the option out");
    Run asked =
        train(
            file,
            "--task",
            "regression",
            "--loss",
            "mean_absolute_error",
            "--labels",
            "stars",
            "--json");
    assertThat(asked.code()).as(asked.err()).isZero();
    assertThat(asked.err()).doesNotContain("task:");
    // The training makes the other loss small, which is then that of its history.
    JsonObject last = asked.json().getAsJsonArray("history").get(9).getAsJsonObject();
    assertThat(last.get("loss").getAsDouble())
        .isCloseTo(last.get("meanAbsoluteError").getAsDouble(), within(1e-5));
    assertThat(predict("card\n", "--json").out()).contains("\"values\":{\"stars\":");
  }

  @Test
  void regression_ofTwoColumnsWithoutHeader_isNamedAndCrossValidated() throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add("0.5,card lost,3");
      rows.add("-1,send money,2.25");
    }
    Path file = Files.write(folder.resolve("two.csv"), rows);
    String[] options = {
      "--no-header", "--text", "1", "--value-columns", "0,2", "--labels", "up,down", "--json"
    };
    Run run = train(file, options);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get("targets").getAsInt()).isEqualTo(2);
    assertThat(predict("card lost\n").out()).matches("-?\\d\\.\\d{6}\t-?\\d\\.\\d{6}\n");
    assertThat(predict("card lost\n", "--json").out()).contains("{\"up\":", ",\"down\":");

    Run folds =
        train(
            file,
            Stream.of(options, new String[] {"--folds", "2"})
                .flatMap(Stream::of)
                .toArray(String[]::new));
    assertThat(folds.code()).as(folds.err()).isZero();
    assertThat(folds.json().get("meanAbsoluteErrorMean").getAsDouble()).isPositive();
    assertThat(folds.json().get("lossDeviation").getAsDouble()).isNotNegative();
  }

  @Test
  void rowsToTest_withoutWhatIsPredicted_areRefusedBeforeTheTraining() throws IOException {
    Path train =
        Files.write(
            folder.resolve("train.jsonl"),
            List.of(
                "{\"text\": \"card\", \"xy\": [1, 2.5]}", "{\"text\": \"money\", \"xy\": [3, 4]}"));
    Path test =
        Files.write(folder.resolve("test.jsonl"), List.of("{\"text\": \"card\", \"xy\": [1]}"));
    Run fewer = train(train, "--value-columns", "xy", "--test", test.toString());
    assertThat(fewer.code()).isEqualTo(1);
    assertThat(fewer.err())
        .contains(test + ": row 0 has 1 values (counted from 0), expected 2 as in")
        .doesNotContain("epoch");

    Path blank = Files.write(folder.resolve("blank.csv"), List.of("text,label", "card,"));
    Run none = train(Samples.csv(folder.resolve("rows.csv"), 2), "--test", blank.toString());
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains(blank + ": row 0 has no label").doesNotContain("epoch");

    Path word =
        Files.write(folder.resolve("word.csv"), List.of("text,label", "a,1", "b,2.5", "c,x"));
    Run noNumber = train(word, "--task", "regression");
    assertThat(noNumber.code()).isEqualTo(1);
    assertThat(noNumber.err()) // the row of the file, though some are set aside
        .contains(word + ": row 2 has the label \"x\" (counted from 0), expected a finite number")
        .doesNotContain("epoch");
  }
}
