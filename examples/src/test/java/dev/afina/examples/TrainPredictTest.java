package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.Classifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainPredictTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void nameModel() {
    model = folder.resolve("model");
  }

  /** Enough for the tiny model to learn the two labels. */
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
      "8"
    };
    if (List.of(more).contains("--epochs")) {
      usual = Arrays.copyOf(usual, usual.length - 2);
    }
    return Run.of(Stream.concat(Arrays.stream(usual), Arrays.stream(more)).toArray(String[]::new));
  }

  @Test
  void options_ofTheTraining_reachIt_andItGoesOnFromACheckpoint() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 6);
    String[] options = {
      "--epochs",
      "4",
      "--schedule",
      "cosine",
      "--warmup",
      "0.1",
      "--layer-decay",
      "0.9",
      "--head-learning-rate",
      "1e-2",
      "--eval-steps",
      "3",
      "--save-steps",
      "3",
      "--save-limit",
      "1",
      "--keep-best",
      "f1",
      "--positive",
      "card",
      "--early-stopping",
      "40",
      "--class-weights",
      "balanced",
      "--label-smoothing",
      "0.1",
      "--freeze",
      "embeddings",
      "--group-by-length",
      "--drop-last",
      "--logging-steps",
      "5",
      "--time-budget",
      "10m"
    };
    Run training = train(rows, options);
    assertThat(training.code()).as(training.err()).isZero();
    Path checkpoints = Path.of(model + "-checkpoints");
    try (Stream<Path> left = Files.list(checkpoints)) {
      // The newest, and the best where that is another one.
      assertThat(left.map(p -> p.getFileName().toString()).toList())
          .contains("checkpoint-20")
          .hasSizeLessThanOrEqualTo(2);
    }
    byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));

    Run again = train(rows, options);
    assertThat(again.code()).isNotZero();
    assertThat(again.err()).contains("use --resume to go on with it");
    List<String> resumed = new ArrayList<>(List.of(options));
    resumed.add("--resume");
    Run more = train(rows, resumed.toArray(new String[0]));
    assertThat(more.code()).as(more.err()).isZero();
    assertThat(Files.readAllBytes(model.resolve("model.safetensors"))).isEqualTo(weights);
  }

  @Test
  void lora_isTrained_andItsAdapterPredictsAsTheWholeModel() throws IOException {
    Path adapter = folder.resolve("adapter");
    Run training =
        train(
            Samples.csv(folder.resolve("rows.csv"), 6),
            "--lora",
            "4",
            "--lora-alpha",
            "16",
            "--lora-dropout",
            "0.1",
            "--lora-targets",
            "query,value,intermediate.dense",
            "--adapter",
            adapter.toString());
    assertThat(training.code()).as(training.err()).isZero();
    assertThat(adapter.resolve("adapter_model.safetensors")).exists();
    assertThat(adapter.resolve("model.safetensors")).doesNotExist();
    Run whole = Run.withInput("my card is lost", "predict", "--model", model.toString(), "--json");
    Run apart =
        Run.withInput("my card is lost", "predict", "--model", adapter.toString(), "--json");
    assertThat(apart.code()).as(apart.err()).isZero();
    assertThat(apart.json()).isEqualTo(whole.json());
  }

  @Test
  void anAdapterThatCannotBeSaved_isRefusedBeforeTheTraining() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 6);
    Path photos = Files.createDirectories(folder.resolve("photos"));
    Files.writeString(photos.resolve("a.jpg"), "x");
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    for (Path adapter : List.of(photos, file.resolve("adapter"))) {
      Run run = train(rows, "--lora", "4", "--adapter", adapter.toString());
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains(adapter.toString());
      assertThat(model).doesNotExist();
    }
    assertThat(photos.resolve("a.jpg")).exists();
  }

  @Test
  void aReportAndTensorBoardsCurves_areWritten() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 6);
    Path report = folder.resolve("report");
    Path board = folder.resolve("board");

    Run run =
        train(
            rows,
            "--report",
            report.toString(),
            "--tensorboard",
            board.toString(),
            "--logging-steps",
            "2",
            "--keep-best",
            "accuracy",
            "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("report:     " + report.resolve("report.html"));
    JsonObject told =
        JsonParser.parseString(Files.readString(report.resolve("report.json"))).getAsJsonObject();
    JsonObject training = told.getAsJsonObject("training");
    assertThat(training.getAsJsonArray("log").size())
        .isEqualTo(training.get("steps").getAsInt() / 2);
    assertThat(training.getAsJsonObject("best").get("metric").getAsString()).isEqualTo("accuracy");
    assertThat(training.getAsJsonObject("settings").get("training data").getAsString())
        .matches("\\d+ texts of digest [0-9a-f]{16}");
    JsonObject results = told.getAsJsonArray("evaluations").get(0).getAsJsonObject();
    assertThat(results.get("name").getAsString()).isEqualTo("validation");
    assertThat(results.getAsJsonObject("metrics").get("accuracy").getAsDouble())
        .isEqualTo(run.json().get("accuracy").getAsDouble());
    assertThat(told.getAsJsonObject("versions").get("engine").getAsString())
        .matches("Deep Java Library [0-9.]+, PyTorch [0-9.]+");
    assertThat(Files.readString(report.resolve("report.html"))).endsWith("</html>\n");
    try (Stream<Path> files = Files.list(board)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void metricsThatOptionsAskFor_areShown() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 4);
    Run folds = train(rows, "--folds", "2", "--positive", "card");
    assertThat(folds.code()).as(folds.err()).isZero();
    assertThat(folds.out()).containsPattern("(?m)^f1 +[01]\\.\\d{4} ± ");
    Run json = train(rows, "--folds", "2", "--positive", "card", "--json");
    assertThat(json.json().keySet()).contains("f1Mean", "recallDeviation");
    Run run = train(rows, "--epochs", "1", "--positive", "card", "--keep-best", "macro_recall");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).containsPattern("epoch 1/1:.*, f1 \\d.*, macro recall \\d");
    assertThat(run.out()).containsPattern("epoch.* macro_recall .* f1 ");
  }

  @Test
  void mistakesThatShowLate_areAnsweredWithOptions() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 4);
    assertThat(train(rows, "--positive", "nobody").err())
        .contains("--positive: \"nobody\" is none of");
    assertThat(train(rows, "--max-tokens", "5000").err())
        .contains("--max-tokens: expected at most");
    assertThat(train(rows, "--epochs", "1", "--save-steps", "100").code()).isZero();
    assertThat(train(rows, "--epochs", "1", "--save-steps", "100").err())
        .contains(
            "of an earlier training; use --resume to go on with it, or choose another folder");
    Run explaining =
        Run.withInput("a\n", "predict", "--model", model.toString(), "--explain", "nobody");
    assertThat(explaining.code()).isEqualTo(2);
    assertThat(explaining.err())
        .contains("--explain: expected one of [card, money], got \"nobody\"");
    assertThat(
            Run.withInput("a\n", "predict", "--model", model.toString(), "--max-tokens", "2").err())
        .contains("predict: --max-tokens: 2, at least 3 are needed");
  }

  @Test
  void folds_areEvaluated_andNothingIsSaved() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 6);
    Run run = train(rows, "--folds", "3", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("fold 3: ", "accuracy", " ± ", "macro avg");
    JsonObject figures = run.json();
    assertThat(figures.get("folds").getAsInt()).isEqualTo(3);
    assertThat(figures.get("accuracyMean").getAsDouble()).isBetween(0.5, 1.0);
    assertThat(model).doesNotExist();
    assertThat(train(rows, "--folds", "3", "--resume").err()).contains("--folds saves nothing");
  }

  @Test
  void csv_isLearnedSavedAndPredicted() throws IOException {
    Run training = train(Samples.csv(folder.resolve("rows.csv"), 6));
    assertThat(training.code()).as(training.err()).isZero();
    assertThat(training.out())
        .contains("train:      Dataset[43 rows; 2 labels: card (22), money (21)]")
        .contains("validation: Dataset[5 rows;")
        .contains("epoch      step  training_loss      loss  accuracy  macro_f1   seconds")
        .contains("precision    recall  f1-score   support")
        .contains("validation: 5 examples: accuracy 1.0000")
        .contains("saved to " + model);
    assertThat(training.err())
        .containsPattern("training [0-9,]+ weights on 43 texts: 8 epochs, 48 steps\n")
        .contains("epoch 8/8:");
    assertThat(model).isDirectoryContaining("glob:**/model.safetensors");

    Run prediction =
        Run.withInput(
            "my card is gone\nmoney to a friend\n", "predict", "--model", model.toString());
    assertThat(prediction.code()).isZero();
    assertThat(prediction.lines()).hasSize(2);
    assertThat(prediction.lines().get(0)).matches("card\t0\\.9\\d{5}");
    assertThat(prediction.lines().get(1)).matches("money\t0\\.9\\d{5}");
    assertThat(prediction.err()).isEmpty();
  }

  @Test
  void withoutRowsToEvaluateOn_whatNeedsThemIsRefused() throws IOException {
    Path rows = Samples.csv(folder.resolve("rows.csv"), 6);
    Path none = Files.writeString(folder.resolve("none.csv"), "text,label\n");
    for (String file : List.of("--validation", "--test")) {
      Run run = train(rows, file, none.toString());
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("none.csv: has no rows, expected 1 or more");
    }
    Path each = Files.writeString(folder.resolve("each.csv"), "text,label\na,x\nb,y\n");
    Run run = train(each, "--keep-best", "loss");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("--keep-best loss needs rows to validate on, and --validation-share left none");
  }

  @Test
  void jsonLines_withOtherNamesAndGzip_endInFigures() throws IOException {
    Path plain = Samples.jsonLines(folder.resolve("rows.jsonl"), 6);
    Path train = gzip(plain, folder.resolve("rows.jsonl.gz"));
    String[] options = {
      "--text",
      "question",
      "--label",
      "intent",
      "--validation",
      plain.toString(),
      "--test",
      plain.toString(),
      "--keep-best",
      "loss",
      "--seed",
      "7",
      "--json"
    };
    Run run = train(train, options);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines()).hasSize(1); // all else went to standard error
    JsonObject json = run.json();
    assertThat(json.get("accuracy").getAsDouble()).isEqualTo(1);
    assertThat(json.get("macroF1").getAsDouble()).isEqualTo(1);
    assertThat(json.get("loss").getAsDouble()).isBetween(0.0, 0.3);
    assertThat(json.get("examplesPerSecond").getAsDouble()).isPositive();
    assertThat(json.get("trainingSeconds").getAsDouble())
        .isBetween(0.0, json.get("seconds").getAsDouble());
    assertThat(json.get("epochs").getAsInt()).isEqualTo(8);
    assertThat(json.get("steps").getAsInt()).isEqualTo(48);
    assertThat(json.get("seed").getAsInt()).isEqualTo(7);
    assertThat(json.get("labels").getAsInt()).isEqualTo(2);
    assertThat(json.get("evaluatedOn").getAsString()).isEqualTo("test");
    assertThat(json.get("output").getAsString()).isEqualTo(model.toAbsolutePath().toString());
    assertThat(json.get("modelBytes").getAsLong()).isBetween(120_000L, 200_000L);
    JsonArray history = json.getAsJsonArray("history");
    assertThat(history).hasSize(8);
    assertThat(history.get(0).getAsJsonObject().keySet())
        .contains(
            "epoch", "step", "trainingLoss", "loss", "accuracy", "macroF1", "seconds", "best");
    assertThat(run.err()).contains("epoch      step", "f1-score", "epoch 8/8:");
  }

  @Test
  void noHeader_columnsAreNumbers_andTextsAreJoined() throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rows.add("1\tcard\tlost");
      rows.add("0\tsend\tmoney");
    }
    Path file = Files.write(folder.resolve("rows.tsv"), rows);
    String[] options = {
      "--no-header",
      "--text",
      "1",
      "--text",
      "2",
      "--label",
      "0",
      "--labels",
      "money,card",
      "--json"
    };
    Run run = train(file, options);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get("accuracy").getAsDouble()).isEqualTo(1);

    Run prediction = Run.withInput("card lost", "predict", "--model", model.toString());
    assertThat(prediction.out()).startsWith("card\t0.");
  }

  @Test
  void pairs_areTrainedAndPredicted() throws IOException {
    List<String> rows = new ArrayList<>(List.of("a;b;label"));
    for (int i = 0; i < 8; i++) {
      rows.add("where;card lost;card");
      rows.add("where;send money;money");
    }
    Path file = Files.write(folder.resolve("rows.csv"), rows);
    Run run = train(file, "--text", "a", "--pair", "b", "--delimiter", ";");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("all pairs");

    Run prediction =
        Run.withInput("where\tsend money\n", "predict", "--model", model.toString(), "--pairs");
    assertThat(prediction.out()).startsWith("money\t0.");
    Run noTab = Run.withInput("a\tb\nwhere\n", "predict", "--model", model.toString(), "--pairs");
    assertThat(noTab.code()).isEqualTo(1);
    assertThat(noTab.err()).contains("standard input:2: no tab").hasLineCount(1);
    assertThat(noTab.lines()).as("of the line before").hasSize(1);
  }

  @Test
  void recipe_reachesTheTraining() throws IOException {
    Path file = Samples.csv(folder.resolve("rows.csv"), 4);
    Run run =
        train(
            file,
            "--max-steps",
            "3",
            "--batch-size",
            "4",
            "--accumulation-steps",
            "2",
            "--validation-share",
            "0",
            "--warmup",
            "2",
            "--weight-decay",
            "0.01",
            "--max-gradient-norm",
            "0.5",
            "--dropout",
            "0",
            "--max-tokens",
            "8",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("3 steps, 2 steps of warmup");
    assertThat(run.json().get("steps").getAsInt()).isEqualTo(3);
    assertThat(run.json().has("accuracy")).isFalse(); // there is nothing to evaluate on
    try (Classifier classifier = Classifier.load(model)) {
      assertThat(classifier.maxTokens()).isEqualTo(8);
    }
  }

  @Test
  void onlyRowOfALabel_isTrainedOn() throws IOException {
    Path file = Samples.csv(folder.resolve("rows.csv"), 1);
    Files.writeString(
        file, Files.readString(file) + "hello,greeting\nbye,parting\n", StandardCharsets.UTF_8);
    Run run = train(file, "--validation-share", "0.5", "--epochs", "1", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get("labels").getAsInt()).isEqualTo(4);
  }

  @Test
  void replaceHead_continuesWithOtherLabels() throws IOException {
    Path file = Samples.csv(folder.resolve("rows.csv"), 2);
    assertThat(train(file, "--epochs", "1").code()).isZero();
    String[] again = {
      "train",
      "--train",
      file.toString(),
      "--checkpoint",
      model.toString(),
      "--output",
      folder.resolve("again").toString(),
      "--epochs",
      "1",
      "--labels",
      "money,card,other"
    };
    Run refused = Run.of(again);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("labels: 3 given", "has a 2-way head");

    String[] replaced = Arrays.copyOf(again, again.length + 1);
    replaced[again.length] = "--replace-head";
    assertThat(Run.of(replaced).code()).isZero();
  }

  @Test
  void predict_json_isOneObjectThatAgreesWithTheLines() throws IOException {
    train(Samples.csv(folder.resolve("rows.csv"), 2), "--epochs", "2");
    String input = "card\n\nweiß 日本 😀 money\r\n"; // the empty line is a text too
    Run json = Run.withInput(input, "predict", "--model", model.toString(), "--json");
    assertThat(json.code()).isZero();
    assertThat(json.lines()).hasSize(1);
    JsonArray predictions = json.json().getAsJsonArray("predictions");
    assertThat(predictions).hasSize(3);
    Run lines = Run.withInput(input, "predict", "--model", model.toString(), "--top-k", "2");
    assertThat(lines.lines()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonObject prediction = predictions.get(i).getAsJsonObject();
      assertThat(prediction.keySet())
          .containsExactly("label", "score", "decision", "scores", "logits", "uncertainty");
      assertThat(prediction.getAsJsonArray("logits")).hasSize(2);
      JsonObject scores = prediction.getAsJsonObject("scores");
      assertThat(scores.keySet()).containsExactlyInAnyOrder("card", "money");
      String[] fields = lines.lines().get(i).split("\t", -1);
      assertThat(fields).hasSize(4);
      assertThat(fields[0]).isEqualTo(prediction.get("label").getAsString());
      double score = prediction.get("score").getAsDouble();
      assertThat(Double.parseDouble(fields[1])).isCloseTo(score, within(1e-5));
      assertThat(scores.get(fields[0]).getAsDouble()).isEqualTo(score);
      assertThat(score + scores.get(fields[2]).getAsDouble()).isCloseTo(1, within(1e-9));
    }
    requireExplained(input);
  }

  private void requireExplained(String input) {
    Run lines = Run.withInput(input, "predict", "--model", model.toString(), "--explain=card");
    assertThat(lines.code()).as(lines.err()).isZero();
    assertThat(lines.lines()).hasSize(3);
    String[] fields = lines.lines().get(0).split("\t", -1);
    assertThat(fields).hasSize(3);
    assertThat(fields[2]).startsWith("card ").contains(" (baseline ").endsWith(" card");
    assertThat(lines.lines().get(1).split("\t", -1)).hasSize(2); // nothing to explain
    Run json = Run.withInput(input, "predict", "--model", model.toString(), "--json", "--explain");
    JsonArray predictions = json.json().getAsJsonArray("predictions");
    JsonObject first = predictions.get(0).getAsJsonObject();
    JsonObject explanation = first.getAsJsonObject("explanation");
    assertThat(explanation.get("label")).isEqualTo(first.get("label"));
    assertThat(explanation.get("completeness_error").getAsDouble()).isBetween(0.0, 0.01);
    JsonObject word = explanation.getAsJsonArray("words").get(0).getAsJsonObject();
    assertThat(word.get("word").getAsString()).isEqualTo("card");
    assertThat(word.get("end").getAsInt()).isEqualTo(4);
    assertThat(word.get("attribution").getAsDouble())
        .isCloseTo(
            explanation.get("output").getAsDouble()
                - explanation.get("baseline_output").getAsDouble(),
            within(0.02));
    assertThat(predictions.get(1).getAsJsonObject().get("explanation").isJsonNull()).isTrue();
    Run refused = Run.withInput(input, "predict", "--model", model.toString(), "--explain=bliss");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("bliss");
  }

  @Test
  void predict_moreLinesThanAChunk_keepTheirOrder() throws IOException {
    train(Samples.csv(folder.resolve("rows.csv"), 6));
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 600; i++) {
      input.append(i % 3 == 0 ? "card lost" : "send money").append('\n');
    }
    Run run = Run.withInput(input.toString(), "predict", "--model", model.toString());
    assertThat(run.lines()).hasSize(600);
    for (int i = 0; i < 600; i++) {
      assertThat(run.lines().get(i)).startsWith(i % 3 == 0 ? "card\t" : "money\t");
    }
  }

  @Test
  void predict_noInput_printsNothing() throws IOException {
    train(Samples.csv(folder.resolve("rows.csv"), 2), "--epochs", "1");
    assertThat(Run.of("predict", "--model", model.toString())).isEqualTo(new Run(0, "", ""));
    assertThat(Run.of("predict", "--model", model.toString(), "--json").out())
        .isEqualToIgnoringNewLines("{\"predictions\":[]}");
  }

  @Test
  void predict_invalidUtf8_namesTheLine() throws IOException {
    train(Samples.csv(folder.resolve("rows.csv"), 2), "--epochs", "1");
    byte[] input = {'a', '\n', (byte) 0xe9, '\n'};
    Run run = Run.withInput(input, "predict", "--model", model.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualToIgnoringNewLines("afina-examples predict: standard input:2: not valid UTF-8");
  }

  @Test
  void predict_lineThatCannotBeRead_losesNoEarlierAnswer() throws IOException {
    train(Samples.csv(folder.resolve("rows.csv"), 2), "--epochs", "1");
    for (int before : new int[] {3, 256, 300}) {
      String text = "card lost\n".repeat(before) + "?\nsend money\n";
      byte[] input = text.getBytes(StandardCharsets.UTF_8);
      input[10 * before] = (byte) 0xe9;
      String problem =
          "afina-examples predict: standard input:%s: not valid UTF-8".formatted(before + 1);
      Run lines = Run.withInput(input, "predict", "--model", model.toString());
      assertThat(lines.code()).isEqualTo(1);
      assertThat(lines.err()).isEqualToIgnoringNewLines(problem);
      assertThat(lines.lines()).hasSize(before);
      Run json = Run.withInput(input, "predict", "--model", model.toString(), "--json");
      assertThat(json.code()).isEqualTo(1);
      assertThat(json.err()).isEqualToIgnoringNewLines(problem);
      assertThat(json.lines()).hasSize(1);
      assertThat(json.json().getAsJsonArray("predictions")).hasSize(before);
    }
    Run first =
        Run.withInput("no tab\n", "predict", "--model", model.toString(), "--json", "--pairs");
    assertThat(first.code()).isEqualTo(1);
    assertThat(first.out()).isEmpty();
  }

  private static Path gzip(Path from, Path to) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      Files.copy(from, out);
    }
    return Files.write(to, bytes.toByteArray());
  }
}
