package dev.afina.card;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a card says of a model with decision rules, long texts and other heads: nothing untrue. */
class CardUseTest {
  private static final String NOT_CALIBRATED = "They are not calibrated";
  private static final String EXACTLY_ONE = "It gives every text exactly one of its labels";
  private static final String OTHERWISE = "Python does not read";

  private static ModelFacts facts(ProblemType type, String... labels) {
    return ModelFacts.of(Labels.of(labels), 512).problemType(type);
  }

  private static ModelFacts oneLabel() {
    return facts(ProblemType.SINGLE_LABEL, "bad", "good");
  }

  private static ModelFacts severalLabels() {
    return facts(ProblemType.MULTI_LABEL, "a", "b\"<", "c");
  }

  private static String card(ModelFacts facts) {
    return ModelCard.of(facts, "me/x").build().toString();
  }

  private static DecisionFacts rules(double temperature, Map<String, Double> thresholds) {
    return new DecisionFacts(
        temperature, thresholds, OptionalDouble.empty(), Optional.empty(), Optional.empty());
  }

  private static DecisionFacts confident(double least) {
    return new DecisionFacts(
        1, Map.of(), OptionalDouble.of(least), Optional.empty(), Optional.empty());
  }

  @Test
  void withoutRules_oneLabelNotCalibratedCut() {
    assertThat(card(oneLabel()))
        .contains("\n- " + EXACTLY_ONE + ", also a text that none of them fits.\n")
        .contains(
            "\n- Texts longer than 512 tokens are cut; what is cut off has no influence. Two texts of"
                + " a pair count together.\n")
        .contains("\n- Scores are softmax probabilities. " + NOT_CALIBRATED + ": 0.9 need not")
        .contains("System.out.println(prediction.label() + \" \" + prediction.score());")
        .doesNotContain(OTHERWISE);
    assertThat(card(severalLabels()))
        .contains("\n- A label is given where its probability is over 0.5. A text may have none.\n")
        .contains("[0] if s[\"score\"] > 0.5])\n```")
        .doesNotContain(OTHERWISE, "limits = ");
    assertThat(card(facts(ProblemType.REGRESSION, "price")))
        .contains("It gives every text its numbers, also")
        .doesNotContain("probabilities", OTHERWISE);
  }

  @Test
  void thresholdTemperatureAndWindows_areWhatTheCardSays() {
    String card =
        card(
            oneLabel()
                .decisions(rules(1.7, Map.of("good", 0.9)))
                .longTexts(new LongTextFacts(LongTextFacts.Kind.MEAN_OF_WINDOWS, 16, 8)));
    assertThat(card)
        .doesNotContain(EXACTLY_ONE, NOT_CALIBRATED, "tokens are cut;")
        .contains(
            "\n- It is \"not sure\" of a text whose most probable label is under its threshold")
        .contains(
            "\n- Texts longer than 512 tokens are read in up to 8 windows of 512 tokens, of which"
                + " neighbours share 16; the mean of their logits counts. What is behind the last"
                + " window has no influence.")
        .contains(
            "\n- Scores are softmax probabilities of logits divided by a temperature that was set by"
                + " hand: whether 0.9 means right in nine of ten cases is not known here.\n")
        .contains("Decision decision = classifier.predict(\"a text\").decision();")
        .contains(
            "Python does not read `afina_config.json`. So there scores are not divided by the"
                + " temperature, so they are not calibrated; no text is \"not sure\"; texts longer"
                + " than 512 tokens are cut at their end.\n")
        .contains("- Temperature: 1.7000");
  }

