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
