package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.explain.Explanation;
import dev.afina.report.TrainingReport;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a real training and real explanations put into report and card. */
class ReportOfTrainingTest {

  /** Four updates an epoch, and the best evaluation is in the second. */
  @Test
  void weightsKeptWithinAnEpoch_areOfTheirStep_inReportAndCard() throws IOException {
    double[] values = {0.9, 0.7};
    int[] next = {0};
    try (Classifier classifier =
        ClassifierTest.quick()
            .epochs(3)
            .validation(ClassifierTest.rows())
            .metric("own", e -> values[next[0]++])
            .keepBest("own")
            .evaluateEvery(6)
            .fit(ClassifierTest.rows())) {
      String card = classifier.card("ann/moods").build().toString();
      assertThat(card)
          .contains("| Weights kept | best by own: 0.9000, after step 6 |")
          .contains("Validation accuracy | Validation macro f1 | Validation own |")
          .containsPattern("\\| 2 \\| 8 \\| [0-9.]+ \\| – \\| – \\| – \\| – \\|")
          .containsPattern("\\| 3 \\| 12 \\| [0-9.| ]+ \\| 0.7000 \\|")
          .doesNotContain("NaN");
      TrainingReport report = classifier.report();
      assertThat(report.html())
          .contains("kept are the weights after step 6, best by own")
          .containsOnlyOnce("<tr class=\"kept\"><th scope=\"row\">6\u00a0★</th>");
      JsonObject training =
          JsonParser.parseString(report.json()).getAsJsonObject().getAsJsonObject("training");
      assertThat(training.get("best")).hasToString("{\"metric\":\"own\",\"step\":6,\"value\":0.9}");
      assertThat(training.getAsJsonArray("epochs").asList())
          .extracting(e -> e.getAsJsonObject().get("kept").getAsBoolean())
          .containsExactly(false, false, false);
    }
  }

  /** The epochs' ends were each the best so far, but what was kept is of a step after them. */
  @Test
  void anEpoch_isKeptOnlyIfNoLaterStepWasBetter() throws IOException {
    double[] values = {0.5, 0.6, 0.9, 0.7};
    int[] next = {0};
    try (Classifier classifier =
        ClassifierTest.quick()
            .epochs(2)
            .validation(ClassifierTest.rows())
            .metric("own", e -> values[next[0]++])
            .keepBest("own")
            .evaluateEvery(2)
            .fit(ClassifierTest.rows())) {
      assertThat(classifier.report().json())
          .contains("\"kept\":false")
          .doesNotContain("\"kept\":true");
    }
  }

  @Test
  void metricThatIsNeverDefined_keepsTheLastWeights_andSaysSo() throws IOException {
    try (Classifier classifier =
        ClassifierTest.quick()
            .epochs(2)
            .validation(ClassifierTest.rows())
            .metric("own", e -> Double.NaN)
            .keepBest("own")
            .fit(ClassifierTest.rows())) {
      assertThat(classifier.training().orElseThrow().best().step()).isZero();
      assertThat(classifier.card("ann/moods").build().toString())
          .contains("| Weights kept | last, since own was never defined |");
      assertThat(classifier.report().html()).contains("kept are the last weights");
      assertThat(classifier.report().json()).contains("\"best\": null").contains("\"kept\":true");
    }
  }

  @Test
  void cutTexts_andExplainedOnes_areShown() throws IOException {
    try (Classifier classifier =
        ClassifierTest.quick().maxSteps(1).maxTokens(5).fit(ClassifierTest.rows())) {
      String cut = classifier.training().orElseThrow().truncation().toString();
      assertThat(cut).startsWith("30 of 30 texts (100.0 %) were cut; ");
      assertThat(classifier.card("ann/moods").build().toString())
          .contains("| Long texts | " + cut + " |");

      Explanation explanation = classifier.explain("what a happy day");
      TrainingReport report = classifier.report();
      assertThat(report.html()).contains("Of those to train on " + cut + ".");
      assertThat(report.html()).doesNotContain("Explained texts");
      TrainingReport explained = report.explained(List.of(explanation));
      assertThat(explained.html()).contains("<h2>Explained texts</h2>", "class=\"explained\"");
      JsonObject json = JsonParser.parseString(explained.json()).getAsJsonObject();
      assertThat(
              json.getAsJsonObject("training").getAsJsonObject("truncation").get("cut").getAsInt())
          .isEqualTo(30);
      JsonObject of = json.getAsJsonArray("explanations").get(0).getAsJsonObject();
      assertThat(of).isEqualTo(new Gson().toJsonTree(explanation));
      assertThat(of.get("text").getAsString()).isEqualTo("what a happy day");
      assertThat(of.get("method").getAsString()).isEqualTo("INTEGRATED_GRADIENTS");
      assertThat(of.get("output").getAsDouble()).isEqualTo(explanation.output());
      assertThat(of.has("pair")).isFalse();
      assertThat(of.getAsJsonArray("tokens")).hasSize(explanation.tokens().size());
      JsonObject word = of.getAsJsonArray("words").get(0).getAsJsonObject();
      assertThat(word.get("word").getAsString()).isEqualTo("what");
      assertThat(word.get("attribution").getAsDouble())
          .isEqualTo(explanation.words().get(0).attribution());
      List<Explanation> tooMany = Collections.nCopies(1_000, explanation);
      assertThatThrownBy(() -> explained.explained(tooMany))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("explanations: expected at most 1000, got 1001");
    }
  }
}
