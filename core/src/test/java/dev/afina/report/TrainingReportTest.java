package dev.afina.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.Evaluation;
import dev.afina.Prediction;
import dev.afina.card.LongTextFacts;
import dev.afina.card.ModelFacts;
import dev.afina.data.DataReport;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.metrics.MultiLabelPredictions;
import dev.afina.metrics.RegressionPredictions;
import dev.afina.metrics.SingleLabelPredictions;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class TrainingReportTest {
  private static final List<String> LABELS = List.of("no", "yes");

  /** Right, wrong, right, wrong: truth no no yes yes, predicted no yes yes no. */
  private static TrainingReport fourTexts() {
    SingleLabelPredictions scored =
        SingleLabelPredictions.of(
            new int[] {0, 0, 1, 1},
            new double[][] {{0.75, 0.25}, {0.375, 0.625}, {0.25, 0.75}, {0.875, 0.125}},
            LABELS);
    return Samples.report(LABELS)
        .evaluation("test", Samples.texts("first", "second", "third", "fourth"), scored);
  }

  private static JsonObject json(TrainingReport report) {
    return JsonParser.parseString(report.json()).getAsJsonObject();
  }

  private static JsonObject onlyEvaluation(TrainingReport report) {
    JsonArray evaluations = json(report).getAsJsonArray("evaluations");
    assertThat(evaluations).hasSize(1);
    return evaluations.get(0).getAsJsonObject();
  }

  @Test
  void figuresOfOneLabelAText_areThoseWorkedByHand() {
    JsonObject figures = onlyEvaluation(fourTexts());

    assertThat(figures.get("task").getAsString()).isEqualTo("single_label");
    assertThat(figures.get("texts").getAsInt()).isEqualTo(4);
    assertThat(figures.getAsJsonObject("metrics").get("accuracy").getAsDouble()).isEqualTo(0.5);
    assertThat(figures.get("confusionMatrix")).hasToString("[[1,1],[1,1]]");
    assertThat(figures.getAsJsonArray("labels").get(1))
        .hasToString(
            "{\"label\":\"yes\",\"precision\":0.5,\"recall\":0.5,\"f1\":0.5,\"support\":2,\"predicted\":2,"
                + "\"truePositives\":1,\"falsePositives\":1,\"falseNegatives\":1,\"trueNegatives\":1}");
    assertThat(figures.getAsJsonObject("averages").get("macro"))
        .hasToString("{\"precision\":0.5,\"recall\":0.5,\"f1\":0.5}");
    // Two texts at 0.75 that are right, one at 0.625 and one at 0.875 that are wrong:
    // (2 · 0.25 + 0.625 + 0.875) / 4 = 0.5
    JsonObject calibration = figures.getAsJsonObject("calibration");
    assertThat(calibration.get("expectedError").getAsDouble()).isCloseTo(0.5, within(1e-12));
    assertThat(calibration.getAsJsonArray("bins")).hasSize(3);
    JsonObject middle = calibration.getAsJsonArray("bins").get(1).getAsJsonObject();
    assertThat(middle.get("count").getAsInt()).isEqualTo(2);
    assertThat(middle.get("meanProbability").getAsDouble()).isEqualTo(0.75);
    assertThat(middle.get("shareTrue").getAsDouble()).isEqualTo(1);
    // The surest mistake first.
    assertThat(figures.get("mistakes"))
        .hasToString(
            "[{\"text\":\"fourth\",\"pair\":null,\"truth\":\"yes\",\"predicted\":\"no\",\"score\":0.875,"
                + "\"truthScore\":0.125},"
                + "{\"text\":\"second\",\"pair\":null,\"truth\":\"no\",\"predicted\":\"yes\",\"score\":0.625,"
                + "\"truthScore\":0.375}]");
  }

  @Test
  void figuresOfSeveralLabelsAText_areThoseWorkedByHand() {
    // a is true of both and given to the first, b is true of none and given to the second.
    MultiLabelPredictions scored =
        MultiLabelPredictions.of(
            new boolean[][] {{true, false}, {true, false}},
            new double[][] {{0.75, 0.25}, {0.375, 0.875}},
            0.5,
            List.of("a", "b"));
    JsonObject figures =
        onlyEvaluation(
            Samples.report(List.of("a", "b"))
                .evaluation("test", Samples.texts("first", "second"), scored));

    assertThat(figures.get("task").getAsString()).isEqualTo("multi_label");
    assertThat(figures.get("threshold").getAsDouble()).isEqualTo(0.5);
    assertThat(figures.has("confusionMatrix")).isFalse();
    assertThat(figures.getAsJsonArray("labels").get(0))
        .hasToString(
            "{\"label\":\"a\",\"precision\":1.0,\"recall\":0.5,\"f1\":0.6666666666666666,\"support\":2,"
                + "\"predicted\":1,\"truePositives\":1,\"falsePositives\":0,\"falseNegatives\":1,"
                + "\"trueNegatives\":0}");
    assertThat(figures.getAsJsonArray("labels").get(1))
        .hasToString(
            "{\"label\":\"b\",\"precision\":0.0,\"recall\":0.0,\"f1\":0.0,\"support\":0,"
                + "\"predicted\":1,\"truePositives\":0,\"falsePositives\":1,\"falseNegatives\":0,"
                + "\"trueNegatives\":1}");
    assertThat(figures.getAsJsonObject("averages").keySet())
        .containsExactly("micro", "macro", "weighted", "samples");
    assertThat(figures.getAsJsonObject("averages").get("micro"))
        .hasToString("{\"precision\":0.5,\"recall\":0.5,\"f1\":0.5}");
    // Of the second text b is further from the truth (0.875) than a (0.625).
    assertThat(figures.get("mistakes"))
        .hasToString(
            "[{\"text\":\"second\",\"pair\":null,\"truth\":[\"a\"],\"predicted\":[\"b\"],\"label\":\"b\","
                + "\"given\":true,\"score\":0.875}]");
  }

  @Test
  void figuresOfARegression_areThoseWorkedByHand() {
    RegressionPredictions scored =
        RegressionPredictions.of(new double[] {1, 2, 3, 4}, new double[] {1, 2, 5, 3});
    JsonObject figures =
        onlyEvaluation(
            Samples.report(List.of("score"))
                .evaluation("test", Samples.texts("a", "b", "c", "d"), scored));

    assertThat(figures.get("task").getAsString()).isEqualTo("regression");
    JsonObject metrics = figures.getAsJsonObject("metrics");
    assertThat(metrics.get("mean_squared_error").getAsDouble()).isEqualTo(5 / 4.0);
    assertThat(metrics.get("mean_absolute_error").getAsDouble()).isEqualTo(3 / 4.0);
    JsonObject target = figures.getAsJsonArray("targets").get(0).getAsJsonObject();
    assertThat(target.get("target").getAsString()).isEqualTo("score");
    assertThat(target.get("points")).hasToString("[[1.0,1.0],[2.0,2.0],[3.0,5.0],[4.0,3.0]]");
    // Errors 0, 0, 2, −1 in five bins of width 0.8 from −2 to 2.
    assertThat(
            target.getAsJsonArray("residuals").asList().stream()
                .map(bin -> bin.getAsJsonObject().get("count").getAsInt()))
        .containsExactly(0, 1, 2, 0, 1);
    assertThat(figures.get("mistakes"))
        .hasToString(
            "[{\"text\":\"c\",\"pair\":null,\"target\":\"score\",\"truth\":3.0,\"predicted\":5.0},"
                + "{\"text\":\"d\",\"pair\":null,\"target\":\"score\",\"truth\":4.0,\"predicted\":3.0}]");
  }

  /** As the models' evaluations add themselves. */
  @Test
  void anEvaluation_addsItsOwnFigures() {
    Labels labels = Labels.of(LABELS);
    Evaluation evaluation =
        Evaluation.of(
            labels,
            List.of(0, 1),
            List.of(Prediction.of(labels, 1, 0), Prediction.of(labels, 1, 0)));

    JsonObject figures =
        onlyEvaluation(
            evaluation.addedTo(Samples.report(LABELS), "test", Samples.texts("first", "second")));

    assertThat(figures.get("confusionMatrix")).hasToString("[[1,0],[1,0]]");
  }

  @Test
  void theTraining_isToldAsItWas() {
    JsonObject json =
        json(
            Samples.report(LABELS)
                .title("Ours")
                .data(DataReport.of(Dataset.of(Example.of("", "no")), null)));

    assertThat(json.get("format").getAsInt()).isEqualTo(1);
    assertThat(json.get("title").getAsString()).isEqualTo("Ours");
    assertThat(json.get("written").getAsString()).isEqualTo("2026-03-04T05:06:07Z");
    assertThat(json.get("model"))
        .hasToString(
            "{\"labels\":[\"no\",\"yes\"],\"maxTokens\":128,\"longTexts\":{\"kind\":\"cut\",\"stride\":0,\"most\":1}}");
    JsonObject training = json.getAsJsonObject("training");
    assertThat(training.get("checkpoint").getAsString()).isEqualTo("the folder base");
    assertThat(training.get("steps").getAsInt()).isEqualTo(20);
    assertThat(training.get("end").getAsString()).isEqualTo("complete");
    assertThat(training.get("seconds").getAsDouble()).isEqualTo(90);
    assertThat(training.get("textsPerSecond").getAsDouble()).isEqualTo(12.5);
    assertThat(training.get("best").isJsonNull()).isTrue();
    assertThat(training.getAsJsonArray("evaluations").get(1))
        .hasToString("{\"step\":20,\"epoch\":2.0,\"metrics\":{\"loss\":0.5,\"accuracy\":0.75}}");
    assertThat(
            training.getAsJsonArray("options").asList().stream()
                .filter(o -> o.getAsJsonObject().get("set").getAsBoolean())
                .map(Object::toString))
        .containsExactly(
            "{\"name\":\"epochs\",\"value\":\"2.0\",\"set\":true}",
            "{\"name\":\"schedule\",\"value\":\"cosine\",\"set\":true}",
            "{\"name\":\"seed\",\"value\":\"7\",\"set\":true}");
    assertThat(training.get("settings"))
        .hasToString(
            "{\"loss\":\"cross entropy\",\"training data\":\"3 texts of digest 0123456789abcdef\"}");
    JsonObject data = json.getAsJsonObject("data");
    assertThat(data.get("trainingTexts").getAsInt()).isEqualTo(3);
    assertThat(data.get("validationTexts").getAsInt()).isEqualTo(4);
    assertThat(data.get("labels"))
        .hasToString(
            "[{\"label\":\"no\",\"trainingTexts\":2},{\"label\":\"yes\",\"trainingTexts\":1}]");
    assertThat(data.get("warnings"))
        .hasToString("[\"training data: 1 row without text: 0 (counted from 0)\"]");
    assertThat(json.get("machine"))
        .hasToString(
            "{\"processor\":\"A Processor\",\"cores\":8,\"memoryBytes\":17179869184,"
                + "\"system\":\"An OS 1, x\",\"heapBytes\":4294967296}");
    assertThat(json.getAsJsonObject("versions").get("engine").getAsString())
        .isEqualTo("An Engine 1.2");
  }

  @Test
  void thePage_hasTheSameFigures() {
    String page = fourTexts().html();

    assertThat(page)
        .contains("2026-03-04 05:06 UTC", "the folder base", "seed 7", "1 min 30 s")
        .contains("<dt>test accuracy</dt><dd>0.5000</dd>")
        .contains("Expected calibration error <strong>0.5000</strong>")
        .contains("<bdi dir=\"auto\">fourth</bdi>")
        .contains("0123456789abcdef", "A Processor", "16 GiB", "An Engine 1.2")
        .doesNotContain("/home/somebody", "NaN");
    assertThat(page.indexOf("fourth")).isLessThan(page.indexOf("second<"));
  }

  @Test
  void aModelThatWasLoaded_hasNoTraining() {
    TrainingReport report =
        TrainingReport.of(ModelFacts.of(Labels.of("no", "yes"), 128))
            .made(Samples.WRITTEN, Samples.MACHINE);

    assertThat(json(report).get("training").isJsonNull()).isTrue();
    assertThat(json(report).getAsJsonObject("data").get("trainingTexts").isJsonNull()).isTrue();
    assertThat(report.html()).contains("Versions and machine").doesNotContain("<h2>Training");
  }

  @Test
  void theRuleForLongTexts_isTold() {
    LongTextFacts windows = new LongTextFacts(LongTextFacts.Kind.MAXIMUM_OF_WINDOWS, 16, 4);
    TrainingReport report =
        TrainingReport.of(ModelFacts.of(Labels.of("no", "yes"), 128).longTexts(windows));

    assertThat(json(report).getAsJsonObject("model").get("longTexts"))
        .hasToString("{\"kind\":\"maximum of windows\",\"stride\":16,\"most\":4}");
  }

  @Test
  void undefinedFigures_areNullAndADash() {
    // All texts have one label, so ROC AUC is undefined.
    TrainingReport report =
        Samples.report(LABELS)
            .evaluation(
                "test",
                Samples.texts("a"),
                SingleLabelPredictions.of(new int[] {0}, new double[][] {{0.5, 0.5}}, LABELS));

    assertThat(onlyEvaluation(report).getAsJsonObject("metrics").get("roc_auc").isJsonNull())
        .isTrue();
    assertThat(report.html()).contains("<dt><bdi>roc auc</bdi></dt><dd>–</dd>");
  }

  @Test
  void textsOfTheData_areTextsOnThePage() {
    String hostile =
        "<script>alert(1)</script> & \"quoted\" 'single' \u0000\u001b\u2028\u202e\ud800 \u2066x\u2069 </style>"
            + "<!--";
    List<String> labels = List.of("<b>no</b>", "yes\u202e\"><img src=x>");
    TrainingReport report =
        Samples.report(labels)
            .title("<h1>")
            .evaluation(
                "<test>",
                Dataset.of(Example.ofPair(hostile, hostile)),
                SingleLabelPredictions.of(new int[] {0}, new double[][] {{0.25, 0.75}}, labels));

    String page = report.html();
    assertThat(page)
        .doesNotContain("<script", "<img", "<b>", "<!--", "\u0000", "\u001b", "\u2028", "\u202e")
        .doesNotContain("\ud800", "\u2066", "<test>", "<h1><h1>")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; &#39;single&#39;")
        .contains("(U+0000)", "(U+001B)", "(U+202E)", "(U+D800)", "(U+2066)x(U+2069)")
        .contains("&lt;b&gt;no&lt;/b&gt;");
    assertThat(page.split("</style>", -1)).hasSize(2);
    JsonObject mistake = onlyEvaluation(report).getAsJsonArray("mistakes").get(0).getAsJsonObject();
    assertThat(mistake.get("text").getAsString()).isEqualTo(hostile);
    assertThat(mistake.get("pair").getAsString()).isEqualTo(hostile);
    assertThat(report.json()).contains("\\ud800").doesNotContain("\u0000", "\u2028");
  }

  @Test
  void aLongText_isCutAtAWholeCharacter() {
    String text = "😀".repeat(301);
    TrainingReport report =
        Samples.report(LABELS)
            .evaluation(
                "test",
                Samples.texts(text),
                SingleLabelPredictions.of(new int[] {0}, new double[][] {{0.25, 0.75}}, LABELS));

    String shown =
        onlyEvaluation(report)
            .getAsJsonArray("mistakes")
            .get(0)
            .getAsJsonObject()
            .get("text")
            .getAsString();
    assertThat(shown).isEqualTo("😀".repeat(300) + "…");
    assertThat(report.html()).contains(">" + shown + "<");
  }

  @Test
  void thePage_loadsNothingAndRunsNothing() {
    for (TrainingReport report : kinds().toList()) {
      assertThat(report.html())
          .contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"")
          .doesNotContain("<script", "<link", "<img", "@import", "url(", "src=", "href=")
          .doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg\")");
    }
  }

  @Test
  void everyPicture_isWellFormedAndStaysInItsFrame() throws Exception {
    for (TrainingReport report : kinds().toList()) {
      String page = report.html();
      int count = 0;
      for (int from = page.indexOf("<svg"); from >= 0; from = page.indexOf("<svg", from + 1)) {
        assertPicture(page.substring(from, page.indexOf("</svg>", from) + "</svg>".length()));
        count++;
      }
      assertThat(count).isGreaterThanOrEqualTo(3);
    }
  }

  private static void assertPicture(String svg)
      throws ParserConfigurationException, IOException, SAXException {
    assertThat(svg).doesNotContain("NaN", "Infinity", "E-", "E1");
    var root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new java.io.StringReader(svg)))
            .getDocumentElement();
    double width = Double.parseDouble(root.getAttribute("width"));
    double height = Double.parseDouble(root.getAttribute("height"));
    for (String tag : List.of("rect", "circle", "line", "text")) {
      var elements = root.getElementsByTagName(tag);
      for (int i = 0; i < elements.getLength(); i++) {
        var element = (org.w3c.dom.Element) elements.item(i);
        for (String x : List.of("x", "cx", "x1", "x2")) {
          assertThat(number(element.getAttribute(x))).isBetween(0.0, width);
        }
        for (String y : List.of("y", "cy", "y1", "y2")) {
          assertThat(number(element.getAttribute(y))).isBetween(0.0, height);
        }
        assertThat(number(element.getAttribute("x")) + number(element.getAttribute("width")))
            .isLessThanOrEqualTo(width + 0.01);
      }
    }
  }

  private static double number(String text) {
    return text.isEmpty() ? 0 : Double.parseDouble(text);
  }

  private static Stream<TrainingReport> kinds() {
    return Stream.of(
        fourTexts(),
        Samples.singleLabel(10),
        Samples.singleLabel(77),
        Samples.singleLabel(200),
        Samples.multiLabel(12),
        Samples.regression("relatedness"),
        Samples.regression("humour", "anger"));
  }

  @Test
  void aMatrixOfVeryManyLabels_isAListInstead() {
    String page = Samples.singleLabel(ConfusionChart.MOST_LABELS + 1).html();

    assertThat(page)
        .contains("Most frequent confusions")
        .doesNotContain("<figure class=\"matrix\"");
  }

  @Test
  void numbersBeyondMeasure_areDrawnAllTheSame() throws Exception {
    TrainingReport report =
        Samples.report(List.of("score"))
            .evaluation(
                "test",
                Samples.texts("a", "b"),
                RegressionPredictions.of(
                    new double[] {-Double.MAX_VALUE, 1}, new double[] {Double.MAX_VALUE, 1}));

    String page = report.html();
    int from = page.indexOf("<svg", page.indexOf("Predictions</strong>"));
    assertPicture(page.substring(from, page.indexOf("</svg>", from) + "</svg>".length()));
    assertThat(JsonParser.parseString(report.json())).isNotNull();
  }

  @Test
  void bothFiles_areWritten_andOthersStay(@TempDir Path folder) throws IOException {
    Path reports = folder.resolve("a/b");
    Files.createDirectories(reports);
    Files.writeString(reports.resolve("notes.txt"), "mine");
    Files.writeString(reports.resolve("report.html"), "old");

    Path page = fourTexts().writeTo(reports);

    assertThat(page).isEqualTo(reports.resolve("report.html"));
    assertThat(Files.readString(page)).isEqualToNormalizingNewlines(fourTexts().html());
    assertThat(Files.readString(reports.resolve("report.json")))
        .isEqualToNormalizingNewlines(fourTexts().json());
    try (Stream<Path> files = Files.list(reports)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("notes.txt", "report.html", "report.json");
    }
  }

  @Test
  void aFileThatCannotBeReplaced_leavesBothAsTheyWere(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("report.html"), "old");
    Files.createDirectory(folder.resolve("report.json"));

    assertThatThrownBy(() -> fourTexts().writeTo(folder))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(folder.resolve("report.json") + ": is no file; the report would replace it");

    assertThat(folder.resolve("report.html")).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aRenamingThatFails_takesTheEarlierOnesBack(@TempDir Path folder) throws IOException {
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    Files.writeString(folder.resolve("replaced"), "old");
    Files.writeString(scratch.resolve("replaced.before"), "old");
    Files.writeString(scratch.resolve("replaced"), "new");
    Files.writeString(scratch.resolve("added"), "new");

    assertThatThrownBy(
            () -> ReportFiles.replace(folder, scratch, List.of("replaced", "added", "missing")))
        .isInstanceOf(NoSuchFileException.class);

    assertThat(folder.resolve("replaced")).hasContent("old");
    assertThat(folder.resolve("added")).doesNotExist();
  }

  @Test
  void aFolderThatIsAFile_isRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");

    assertThatThrownBy(() -> fourTexts().writeTo(file)).isInstanceOf(IOException.class);

    assertThat(file).hasContent("mine");
  }

  @Test
  void whatDoesNotBelongTogether_isRefused() {
    assertThatThrownBy(
            () ->
                Samples.report(LABELS)
                    .evaluation(
                        "test",
                        Samples.texts("one", "two"),
                        SingleLabelPredictions.of(
                            new int[] {0}, new double[][] {{0.25, 0.75}}, LABELS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "evaluation \"test\": 2 texts and 1 predictions, expected as many of both, in one order");
    assertThatThrownBy(
            () ->
                Samples.report(List.of("a", "b"))
                    .evaluation(
                        "test",
                        Samples.texts("one"),
                        RegressionPredictions.of(new double[] {1}, new double[] {2})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("evaluation: 2 names of targets, expected 1, one a target of the predictions");
    assertThatThrownBy(
            () ->
                Samples.report(LABELS)
                    .evaluation(
                        " ",
                        Samples.texts("one"),
                        SingleLabelPredictions.of(
                            new int[] {0}, new double[][] {{0.25, 0.75}}, LABELS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("evaluation: its name must not be blank");
  }
}
