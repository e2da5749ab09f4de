package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
import java.util.Map;
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
      double mutualInformation,
      Several several,
      Numbers numbers) {}

  /** The same passes as those of several labels. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Several(
      double[] mean, double[] deviation, double[] entropy, double[] expectedEntropy) {}

  /** The same passes as those of a regression. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Numbers(double[] mean, double[] deviation) {}

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

  /** The same weights, as another type of model. */
  private Path as(String problemType) throws IOException {
    Path from = Golden.path("bert/model");
    Path to = Files.createDirectory(folder.resolve(problemType));
    for (String file : List.of("model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
    JsonObject config =
        JsonParser.parseString(Files.readString(from.resolve("config.json"))).getAsJsonObject();
    config.addProperty("problem_type", problemType);
    Files.writeString(to.resolve("config.json"), config.toString());
    return to;
  }

  /** Two means of n draws each, and their deviations, as above. */
  private static void assertAlike(
      String what, int n, double mean, double deviation, double theirs, double theirDeviation) {
    assertThat(mean).as(what).isCloseTo(theirs, within(4 * theirDeviation * Math.sqrt(2.0 / n)));
    assertThat(deviation / theirDeviation).as(what).isCloseTo(1, within(0.15));
  }

  @Test
  void severalLabels_areThoseOfTransformersInTrainMode_byTheirLaw() throws IOException {
    Passes golden = golden();
    try (MultiLabelClassifier classifier =
        MultiLabelClassifier.load(as("multi_label_classification"))) {
      for (Case c : golden.cases()) {
        MultiLabelUncertainty ours = classifier.predictWithDropout(c.text(), golden.passes(), 3);
        Several theirs = c.several();
        double information = 0;
        for (int i = 0; i < theirs.mean().length; i++) {
          String label = classifier.labels().name(i);
          assertAlike(
              c.text() + ", " + label,
              golden.passes(),
              ours.score(label),
              ours.deviation(label),
              theirs.mean()[i],
              theirs.deviation()[i]);
          assertThat(ours.entropy(label)).isCloseTo(theirs.entropy()[i], within(0.02));
          assertThat(ours.expectedEntropy(label))
              .isCloseTo(theirs.expectedEntropy()[i], within(0.02));
          double own = theirs.entropy()[i] - theirs.expectedEntropy()[i];
          assertThat(ours.mutualInformation(label)).isCloseTo(own, within(0.005));
          information += own;
        }
        assertThat(ours.mutualInformation()).isCloseTo(information, within(0.015));
        assertThat(information).isGreaterThan(0.001);
      }
    }
  }

  @Test
  void numbers_areThoseOfTransformersInTrainMode_byTheirLaw() throws IOException {
    Passes golden = golden();
    try (Regressor regressor = Regressor.load(as("regression"))) {
      int before = LiveArrays.count();
      for (Case c : golden.cases()) {
        RegressionUncertainty ours = regressor.predictWithDropout(c.text(), golden.passes(), 3);
        for (int i = 0; i < c.numbers().mean().length; i++) {
          String target = regressor.targets().name(i);
          assertAlike(
              c.text() + ", " + target,
              golden.passes(),
              ours.value(target),
              ours.deviation(target),
              c.numbers().mean()[i],
              c.numbers().deviation()[i]);
        }
      }
      Dataset two = Dataset.of(Example.of("no"), Example.of("what a happy day"));
      assertThat(regressor.predictWithDropout(two, 20, 5).get(1))
          .isEqualTo(regressor.predictWithDropout("what a happy day", 20, 5))
          .isNotEqualTo(regressor.predictWithDropout("what a happy day", 20, 6));
      assertThat(LiveArrays.count()).isEqualTo(before);
    }
  }

  @Test
  void figuresOfSeveralLabels_areWorkedByHand() {
    Labels labels = Labels.of("a", "b");
    float logit = (float) Math.log(3);
    // a: 3/4, 1/4, 3/4, mean 7/12; b: always 1/2, and under a threshold of 0.5 not given.
    List<MultiLabelPrediction> passes =
        List.of(
            MultiLabelPrediction.of(labels, logit, 0),
            MultiLabelPrediction.of(labels, -logit, 0),
            MultiLabelPrediction.of(labels, logit, 0));
    MultiLabelUncertainty uncertainty = MultiLabelUncertainty.of(labels, passes);
    double mean = 7.0 / 12;
    double each = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    double all = -(mean * Math.log(mean) + (1 - mean) * Math.log(1 - mean));
    assertThat(uncertainty.labels()).containsExactly("a");
    assertThat(uncertainty.score("a")).isCloseTo(mean, within(1e-7));
    assertThat(uncertainty.scores()).containsOnlyKeys("a", "b").containsEntry("b", 0.5);
    double squares = 2 * Math.pow(0.75 - mean, 2) + Math.pow(0.25 - mean, 2);
    assertThat(uncertainty.deviation("a")).isCloseTo(Math.sqrt(squares / 2), within(1e-7));
    assertThat(uncertainty.deviation("b")).isZero();
    assertThat(uncertainty.entropy("a")).isCloseTo(all, within(1e-7));
    assertThat(uncertainty.expectedEntropy("a")).isCloseTo(each, within(1e-7));
    assertThat(uncertainty.mutualInformation("a")).isCloseTo(all - each, within(1e-7));
    assertThat(uncertainty.entropy("b")).isCloseTo(Math.log(2), within(1e-12));
    assertThat(uncertainty.mutualInformation("b")).isZero();
    assertThat(uncertainty.entropy()).isCloseTo(all + Math.log(2), within(1e-7));
    assertThat(uncertainty.expectedEntropy()).isCloseTo(each + Math.log(2), within(1e-7));
    assertThat(uncertainty.mutualInformation()).isCloseTo(all - each, within(1e-7));
    assertThat(uncertainty).hasToString("[a (0.583 ± 0.289)], mutual information 0.117");
    assertThat(uncertainty)
        .isEqualTo(MultiLabelUncertainty.of(labels, passes))
        .hasSameHashCodeAs(MultiLabelUncertainty.of(labels, passes))
        .isNotEqualTo(MultiLabelUncertainty.of(labels, passes.subList(0, 2)));
    DecisionRules rules = DecisionRules.none().threshold("a", 0.6).threshold("b", 0.4);
    MultiLabelPrediction ruled = MultiLabelPrediction.of(labels, rules, logit, 0);
    assertThat(MultiLabelUncertainty.of(labels, List.of(ruled, ruled)).labels())
        .containsExactly("a", "b");
    MultiLabelPrediction less = MultiLabelPrediction.of(labels, rules, 0, 0);
    assertThat(MultiLabelUncertainty.of(labels, List.of(less, less)).labels()).containsExactly("b");
    assertThatThrownBy(() -> MultiLabelUncertainty.of(labels, passes.subList(0, 1)))
        .hasMessage("passes: expected 2 or more, got 1");
    assertThatThrownBy(() -> MultiLabelUncertainty.of(Labels.of("a", "b", "c"), passes))
        .hasMessage("passes: one has 2 logits, expected 3, one a label");
    assertThatThrownBy(() -> uncertainty.score("x")).hasMessageContaining("x");
  }

  @Test
  void figuresOfNumbers_areWorkedByHand() {
    Labels one = Labels.of("stars");
    RegressionUncertainty stars =
        RegressionUncertainty.of(
            one, List.of(Estimate.of(one, 1), Estimate.of(one, 2), Estimate.of(one, 6)));
    assertThat(stars.value()).isEqualTo(3).isEqualTo(stars.value("stars"));
    // (4 + 1 + 9) / 2
    assertThat(stars.deviation()).isEqualTo(Math.sqrt(7)).isEqualTo(stars.deviation("stars"));
    assertThat(stars).hasToString("3.000 ± 2.646");
    Labels both = Labels.of("x", "y");
    List<Estimate> passes = List.of(Estimate.of(both, 1, 5), Estimate.of(both, 3, 5));
    RegressionUncertainty two = RegressionUncertainty.of(both, passes);
    assertThat(two.values()).containsExactly(Map.entry("x", 2.0), Map.entry("y", 5.0));
    assertThat(two.deviations()).containsExactly(Map.entry("x", Math.sqrt(2)), Map.entry("y", 0.0));
    assertThat(two).hasToString("x 2.000 ± 1.414, y 5.000 ± 0.000");
    assertThat(two)
        .isEqualTo(RegressionUncertainty.of(both, passes))
        .hasSameHashCodeAs(RegressionUncertainty.of(both, passes))
        .isNotEqualTo(stars);
    assertThatThrownBy(two::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "value(): there are 2 targets, ask for one of them: value(name), one of [x, y]");
    assertThatThrownBy(two::deviation).hasMessageStartingWith("deviation(): there are 2 targets");
    assertThatThrownBy(() -> RegressionUncertainty.of(one, passes))
        .hasMessage("passes: one has 2 logits, expected 1, one a target");
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
