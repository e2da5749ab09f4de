package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.internal.objective.Logits;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.saved.AfinaConfig;
import dev.afina.metrics.SingleLabelMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecidingTest {
  private static final Labels LABELS = Labels.of("anger", "joy", "sadness");
  private static final Labels TWO = Labels.of("ham", "spam");

  @TempDir Path folder;

  private static Decision decision(DecisionRules rules, double p) {
    return Prediction.of(TWO, rules, (float) Math.log(1 - p), (float) Math.log(p)).decision();
  }

  @Test
  void oneLabel_isDecidedWhereItReachesItsThresholdAndTheLowestConfidence() {
    DecisionRules rules = DecisionRules.none().threshold("spam", 0.8).confidence(0.6);
    assertThat(decision(rules, 0.9))
        .hasToString("spam (spam 0.900 reaches 0.800, the threshold of spam)");
    assertThat(decision(rules, 0.79))
        .hasToString("not sure (spam 0.790 is under 0.800, the threshold of spam)");
    assertThat(decision(rules, 0.45))
        .hasToString("not sure (ham 0.550 is under 0.600, the lowest confidence)");
    assertThat(decision(rules, 0.3))
        .hasToString("ham (ham 0.700 reaches 0.600, the lowest confidence)");
    assertThat(decision(DecisionRules.none(), 0.6))
        .hasToString("spam (spam 0.600 is the most probable label)");
    // Never two numbers that look the same.
    assertThat(decision(rules, 0.79997).reason())
        .isEqualTo("spam 0.79997 is under 0.80000, the threshold of spam");
    Decision unsure = decision(rules, 0.45);
    assertThat(unsure.isSure()).isFalse();
    assertThat(unsure.labels()).isEmpty();
    assertThat(unsure.label()).isEmpty();
    assertThat(unsure.confidence()).isCloseTo(0.55, within(1e-6));
  }

  @Test
  void positiveLabel_decidesEverything() {
    DecisionRules rules = DecisionRules.none().positive("spam", 0.3);
    assertThat(decision(rules, 0.35)).hasToString("spam (spam 0.350 reaches 0.300, the threshold)");
    assertThat(decision(rules, 0.25))
        .hasToString("ham (spam 0.250 is under 0.300, the threshold, so it is ham)");
    assertThat(decision(rules, 0.25).confidence()).isCloseTo(0.75, within(1e-6));
    assertThatThrownBy(
            () -> Prediction.of(LABELS, DecisionRules.none().positive("joy", 0.3), 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "positive label \"joy\": is for a Classifier with 2 labels, this one has 3; give each"
                + " label a threshold");
    assertThatThrownBy(() -> decision(rules.confidence(0.8), 0.5))
        .hasMessage(
            "positive label \"spam\": decides every text, so it goes with no confidence and no"
                + " threshold of the other label; give both labels a threshold instead");
  }

  @Test
  void temperature_makesProbabilitiesLessSure_andLogitsStay() {
    DecisionRules rules = DecisionRules.none().temperature(2);
    Prediction p = Prediction.of(LABELS, rules, 2, 4, 0);
    assertThat(p.probabilities()).containsExactly(Prediction.of(LABELS, 1, 2, 0).probabilities());
    assertThat(p.logits()).containsExactly(2, 4, 0);
    assertThat(p.label()).isEqualTo("joy");
    assertThat(p).isNotEqualTo(Prediction.of(LABELS, 2, 4, 0));
    MultiLabelPrediction several = MultiLabelPrediction.of(LABELS, rules, 2, 4, 0);
    assertThat(several.probabilities())
        .containsExactly(MultiLabelPrediction.of(LABELS, 1, 2, 0).probabilities());
    assertThat(several.score("joy")).isEqualTo(1 / (1 + Math.exp(-2)));
  }

  @Test
  void severalLabels_areThoseOverTheirThresholds_andNotSureOfExactlyThese() {
    DecisionRules rules = DecisionRules.none().threshold("joy", 0.9).threshold("sadness", 0.2);
    float third = (float) Math.log(0.25 / 0.75);
    MultiLabelPrediction p = MultiLabelPrediction.of(LABELS, rules, -50, 2, third);
    assertThat(p.labels()).as("sigmoid(2) is 0.88").containsExactly("sadness");
    assertThat(p.labels(0.5)).containsExactly("joy");
    // Exactly sadness: 1 · (1 − 0.881) · 0.25.
    assertThat(p.decision().confidence()).isCloseTo(0.25 / (1 + Math.exp(2)), within(1e-7));
    assertThat(p.decision()).hasToString("sadness (sadness 0.250 is over 0.200)");
    assertThat(p.margin())
        .as("of joy, 0.881 of 0.9")
        .isCloseTo(0.9 - 1 / (1 + Math.exp(-2)), within(1e-6));
    MultiLabelPrediction even = MultiLabelPrediction.of(LABELS, 0, 0, 0);
    assertThat(even.entropy()).isCloseTo(3 * Math.log(2), within(1e-12));
    assertThat(MultiLabelPrediction.of(LABELS, 800, -800, 800).entropy()).isZero();
    MultiLabelPrediction unsure =
        MultiLabelPrediction.of(LABELS, rules.confidence(0.5), -50, 2, third);
    assertThat(unsure.decision())
        .hasToString("not sure (exactly [sadness] 0.030 is under 0.500, the lowest confidence)");
    assertThat(unsure.labels()).containsExactly("sadness");
    assertThat(MultiLabelPrediction.of(LABELS, rules, -50, 2, -50).decision())
        .hasToString("none (no label is over its threshold; the nearest is joy 0.881 with 0.900)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperature|0|temperature: 0.0, expected 1.0E-6 to 1000000.0",
        "temperature|NaN|temperature: NaN, expected 1.0E-6 to 1000000.0",
        "threshold|1.1|threshold: 1.1, expected 0 to 1",
        "confidence|-1|confidence: -1.0, expected 0 to 1",
        "error|1|error: 1.0, expected 0 to less than 1",
        "precision|0|precision: 0.0, expected a number over 0 and at most 1",
        "recall|NaN|recall: NaN, expected a number over 0 and at most 1",
      })
  void numbersOutOfTheirRange_areRefused(String what, double value, String message) {
    assertThatThrownBy(
            () -> {
              Object unused =
                  switch (what) {
                    case "temperature" -> DecisionRules.none().temperature(value);
                    case "threshold" -> DecisionRules.none().threshold("x", value);
                    case "confidence" -> DecisionRules.none().confidence(value);
                    case "error" -> DecisionGoal.standard().errorAtMost(value);
                    case "precision" -> DecisionGoal.standard().precision(value);
                    default -> DecisionGoal.standard().recall("x", value);
                  };
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  /** Ten texts with what the tiny model says of each, but for some that it gets wrong. */
  private static Dataset validation(Classifier classifier, int wrong) {
    List<Example> rows = new ArrayList<>();
    for (String opening : List.of("today", "well", "again", "so", "look")) {
      for (String rest : List.of("I hate the noise", "what a happy day")) {
        String text = opening + ", " + rest;
        int said = classifier.predict(text).index();
        int label = rows.size() < wrong ? (said + 1) % 3 : said;
        rows.add(Example.of(text, classifier.labels().name(label)));
      }
    }
    return Dataset.of(rows);
  }

  @Test
  void calibratedClassifier_sharesTheWeights_andIsSavedWithItsRules() throws IOException {
    int before = LiveArrays.count();
    Path saved = folder.resolve("model");
    DecisionRules rules;
    Prediction expected;
    Classifier plain = Classifier.load(Golden.path("bert/model"));
    Dataset validation = validation(plain, 3);
    try (Classifier calibrated = plain.calibrated(validation);
        Classifier deciding =
            calibrated.deciding(DecisionGoal.standard().errorAtMost(0.2), validation)) {
      int arrays = LiveArrays.count();
      rules = deciding.rules();
      assertThat(rules.temperature()).isEqualTo(calibrated.rules().temperature()).isNotEqualTo(1);
      DecisionFigures figures = rules.figures().orElseThrow();
      assertThat(figures.rows()).isEqualTo(10);
      assertThat(figures.error()).isLessThanOrEqualTo(0.2);
      assertThat(figures.loss()).isLessThan(figures.lossBefore());

      Evaluation evaluation = deciding.evaluate(validation);
      assertThat(evaluation.coverage()).isEqualTo(figures.coverage());
      assertThat(evaluation.decidedAccuracy()).isCloseTo(figures.accuracy(), within(1e-12));
      assertThat(evaluation.calibrationError()).isEqualTo(figures.calibrationError());
      assertThat(evaluation.loss()).isCloseTo(figures.loss(), within(1e-9));
      assertThat(evaluation.metrics().get("log_loss")).isCloseTo(figures.loss(), within(1e-9));
      assertThat(evaluation.metrics()).containsEntry("coverage", figures.coverage());
      assertThat(evaluation.report()).contains("coverage ", "calibration error ");
      assertThat(evaluation.addedTo(deciding.report(), "validation", validation).html())
          .contains("Without the temperature the expected calibration error", "errors by coverage");
      assertThat(evaluation.addedTo(deciding.report(), "validation", validation).json())
          .contains("\"calibrationBefore\"", "\"curve\"");
      assertThat(deciding.card("emotions").build().toString())
          .contains("## Decisions", "- Temperature: ", "- On 10 validation texts: decided ");
      assertThat(plain.card("emotions").build().toString()).doesNotContain("## Decisions");
      Evaluation raw = plain.evaluate(validation);
      assertThat(evaluation.withoutRules().loss()).isEqualTo(raw.loss());
      assertThat(raw.metrics()).doesNotContainKey("coverage");
      assertThat(raw.coverage()).isEqualTo(1);

      plain.close(); // the others go on
      expected = deciding.predict("what a happy house");
      try (Classifier inBfloat16 = deciding.withPrecision(Precision.FLOAT32)) {
        assertThat(inBfloat16.rules()).isEqualTo(rules);
        assertThat(inBfloat16.predict("what a happy house").decision())
            .isEqualTo(expected.decision());
      }
      deciding.save(saved);
      assertThat(LiveArrays.count()).isEqualTo(arrays);
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
    assertThat(Files.readString(saved.resolve("config.json"))).doesNotContain("temperature");
    try (Classifier again = Classifier.load(saved)) {
      assertThat(again.rules()).isEqualTo(rules);
      assertThat(again.predict("what a happy house")).isEqualTo(expected);
      try (Classifier without = again.deciding(DecisionRules.none())) {
        without.save(saved);
      }
    }
    assertThat(saved.resolve("afina_config.json")).as("of before").doesNotExist();
  }

  /** As after a second training that was saved without its configuration, or a merge by hand. */
  @Test
  void rulesBesideOtherWeights_areRefused_andTheMessageSaysTheWayOut() throws IOException {
    Path saved = folder.resolve("model");
    DecisionRules rules = DecisionRules.none().temperature(2).confidence(0.5);
    try (Classifier plain = Classifier.load(Golden.path("bert/model"));
        Classifier deciding = plain.deciding(rules)) {
      deciding.save(saved);
    }
    Path weights = saved.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 4] ^= 1; // the last bit of a weight
    Files.write(weights, bytes);
    int before = LiveArrays.count();
    assertThatThrownBy(() -> Classifier.load(saved))
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching(
            "\\Q%s: afina_config.json: decisions: the rules were chosen with weights \\E"
                    .formatted(saved)
                + "\"crc32c:[0-9a-f]{8}\", but the weights beside them are \"crc32c:[0-9a-f]{8}\":"
                + " the model was trained again, merged or rounded since. Delete \"decisions\" and"
                + " choose rules anew with calibrated\\(...\\) or deciding\\(...\\); to keep these,"
                + " delete their \"weights\"");
    assertThat(LiveArrays.count()).isEqualTo(before);
    Path file = saved.resolve("afina_config.json");
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    json.getAsJsonObject("decisions").remove("weights");
    Files.writeString(file, json.toString());
    try (Classifier kept = Classifier.load(saved)) {
      assertThat(kept.rules()).isEqualTo(rules);
    }
  }

  @Test
  void aTrainingThatGoesOnFromAModelWithRules_savesNone() throws IOException {
    Path saved = folder.resolve("model");
    Path again = folder.resolve("again");
    try (Classifier plain = Classifier.load(Golden.path("bert/model"));
        Classifier deciding = plain.deciding(DecisionRules.none().temperature(2))) {
      deciding.save(saved);
    }
    try (Classifier trained =
        Classifier.builder().checkpoint(saved).maxSteps(1).fit(ClassifierTest.rows())) {
      assertThat(trained.rules()).isEqualTo(DecisionRules.none());
      trained.save(again);
    }
    assertThat(again.resolve("afina_config.json")).doesNotExist();
    Classifier.load(again).close();
  }

  @Test
  void thresholds_areChosenOfTheTextsThatArePredictedAsTheLabel() {
    // Probabilities of joy: 0.9 right, 0.8 wrong, 0.6 right; a fourth is predicted as anger.
    List<float[]> logits = new ArrayList<>();
    for (double p : new double[] {0.9, 0.8, 0.6}) {
      logits.add(
          new float[] {
            (float) Math.log((1 - p) / 2), (float) Math.log(p), (float) Math.log((1 - p) / 2)
          });
    }
    logits.add(new float[] {3, 0, 0});
    Targets truth = new Targets(IntStream.of(1, 2, 1, 0).mapToObj(l -> new double[] {l}).toList());
    DecisionRules rules =
        RuleChoice.ofOneLabel(
            LABELS, 1, DecisionGoal.standard().precision("joy", 0.9), logits, truth);
    assertThat(rules.thresholds().keySet()).containsExactly("joy");
    assertThat(rules.thresholds().get("joy")).isCloseTo(0.85, within(1e-6));
    DecisionFigures figures = rules.figures().orElseThrow();
    assertThat(figures.coverage()).isEqualTo(0.5);
    assertThat(figures.error()).isZero();
    assertThat(figures.accuracy()).isEqualTo(1);
    assertThatThrownBy(
            () ->
                RuleChoice.ofOneLabel(
                    LABELS,
                    1,
                    DecisionGoal.standard().thresholdsBy(ThresholdMetric.F1),
                    logits,
                    truth))
        .hasMessageStartingWith(
            "label \"sadness\": none of the 1 validation texts that have it is");
    DecisionRules all =
        RuleChoice.ofOneLabel(
            LABELS,
            1,
            DecisionGoal.standard().thresholdsBy(ThresholdMetric.F1).threshold("sadness", 0.7),
            logits,
            truth);
    assertThat(all.thresholds()).containsEntry("sadness", 0.7).containsKeys("anger", "joy");
  }

  @Test
  void positiveLabelOfTwo_hasAThresholdOfAllTexts() {
    List<float[]> logits = new ArrayList<>();
    for (double p : new double[] {0.9, 0.4, 0.3, 0.1}) {
      logits.add(new float[] {(float) Math.log(1 - p), (float) Math.log(p)});
    }
    Targets truth = new Targets(IntStream.of(1, 1, 0, 0).mapToObj(l -> new double[] {l}).toList());
    DecisionGoal goal = DecisionGoal.standard().positive("spam");
    DecisionRules rules =
        RuleChoice.ofOneLabel(TWO, 1, goal.thresholdsBy(ThresholdMetric.F1), logits, truth);
    assertThat(rules.positive()).contains("spam");
    assertThat(rules.thresholds()).containsOnlyKeys("spam");
    assertThat(rules.thresholds().get("spam")).isCloseTo(0.35, within(1e-6));
    assertThat(rules.figures().orElseThrow().error()).isZero();
    assertThatThrownBy(() -> RuleChoice.ofOneLabel(TWO, 1, goal, logits, truth))
        .hasMessage(
            "positive label \"spam\": nothing says what its threshold is chosen by; call"
                + " thresholdBy(label, ThresholdMetric.F1), precision or recall");
    assertThatThrownBy(
            () ->
                RuleChoice.ofOneLabel(
                    TWO, 1, goal.recall("spam", 0.5).precision("ham", 0.9), logits, truth))
        .hasMessage(
            "positive label \"spam\": its threshold alone decides, so nothing can be wanted of"
                + " \"ham\"; leave that out, or give both labels a threshold instead");
    assertThatThrownBy(
            () -> RuleChoice.ofOneLabel(TWO, 1, goal.recall(0.5).errorAtMost(0.1), logits, truth))
        .hasMessageStartingWith("positive label \"spam\": decides every text, so no error can be");
  }

  /** What a threshold was chosen by is what an evaluation of the same texts finds. */
  @Test
  void positiveLabel_hasTheF1OfItsThreshold() {
    double[] scores = {0.9, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.1};
    int[] has = {1, 1, 0, 1, 1, 0, 0, 0};
    List<float[]> logits = new ArrayList<>();
    for (double p : scores) {
      logits.add(new float[] {(float) Math.log(1 - p), (float) Math.log(p)});
    }
    Targets truth = new Targets(IntStream.of(has).mapToObj(l -> new double[] {l}).toList());
    for (ThresholdMetric metric : ThresholdMetric.values()) {
      DecisionRules rules =
          RuleChoice.ofOneLabel(
              TWO,
              1,
              DecisionGoal.standard().positive("spam").thresholdBy("spam", metric),
              logits,
              truth);
      Evaluation evaluation =
          Evaluation.of(
              TWO,
              IntStream.of(has).boxed().toList(),
              logits.stream().map(row -> Prediction.of(TWO, rules, row)).toList());
      // 4 of 5 that are taken: the first five are the best by each metric.
      assertThat(evaluation.of(SingleLabelMetrics.f1("spam")))
          .as(metric.key())
          .isCloseTo(8 / 9.0, within(1e-12));
      assertThat(evaluation.accuracy()).isEqualTo(7 / 8.0).isEqualTo(evaluation.decidedAccuracy());
      assertThat(rules.figures().orElseThrow().scores().labelShares())
          .containsExactly(3 / 8.0, 5 / 8.0);
    }
  }

  @Test
  void severalLabels_haveAThresholdEach_andAbstain() {
    List<float[]> logits =
        List.of(
            new float[] {2, -3}, new float[] {-1, -3}, new float[] {-2, -3}, new float[] {-3, 1});
    Targets truth =
        new Targets(
            List.of(
                new double[] {1, 0},
                new double[] {1, 0},
                new double[] {0, 0},
                new double[] {0, 0}));
    DecisionRules rules =
        RuleChoice.ofSeveralLabels(
            TWO, 1, DecisionGoal.standard().thresholdBy("ham", ThresholdMetric.F1), logits, truth);
    double middle = (Logits.sigmoid(-1) + Logits.sigmoid(-2)) / 2;
    assertThat(rules.thresholds()).containsOnlyKeys("ham");
    assertThat(rules.thresholds().get("ham")).isCloseTo(middle, within(1e-15));
    assertThat(rules.figures().orElseThrow().error()).isEqualTo(0.25);
    assertThat(rules.figures().orElseThrow().scores().labelShares())
        .as("ham twice, spam once, none once")
        .containsExactly(0.5, 0.25, 0.25);
    // Exactly what was said: the last text is the surest, and wrong; leave one in four.
    assertThatThrownBy(
            () ->
                RuleChoice.ofSeveralLabels(
                    TWO, 1, DecisionGoal.standard().positive("ham").recall(1), logits, truth))
        .hasMessageContaining(
            "is for a Classifier with 2 labels, this one has any number a text of");
  }

  @Test
  void badInput_isOneClearMessage() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      assertThatThrownBy(() -> classifier.calibrated(Dataset.of(Example.of("no label"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("validation data: row 0 ");
      assertThatThrownBy(() -> classifier.calibrated(Dataset.of()))
          .hasMessage("validation data: expected 1 example or more, got none");
      Dataset validation = validation(classifier, 0);
      assertThatThrownBy(() -> classifier.calibrated(validation))
          .hasMessageStartingWith("calibration: all 10 rows of the validation data are predicted");
      assertThatThrownBy(
              () -> classifier.deciding(DecisionGoal.standard().recall("fear", 0.5), validation))
          .hasMessage("label \"fear\" is not one of [anger, joy, sadness]");
      assertThatThrownBy(() -> classifier.deciding(DecisionRules.none().threshold("fear", 0.5)))
          .hasMessage("threshold: label \"fear\" is not one of [anger, joy, sadness]");
      assertThatThrownBy(() -> DecisionGoal.standard().confidence(0.5).errorAtMost(0.1))
          .hasMessage(
              "both a confidence and an error are given, and the error chooses the confidence; leave"
                  + " one out");
      assertThatThrownBy(() -> ThresholdMetric.named("mcc"))
          .hasMessage(
              "metric \"mcc\" is not one for thresholds; expected one of f1, f2, f_half, accuracy,"
                  + " youden");
    }
    Classifier closed = Classifier.load(Golden.path("bert/model"));
    closed.close();
    assertThatThrownBy(() -> closed.deciding(DecisionRules.none()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Classifier is closed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"temperature\": 0}|temperature: 0.0, expected 1.0E-6 to 1000000.0",
        "{\"temperature\": \"1\"}|temperature: expected a number from 0.0 to 1000000000, got \"1\"",
        "{\"thresholds\": {\"fear\": 0.5}}|threshold: label \"fear\" is not one of [a, b]",
        "{\"thresholds\": {\"a\": 2}}|threshold: 2.0, expected 0 to 1",
        "{\"thresholds\": {\"a\": 1e999}}|thresholds: expected numbers, got 1e999",
        "{\"thresholds\": [0.5]}|thresholds: expected an object, got [0.5]",
        "{\"positive\": \"a\"}|positive \"a\" has no threshold",
        "{\"confidence\": 3}|confidence: 3.0, expected 0 to 1",
        "{\"temprature\": 3}|\"temprature\" is not supported; supported are temperature, thresholds, confidence, positive, validation, weights",
        "{\"validation\": {\"rows\": 3, \"label_shares\": [1]}}|validation: label_shares: 1 numbers, expected 2",
        "{\"validation\": {\"rows\": 3, \"label_shares\": [1, 0], \"score_edges\": [], \"score_shares\": [1]}}|coverage: NaN, expected 0 to 1",
      })
  void fileThatCannotBe_isRefusedByName(String decisions, String problem) throws IOException {
    Labels labels = Labels.of("a", "b");
    JsonObject file = new JsonObject();
    file.addProperty("format", 1);
    file.add("labels", JsonParser.parseString("[\"a\", \"b\"]"));
    file.add("decisions", JsonParser.parseString(decisions));
    AfinaConfig config = AfinaConfig.parse(file, labels, "x");
    assertThatThrownBy(() -> SingleLabelTask.of(labels, config))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x: decisions: " + problem);
  }

  @Test
  void rulesOfARegression_areRefused() throws IOException {
    Labels labels = Labels.of("a", "b");
    String text =
        AfinaConfig.text(labels, Map.of(AfinaConfig.DECISIONS, RulesJson.of(DecisionRules.none())))
            .orElseThrow();
    AfinaConfig config =
        AfinaConfig.parse(JsonParser.parseString(text).getAsJsonObject(), labels, "x");
    assertThatThrownBy(() -> RegressionTask.of(labels, config))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "x: has rules for decisions between labels, but this is a regression model, whose"
                + " outputs are numbers; delete the file");
  }
}
