package dev.afina.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.yaml.CardYaml;
import dev.afina.metrics.ConfusionMatrix;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
  @TempDir Path folder;

  private static final Labels LABELS = Labels.of("anger", "joy", "sadness");

  /** A loss, an accuracy and a macro F1 after each of two epochs. */
  private static final TrainingFacts TRAINING =
      TrainingFacts.of(
              "/home/ann/base",
              TrainingOptions.standard()
                  .epochs(2)
                  .optimizer(o -> o.learningRate(2e-3).weightDecay(0.01))
                  .warmup(0.1),
              TrainingResult.of(
                  8, 0.75, 100, Duration.ofSeconds(2), List.of(epoch(1, 0.5), epoch(2, 0.25))),
              30,
              List.of(10, 10, 10))
          .validationRows(30);

  private static final ModelFacts FACTS =
      ModelFacts.of(LABELS, 512).engine("PyTorch 2.7.1").training(TRAINING);

  private static TrainingListener.Epoch epoch(int number, double loss) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", loss);
    metrics.put("accuracy", 1 - loss);
    metrics.put("macro_f1", 1 - loss / 2);
    metrics.put("weighted_f1", 0.0); // a column too many
    return TrainingListener.Epoch.of(
        number, 4 * number, 2 * loss, metrics, Duration.ofSeconds(1), number == 2);
  }

  /** 10 texts: anger 4 (3 right), joy 4 (all right), sadness 2 (both taken for anger). */
  private static ConfusionMatrix matrix() {
    return matrix(
        LABELS, new int[] {0, 0, 0, 0, 1, 1, 1, 1, 2, 2}, new int[] {0, 0, 0, 1, 1, 1, 1, 1, 0, 0});
  }

  private static ConfusionMatrix matrix(Labels labels, int[] truth, int[] predicted) {
    return ConfusionMatrix.of(truth, predicted, labels.names());
  }

  private static ModelCard.Builder card() {
    return ModelCard.of(FACTS, "tester/emotions")
        .language("en")
        .license("apache-2.0")
        .dataset("cardiffnlp/tweet_eval")
        .tags("emotions")
        .result(EvaluatedOn.hub("cardiffnlp/tweet_eval", "emotion", "test"), matrix(), 0.875);
  }

  @Test
  void card_metadata() {
    Map<String, ?> metadata = CardYaml.of(card().build().toString()).metadata();
    assertThat(metadata.keySet())
        .containsExactly(
            "language",
            "license",
            "library_name",
            "pipeline_tag",
            "tags",
            "datasets",
            "metrics",
            "model-index");
    assertThat(metadata.get("language")).isEqualTo(List.of("en"));
    assertThat(metadata.get("library_name")).isEqualTo("transformers");
    assertThat(metadata.get("pipeline_tag")).isEqualTo("text-classification");
    assertThat(metadata.get("tags")).isEqualTo(List.of("afina", "emotions"));
    Map<String, ?> model = CardYaml.map(CardYaml.list(metadata.get("model-index")).get(0));
    assertThat(model.get("name")).isEqualTo("emotions");
    Map<String, ?> result = CardYaml.map(CardYaml.list(model.get("results")).get(0));
    assertThat(result.get("task"))
        .isEqualTo(Map.of("type", "text-classification", "name", "Text Classification"));
    assertThat(result.get("dataset"))
        .isEqualTo(
            Map.of(
                "type",
                "cardiffnlp/tweet_eval",
                "name",
                "cardiffnlp/tweet_eval",
                "config",
                "emotion",
                "split",
                "test"));
    assertThat(CardYaml.map(CardYaml.list(result.get("metrics")).get(0)))
        .containsExactly(entry("type", "accuracy"), entry("value", 0.7), entry("name", "Accuracy"));
    // F1: anger 2·3/(4+5), joy 2·4/(4+5), sadness 0
    assertThat(CardYaml.map(CardYaml.list(result.get("metrics")).get(1)).get("value"))
        .isEqualTo(0.518519);
  }

  private static ModelCard regression(Map<String, Double> metrics) {
    return ModelCard.of(
            ModelFacts.of(Labels.of("v"), 10).problemType(ProblemType.REGRESSION), "prices")
        .result(EvaluatedOn.named("t"), 10, metrics)
        .build();
  }

  @Test
  void card_numbersOfAnySize_keepTheirDigits() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("mean_squared_error", 2.5e13);
    metrics.put("mean_absolute_error", 3.00000049e-7);
    metrics.put("r2", -12345678.9);
    metrics.put("pearson", Double.NaN);
    metrics.put("spearman", Double.NEGATIVE_INFINITY);
    String card = regression(metrics).toString();
    Map<String, ?> metadata = CardYaml.of(card).metadata();
    Map<String, ?> model = CardYaml.map(CardYaml.list(metadata.get("model-index")).get(0));
    Map<String, ?> result = CardYaml.map(CardYaml.list(model.get("results")).get(0));
    assertThat(metadata.get("metrics")).isEqualTo(List.of("mse", "mae", "r_squared"));
    assertThat(
            CardYaml.list(result.get("metrics")).stream()
                .map(metric -> CardYaml.map(metric).get("value")))
        .containsExactly(2.5e13, 3e-7, -12345700.0);
    assertThat(card)
        .contains("On t it has mean squared error 2.5e13 (10 texts).")
        .contains("| Mean squared error | 2.5e13 |\n| Mean absolute error | 3e-7 |\n")
        .contains("| R2 | -1.235e7 |\n| Pearson | – |\n| Spearman | – |\n");
  }

  @Test
  void card_resultsWithoutAnyNumber_areNotListed() {
    assertThat(regression(Map.of("pearson", Double.NaN)).toString())
        .contains("It was evaluated on t (10 texts).", "| Pearson | – |")
        .doesNotContain("model-index", "metrics:");
  }

  @Test
  void card_body_hasWhatPeopleNeed() {
    String card =
        card().intendedUse("For support mail.").data("Written by hand.").build().toString();
    assertThat(card)
        .contains("# emotions\n")
        .contains("Says which of 3 labels a text has: anger, joy, sadness.")
        .contains("On cardiffnlp/tweet\\_eval emotion, split test it has accuracy 0.7000")
        .contains("Classifier.load(\"tester/emotions\")")
        .contains("pipeline(\"text-classification\", model=\"tester/emotions\")")
        .contains("## Intended use and limits\n\nFor support mail.\n\n- It gives")
        .contains("## Data\n\nWritten by hand.\n\nTrained on [cardiffnlp/tweet_eval](https://")
        .contains("30 texts to train on, 30 to validate on.")
        .contains("| anger | 10 | 33.3 % |")
        .contains("| anger | 0.6000 | 0.7500 | 0.6667 | 4 |")
        .contains("| sadness | 0.0000 | 0.0000 | 0.0000 | 2 |")
        .contains(
            """
            | Truth \\ predicted | anger | joy | sadness |
            | --- | ---: | ---: | ---: |
            | **anger** | 3 | 1 | 0 |
            | **joy** | 0 | 4 | 0 |
            | **sadness** | 2 | 0 | 0 |""")
        .contains("| Pretrained model | the folder base |")
        .doesNotContain("/home/ann")
        .contains("| Epochs | 2.0 |")
        .contains("| Learning rate | 0.002, schedule linear |")
        .contains("| Warmup | 0.1000 of all updates |")
        .contains("epsilon 1.0E-8, weight decay 0.01 |")
        .contains(
            """
            | Epoch | Step | Training loss | Validation loss | Validation accuracy | Validation macro f1 |
            | --- | ---: | ---: | ---: | ---: | ---: |
            | 1 | 4 | 1.0000 | 0.5000 | 0.5000 | 0.7500 |
            | 2 | 8 | 0.5000 | 0.2500 | 0.7500 | 0.8750 |
            """)
        .contains("| 10 | 0.7000 | 0.5185 | 0.6222 | ", " | 0.8750 |")
        .contains("| Precision | float32 |")
        .contains("- PyTorch 2.7.1\n")
        .contains("- Java " + Runtime.version().feature());
  }

  @Test
  void card_baseModel_onlyWhenItIsOnTheHub() {
    assertThat(card().build().toString()).doesNotContain("base_model");
    assertThat(TrainingFacts.hubName("distilbert/distilbert-base-uncased@main"))
        .isEqualTo("distilbert/distilbert-base-uncased");
    assertThat(TrainingFacts.hubName("bert-base-uncased")).isEqualTo("bert-base-uncased");
    assertThat(TrainingFacts.hubName("classpath:model.onnx")).isNull();
    assertThat(TrainingFacts.hubName(folder.toString())).isNull();
    assertThat(TrainingFacts.hubName("a/b/c")).isNull();
    String card = card().baseModel("google-bert/bert-base-uncased").build().toString();
    assertThat(card)
        .contains("\nbase_model: google-bert/bert-base-uncased\n")
        .contains("Fine-tuned from [google-bert/bert-base-uncased](https://huggingface.co/google-");
  }

  @Test
  void card_ofAModelThatWasLoaded_hasNoTraining() {
    String card = ModelCard.of(ModelFacts.of(LABELS, 512), "plain").build().toString();
    assertThat(card)
        .contains("How many texts it was trained on is not known here.")
        .contains("- Texts longer than 512 tokens are cut")
        .doesNotContain("## Training")
        .doesNotContain("## Results")
        .doesNotContain("model-index")
        .doesNotContain("PyTorch");
  }

  @Test
  void card_precision_isThatOfTheTraining() {
    ModelFacts facts = FACTS.training(TRAINING.precision("bfloat16"));
    assertThat(ModelCard.of(facts, "x").build().toString()).contains("| Precision | bfloat16 |");
  }

  @Test
  void card_saysWhatIsMinimizedAndWhichWeightsChange() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("loss", "cross_entropy");
    settings.put("freeze", "layers(2)");
    settings.put("lora", "rank 8, alpha 16");
    settings.put("head", "REPLACED");
    settings.put("form of the head", "standard, dropout 0.3");
    assertThat(ModelCard.of(FACTS.training(TRAINING.settings(settings)), "x").build().toString())
        .contains(
            """
            | Loss | cross\\_entropy |
            | Frozen | layers(2) |
            | LoRA | rank 8, alpha 16 |
            | Head | standard, dropout 0.3, with a new output layer |
            """);
    settings.put("head", "EXTENDED");
    assertThat(ModelCard.of(FACTS.training(TRAINING.settings(settings)), "x").build().toString())
        .contains("| Head | standard, dropout 0.3, with an output layer of more labels |\n");
    assertThat(card().build().toString())
        .as("where it is unknown")
        .contains("## Training")
        .doesNotContain("\n| Loss |", "| LoRA |", "| Frozen |", "| Head |");
  }

  @Test
  void card_manyLabels_listsConfusions() {
    Labels labels = Labels.of(IntStream.range(0, 30).mapToObj(i -> "intent_" + i).toList());
    int[] truth = IntStream.range(0, 90).map(i -> i % 30).toArray();
    int[] predicted = truth.clone();
    predicted[0] = 7;
    predicted[30] = 7;
    predicted[1] = 2;
    String card =
        ModelCard.of(FACTS, "x")
            .result(EvaluatedOn.named("Our mail, May"), matrix(labels, truth, predicted), 1)
            .build()
            .toString();
    assertThat(card)
        .contains(
            """
            | Truth | Predicted | Texts |
            | --- | ---: | ---: |
            | intent\\_0 | intent\\_7 | 2 |
            | intent\\_1 | intent\\_2 | 1 |
            """)
        .doesNotContain("Confusion matrix")
        .contains("    name: \"Our mail, May\"\n")
        .contains("      type: our-mail-may\n");
  }

  @Test
  void card_oddNames_areEscaped() {
    Labels labels = Labels.of("a|b", "<script>", "c\nd", "~~$x$~~ \u202Ee");
    String card =
        ModelCard.of(FACTS, "x")
            .result(
                EvaluatedOn.named("t"),
                matrix(labels, new int[] {0, 1, 2, 3}, new int[] {0, 1, 2, 3}),
                1)
            .build()
            .toString();
    assertThat(card)
        .contains("| a\\|b | 1.0000 |")
        .contains("| &lt;script> |")
        .contains("| c d |")
        .doesNotContain("~~", "$x$", "\u202E");
  }

  @Test
  void write_again_regenerates() throws IOException {
    card().build().writeTo(folder);
    String first = Files.readString(folder.resolve("README.md"));
    assertThat(first).isEqualTo(card().build().toString());
    card().build().writeTo(folder);
    assertThat(Files.readString(folder.resolve("README.md"))).isEqualTo(first);
    card().license("mit").description("Another one.").build().writeTo(folder);
    assertThat(Files.readString(folder.resolve("README.md")))
        .contains("\nlicense: mit\n")
        .contains("# emotions\n\nAnother one.\n")
        .doesNotContain("apache-2.0")
        .isEqualTo(card().license("mit").description("Another one.").build().toString());
    assertThat(folder.toFile().list()).containsExactly("README.md");
  }

  @Test
  void merge_personsChanges_stay() {
    String edited =
        card()
            .build()
            .toString()
            .replace("license: apache-2.0\n", "# asked legal\nlicense: cc-by-4.0 # sure\n")
            .replace("- emotions\n", "- emotions\n- mine\n")
            .replace("pipeline_tag: text-classification\n", "")
            .replace("library_name:", "widget:\n- text: \"I am: glad\"\nlibrary_name:")
            .replace("- Texts longer than", "- Long texts are bad. Texts longer than")
            .replace("## Results", "## Results (checked by Ann)")
            .replaceAll("(?s)<!-- afina:begin training -->.*<!-- afina:end training -->\n", "")
            .replace(
                "<!-- afina:begin data -->", "## From Ann\n\nHello.\n\n<!-- afina:begin data -->");
    String merged = card().data("More data.").license("mit").build().mergedInto(edited);
    assertThat(merged)
        .contains("# asked legal\nlicense: cc-by-4.0 # sure\n")
        .contains("- afina\n- emotions\n- mine\n")
        .contains("widget:\n- text: \"I am: glad\"\nlibrary_name: transformers\n")
        .doesNotContain("\npipeline_tag:")
        .contains("- Long texts are bad. Texts longer than")
        .contains("## Results (checked by Ann)")
        .doesNotContain("## Training")
        .contains("## From Ann\n\nHello.\n\n<!-- afina:begin data -->\n## Data\n\nMore data.\n");
    assertThat(card().data("More data.").build().mergedInto(merged)).isEqualTo(merged);
    // What a person changed stays theirs in all later runs, what is generated moves on.
    assertThat(card().data("Even more.").build().mergedInto(merged))
        .isEqualTo(
            merged
                .replace("More data.", "Even more.")
                .replaceAll(
                    "\"data\":\"\\w+\"",
                    "\"data\":\""
                        + CardRecord.hash(
                            section(merged.replace("More data.", "Even more."), "data"))
                        + "\""));
  }

  private static String section(String card, String name) {
    String begin = "<!-- afina:begin " + name + " -->\n";
    int from = card.indexOf(begin) + begin.length();
    return card.substring(from, card.indexOf("\n<!-- afina:end " + name, from));
  }

  @Test
  void merge_intoAPersonsCard_keepsItToTheLetter() {
    String theirs =
        """
        ---
        # ours since 2024
        language: no   # Norwegian
        tags: [news, 'a: b']
        released: 2024-01-31
        model-index:
        - name: old
          results:
          - task: {type: text-classification}
            dataset: {type: cardiffnlp/tweet_eval, name: Tweets, config: emotion, split: test}
            metrics:
            - {type: accuracy, value: 0.5, name: Accuracy}
            - {type: wer, value: 3}
            - {type: wer, value: 4}
          - task: {type: translation}
            dataset: {type: x, name: X}
            metrics: [{type: bleu, value: 1}]
        ---

        # Our model

        A table: | a | --- and a line
        ---
        """;
    String merged = card().build().mergedInto(theirs);
    assertThat(merged)
        .startsWith(
            "---\n# ours since 2024\nlanguage:\n- \"no\"\n- en\ntags:\n- news\n- \"a: b\"\n- afina\n")
        .contains("released: 2024-01-31\n")
        .contains(
            "\n---\n\n# Our model\n\nA table: | a | --- and a line\n---\n\n<!-- afina:begin summary -->");
    Map<String, ?> model =
        CardYaml.map(CardYaml.list(CardYaml.of(merged).metadata().get("model-index")).get(0));
    assertThat(model.get("name")).isEqualTo("old");
    List<?> results = CardYaml.list(model.get("results"));
    assertThat(results).hasSize(2);
    List<Object> metrics =
        new ArrayList<>(CardYaml.list(CardYaml.map(results.get(0)).get("metrics")));
    assertThat(metrics)
        .hasSize(7)
        .contains(Map.of("type", "wer", "value", 3))
        .contains(Map.of("type", "wer", "value", 4))
        .contains(Map.of("type", "accuracy", "value", 0.7, "name", "Accuracy"));
    assertThat(card().build().mergedInto(merged)).isEqualTo(merged);
  }

  @Test
  void merge_keepsLineBreaksAndCardsWithoutMetadata() {
    String merged = card().build().mergedInto("# Mine\r\n\r\nText\r\n");
    assertThat(merged)
        .startsWith("---\r\nlanguage:\r\n- en\r\n")
        .contains("---\r\n# Mine\r\n\r\nText\r\n\r\n<!-- afina:begin summary -->\r\n");
    assertThat(merged.replace("\r\n", "")).doesNotContain("\n");
    assertThat(card().build().mergedInto(merged)).isEqualTo(merged);
  }

  @Test
  void write_overMetadataWithAMergeKey_leavesIt() throws IOException {
    String card = "---\nlicense: mit\n<<: {a: b}\n---\ntext\n";
    Path file = Files.writeString(folder.resolve("README.md"), card);
    assertThatThrownBy(() -> card().build().writeTo(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": its metadata has the merge key \"<<\"; write out");
    assertThat(file).hasContent(card);
  }

  @Test
  void write_overBrokenMetadata_leavesIt() throws IOException {
    Path file = Files.writeString(folder.resolve("README.md"), "---\na: [1\n---\ntext\n");
    assertThatThrownBy(() -> card().build().writeTo(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": its metadata is not YAML: ")
        .hasMessageEndingWith("; correct it, or remove the file");
    assertThat(file).hasContent("---\na: [1\n---\ntext\n");
    Files.writeString(file, "---\n- a\n---\ntext\n");
    assertThatThrownBy(() -> card().build().writeTo(folder))
        .hasMessageContaining("its metadata is not a mapping of keys to values");
  }

  @Test
  void write_overAHostileCard_leavesItToTheByte() throws IOException {
    Path file = folder.resolve("README.md");
    for (String yaml :
        List.of("a: &a\n  b: *a", "a: " + "[".repeat(20_000), "a: 1\na: 2", "a: !!binary aGk=")) {
      byte[] hostile = ("---\n" + yaml + "\n---\ntext\n").getBytes(StandardCharsets.UTF_8);
      Files.write(file, hostile);
      assertThatThrownBy(() -> card().build().writeTo(folder))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + ": its metadata is ")
          .hasMessageEndingWith("; correct it, or remove the file");
      assertThat(file).hasBinaryContent(hostile);
    }
    byte[] latin = "# Gr\u00fc\u00dfe\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(file, latin);
    assertThatThrownBy(() -> card().build().writeTo(folder))
        .hasMessageContaining("it is not UTF-8; save it in that encoding");
    assertThat(file).hasBinaryContent(latin);
    assertThat(folder.toFile().list()).containsExactly("README.md");
  }

  /** Comments that begin and never end, and numbers that JSON does not have. */
  @Test
  void merge_intoAnOddCard_keepsIt() {
    String begins = "<!-- afina:begin data -->\n<!-- afina:card {\n".repeat(100_000);
    String theirs = "---\nmodel-index: [.nan]\ntags: [.nan]\nids: {0: a, 1: b}\n---\n" + begins;
    String merged = card().build().mergedInto(theirs);
    assertThat(merged)
        .contains(begins)
        .contains(
            "---\nmodel-index: [.nan]\ntags:\n- .nan\n- afina\n- emotions\nids: {0: a, 1: b}\n");
    assertThat(card().build().mergedInto(merged)).isEqualTo(merged);
    // Spelled anew, because it is not one key a line.
    assertThat(card().build().mergedInto("---\n{ids: {0: a}, b: 1}\n---\n"))
        .contains("ids:\n  0: a\nb: 1\n");
  }

  /** Half a million, for which a search from each of them would take minutes. */
  @Test
  void merge_intoACardOfEmptyLines_takesNoTime() {
    String lines = "\n".repeat(500_000) + "x";
    assertThat(card().build().mergedInto(lines + "\n\n\n")).contains(lines + "\n\n<!-- afina:");
  }

  @Test
  void wrongFields_areRefused() {
    assertThatThrownBy(() -> card().limits("half \uD83D"))
        .hasMessage("limits: holds half of a surrogate pair, no character");
    assertThatThrownBy(() -> ModelCard.of(FACTS, "a/b/c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("model \"a/b/c\": expected name or owner/name; ");
    assertThatThrownBy(() -> ModelCard.of(FACTS, "a/b@main"))
        .hasMessageStartingWith("model \"a/b@main\": expected name or owner/name; ");
    assertThatThrownBy(() -> card().language("English"))
        .hasMessage("language \"English\": expected an ISO 639 code such as en, or multilingual");
    assertThatThrownBy(() -> card().license("Apache License 2.0"))
        .hasMessageStartingWith(
            "license \"Apache License 2.0\": expected an identifier of the Hub");
    assertThatThrownBy(() -> card().data("x <!-- afina:end data --> y"))
        .hasMessage("data: holds \"<!-- afina:\", which marks generated sections");
  }
}