  @Test
  void chosenTemperature_hasItsError_andNoClaimForOtherTexts() {
    DecisionFacts rules =
        new DecisionFacts(
            2,
            Map.of(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.of(new DecisionFacts.Chosen(120, 1, 0.25, 0.03125, 0.125)));
    assertThat(card(oneLabel().decisions(rules)))
        .contains(EXACTLY_ONE)
        .doesNotContain(NOT_CALIBRATED)
        .contains(
            "divided by a temperature. Their calibration error is 0.0313 on the 120 texts that the"
                + " rules were chosen on, and may be larger on others.");
    assertThat(card(oneLabel().decisions(confident(0.8))))
        .contains(NOT_CALIBRATED, "It is \"not sure\"", "So there no text is \"not sure\".")
        .doesNotContain(EXACTLY_ONE);
    assertThat(card(oneLabel().decisions(rules(1, Map.of("good", 0.0)))))
        .as("a threshold that every score reaches")
        .contains(EXACTLY_ONE)
        .doesNotContain(OTHERWISE);
  }

  @Test
  void positiveLabel_isDecidedByItsThreshold_inPythonToo() {
    DecisionFacts rules =
        new DecisionFacts(
            1, Map.of("good", 0.2), OptionalDouble.empty(), Optional.of("good"), Optional.empty());
    assertThat(card(oneLabel().decisions(rules)))
        .contains(
            "It gives a text good where the probability of that is at least 0.2000, otherwise")
        .contains("print(\"good\" if scores[\"good\"] >= 0.2 else \"bad\")\n```")
        .doesNotContain(EXACTLY_ONE, "not sure", OTHERWISE);
    assertThat(card(oneLabel().decisions(rules).plainHead(new PlainHeadFacts("bert", false, 0.1))))
        .contains("So there each text gets its most probable label, whatever the threshold.");
    // At a temperature of 2 a probability of 0.2 = 1 / (1 + 4) is one of 1 / (1 + 4²) before.
    DecisionFacts divided =
        new DecisionFacts(
            2, rules.thresholds(), rules.confidence(), rules.positive(), Optional.empty());
    assertThat(card(oneLabel().decisions(divided)))
        .contains(">= 0.0588235294 else")
        .contains("(the limits above are the thresholds on that scale)");
  }

  @Test
  void thresholdsOfSeveralLabels_areThoseOfThePython() {
    Map<String, Double> thresholds = new LinkedHashMap<>();
    thresholds.put("b\"<", 0.2);
    assertThat(card(severalLabels().decisions(rules(1, thresholds))))
        .contains("A label is given where its probability is over its threshold; see the decisions")
        .contains("limits = {\n    \"b\\\"\\u003c\": 0.2,\n}\n")
        .contains("if s[\"score\"] > limits.get(s[\"label\"], 0.5)])\n```")
        .contains("- Threshold of labels that are not in the table: 0.5\n\n| Label")
        .doesNotContain("over 0.5", OTHERWISE);
    thresholds.put("a", 1.0);
    thresholds.put("c", 0.0);
    assertThat(card(severalLabels().decisions(rules(2, thresholds))))
        .contains(
            "limits = {\n    \"a\": 1.0,\n    \"b\\\"\\u003c\": 0.0588235294,\n    \"c\": 0.0,\n}\n")
        .doesNotContain("not in the table");
    assertThat(
            card(
                severalLabels()
                    .decisions(rules(2, thresholds))
                    .plainHead(new PlainHeadFacts("bert", false, 0.1))))
        .contains(
            "[config.id2label[i] for i, limit in enumerate([float(\"inf\"), -2.77258872,"
                + " float(\"-inf\")]) if logits[0, i] > limit]");
    assertThat(card(severalLabels().decisions(rules(1, Map.of("a", 0.3, "b\"<", 0.3, "c", 0.3)))))
        .contains("A label is given where its probability is over 0.3000. A text may have none.")
        .contains("if s[\"score\"] > 0.3])\n```");
    assertThat(card(severalLabels().decisions(confident(0.75))))
        .contains("where the probability of exactly the labels given is under 0.7500.")
        .contains("try (MultiLabelClassifier classifier = MultiLabelClassifier.load(\"me/x\")) {")
        .contains("Decision decision", "So there no text is \"not sure\".");
  }

  @Test
  void anAdapter_isOpenedByPeft_withItsBase() {
    String card = card(oneLabel().adapterOf("/home/ann/base"));
    assertThat(card)
        .contains("\nlibrary_name: peft\n", "Classifier.load(\"me/x\")")
        .contains("In Python, with [PEFT](https://huggingface.co/docs/peft):")
        .contains(
            "AutoPeftModelForSequenceClassification.from_pretrained(\"me/x\", num_labels=config.num_labels)")
        .contains("print(config.id2label[logits.argmax(-1).item()], logits.softmax(-1))\n```")
        .contains(
            "The files are an adapter: low-rank updates (LoRA) of the folder base, which both open with them.")
        .doesNotContain("pipeline(", "library_name: transformers", "/home/ann", "base_model");
    assertThat(card(severalLabels().adapterOf("ann/base@v1")))
        .contains("\nbase_model: ann/base\n")
        .contains("low-rank updates (LoRA) of ann/base<span>&#64;</span>v1, which both open")
        .contains("[config.id2label[i] for i in range(config.num_labels) if logits[0, i] > 0]");
    assertThat(card(oneLabel())).doesNotContain("adapter", "peft", "PEFT");
  }

  @Test
  void longTexts_areSaidForEachRule() {
    for (LongTextFacts.Kind kind : LongTextFacts.Kind.values()) {
      String card = card(oneLabel().longTexts(new LongTextFacts(kind, 3, 2)));
      String says =
          switch (kind) {
            case CUT -> "are cut; what is cut off has no influence.";
            case HEAD_AND_TAIL -> "lose their middle, which has no influence; their beginning and";
            case MEAN_OF_WINDOWS -> "neighbours share 3; the mean of their logits counts.";
            case MAXIMUM_OF_WINDOWS ->
                "up to 2 windows of 512 tokens, of which neighbours share 3; the max";
          };
      assertThat(card).contains(says);
      if (kind == LongTextFacts.Kind.CUT) {
        assertThat(card).doesNotContain(OTHERWISE);
      } else {
        assertThat(card).contains("So there texts longer than 512 tokens are cut at their end.");
      }
    }
  }

  /** The table of epochs is an evaluation, too. */
  @Test
  void validation_isAnEvaluationThatIsKnown() {
    TrainingFacts training =
        TrainingFacts.of(
            "base",
            TrainingOptions.standard(),
            TrainingResult.of(1, 1, 1, Duration.ofSeconds(1), List.of()),
            4,
            List.of(2, 2));
    assertThat(card(oneLabel().training(training))).contains("No evaluation of it is known here;");
    assertThat(card(oneLabel().training(training.validationRows(3))))
        .contains("No evaluation of it is known here but on the texts that its training validated");
    String evaluated =
        ModelCard.of(oneLabel(), "x")
            .result(EvaluatedOn.named("t"), 3, Map.of("accuracy", 0.5))
            .build()
            .toString();
    assertThat(evaluated)
        .contains("It was evaluated on the data named below; measure")
        .doesNotContain("nothing else");
  }
}
