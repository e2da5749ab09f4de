package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UncertaintyTest {
  @TempDir Path folder;

  /** Of interop/golden_uncertainty.py: 2,000 passes of transformers in train mode. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(
      String text,
      double[] mean,
      double[] deviation,
      double entropy,
      double expectedEntropy,
      double mutualInformation) {}

  private record Passes(int passes, List<Case> cases) {}

  private static Passes golden() throws IOException {
    try (InputStream in =
        UncertaintyTest.class.getResourceAsStream("/golden/uncertainty/passes.json")) {
      return new Gson().fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), Passes.class);
    }
  }

  @Test
  void meanAndSpread_areThoseOfTransformersInTrainMode_byTheirLaw() throws IOException {
    Passes golden = golden();
    int n = golden.passes();
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      int before = LiveArrays.count();
      for (Case c : golden.cases()) {
        Uncertainty ours = classifier.predictWithDropout(c.text(), n, 3);
        List<String> labels = classifier.labels().names();
        for (int label = 0; label < labels.size(); label++) {
          // Two means of n draws each: 4 standard errors, exceeded once in 16,000 times.
          double error = c.deviation()[label] * Math.sqrt(2.0 / n);
          assertThat(ours.score(labels.get(label)))
              .as("%s, %s", c.text(), labels.get(label))
              .isCloseTo(c.mean()[label], within(4 * error));
          // A standard deviation of n draws is known to about 1/√(2n), more with heavy tails.
          assertThat(ours.deviation(labels.get(label)) / c.deviation()[label])
              .isCloseTo(1, within(0.15));
        }
        assertThat(ours.entropy()).isCloseTo(c.entropy(), within(0.02));
        assertThat(ours.expectedEntropy()).isCloseTo(c.expectedEntropy(), within(0.02));
        assertThat(ours.mutualInformation()).isCloseTo(c.mutualInformation(), within(0.01));
        assertThat(c.mutualInformation()).isGreaterThan(0.001);
      }
      assertThat(LiveArrays.count()).isEqualTo(before);
    }
  }

  @Test
  void aSeed_givesATextsPasses_whateverIsBesideIt() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      List<String> texts = golden().cases().stream().map(Case::text).toList();
      Dataset data = Dataset.of(texts.stream().map(Example::of).toList());
      List<Uncertainty> together = classifier.predictWithDropout(data, 150, 9);
      for (int i = 0; i < texts.size(); i++) {
        Uncertainty alone = classifier.predictWithDropout(texts.get(i), 150, 9);
        assertThat(alone.passes()).hasSize(150);
        assertThat(alone).isEqualTo(together.get(i));
      }
      assertThat(classifier.predictWithDropout(texts.get(0), 150, 10))
          .isNotEqualTo(together.get(0));
      // Other numbers in each pass, also in those of different batches.
      assertThat(together.get(0).passes().stream().distinct()).hasSize(150);
    }
  }

  @Test
  void figures_areWorkedByHand() {
    Labels labels = Labels.of("a", "b");
    // Probabilities of a: 3/4 and 1/4, then 3/4: mean 7/12.
    float logit = (float) Math.log(3);
    Uncertainty uncertainty =
        Uncertainty.of(
            labels,
            List.of(
                Prediction.of(labels, logit, 0),
                Prediction.of(labels, 0, logit),
                Prediction.of(labels, logit, 0)));
    double mean = 7.0 / 12;
    assertThat(uncertainty.label()).isEqualTo("a");
    assertThat(uncertainty.score()).isCloseTo(mean, within(1e-7));
    assertThat(uncertainty.scores()).containsOnlyKeys("a", "b");
    double squares = 2 * Math.pow(0.75 - mean, 2) + Math.pow(0.25 - mean, 2);
    assertThat(uncertainty.deviation("b")).isCloseTo(Math.sqrt(squares / 2), within(1e-7));
    double each = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    double all = -(mean * Math.log(mean) + (1 - mean) * Math.log(1 - mean));
    assertThat(uncertainty.expectedEntropy()).isCloseTo(each, within(1e-7));
    assertThat(uncertainty.entropy()).isCloseTo(all, within(1e-7));
    assertThat(uncertainty.mutualInformation()).isCloseTo(all - each, within(1e-7));
    assertThat(uncertainty).hasToString("a (0.583 ± 0.289, mutual information 0.117)");
    Prediction sure = Prediction.of(labels, 1000, -1000);
    assertThat(sure.entropy()).isZero();
    assertThat(sure.margin()).isEqualTo(1);
    assertThat(Prediction.of(labels, logit, 0).margin()).isCloseTo(0.5, within(1e-7));
    assertThat(Prediction.of(labels, 0, 0).entropy()).isCloseTo(Math.log(2), within(1e-15));
    assertThatThrownBy(() -> Uncertainty.of(labels, List.of(sure)))
        .hasMessage("passes: expected 2 or more, got 1");
  }

  @Test
  void numbersToo_andAModelThatDropsNothing_isRefused() throws IOException {
    try (Regressor regressor = RegressorTest.quick().maxSteps(2).fit(RegressorTest.rows())) {
      List<Estimate> passes =
          regressor.passesWithDropout(RegressorTest.rows().head(1), 40, 1).get(0);
      double[] values = passes.stream().mapToDouble(Estimate::value).toArray();
      assertThat(Arrays.stream(values).distinct()).hasSizeGreaterThan(30);
      assertThatThrownBy(() -> regressor.passesWithDropout(RegressorTest.rows(), 1, 1))
          .hasMessage("passes: expected 2 to 100000, got 1");
      regressor.save(folder);
    }
    Path config = folder.resolve("config.json");
    String json =
        Files.readString(config).replaceAll("_dropout_prob\": 0.1", "_dropout_prob\": 0.0");
    Files.writeString(config, json);
    try (Regressor regressor = Regressor.load(folder)) {
      assertThatThrownBy(() -> regressor.passesWithDropout(RegressorTest.rows().head(1), 5, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "passes with dropout: nothing is dropped; the dropout rates in this model's"
                  + " config.json are 0");
    }
  }
}
