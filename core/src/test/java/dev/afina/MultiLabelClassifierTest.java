package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import dev.afina.internal.model.Golden;
import dev.afina.metrics.MultiLabelMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultiLabelClassifierTest {
  @TempDir Path folder;

  /** 30 rows with none, one or two of the labels. */
  static Dataset rows() {
    String[] openings = {
      "today", "they say", "well", "again", "you know", "so", "look", "my friend", "this week", "no"
    };
    List<Example> rows = new ArrayList<>();
    for (String opening : openings) {
      rows.add(Example.of(opening + ", I hate the noise").withLabels(List.of("anger", "noise")));
      rows.add(Example.of(opening + ", what a happy day").withLabels(List.of("joy")));
      rows.add(Example.of(opening + ", I miss the old house").withLabels(List.of()));
    }
    return Dataset.of(rows);
  }

  static MultiLabelClassifierBuilder quick() {
    return MultiLabelClassifier.builder()
        .checkpoint(Golden.path("bert/base"))
        .epochs(12)
        .learningRate(3e-3)
        .dropout(0);
  }

  @Test
  void fit_learnsNoneOneAndTwoLabels_andSavedModelGivesTheSameBits() throws IOException {
    Path saved = folder.resolve("model");
    MultiLabelPrediction before;
    try (MultiLabelClassifier classifier = quick().fit(rows())) {
      assertThat(classifier.labels()).isEqualTo(Labels.of("anger", "joy", "noise"));
      MultiLabelEvaluation evaluation = classifier.evaluate(rows());
      assertThat(evaluation.subsetAccuracy()).isEqualTo(1);
      assertThat(evaluation.report()).contains("anger", "samples avg");
      before = classifier.predict("today, I hate the noise");
      assertThat(before.labels()).containsExactlyInAnyOrder("anger", "noise");
      assertThat(classifier.predict("well, I miss the old house").labels()).isEmpty();
      classifier.save(saved);
    }
    try (MultiLabelClassifier again = MultiLabelClassifier.load(saved)) {
      assertThat(again.predict("today, I hate the noise")).isEqualTo(before);
    }
    try (TextModel<?, ?> any = TextModel.load(saved.toString())) {
      assertThat(any).isInstanceOf(MultiLabelClassifier.class);
      assertThat(any.problemType()).isEqualTo(ProblemType.MULTI_LABEL);
    }
    assertThatThrownBy(() -> Classifier.load(saved))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith(
            ": problem_type is multi_label_classification: open it with MultiLabelClassifier.load");
    assertThatThrownBy(() -> Regressor.load(saved))
        .hasMessageEndingWith("open it with MultiLabelClassifier.load");
  }

  @Test
  void accumulation_isTheLargeBatch_alsoWhereTheLastIsSmaller() throws IOException {
    // 30 rows: updates of 12, 12 and 6; in batches of 4, 4, 4 … 4, 2.
    try (MultiLabelClassifier whole = quick().batchSize(12).maxSteps(6).fit(rows());
        MultiLabelClassifier parts =
            quick().batchSize(4).accumulationSteps(3).maxSteps(6).fit(rows())) {
      // Sums of float32 in another order, over 6 steps.
      assertThat(parts.predict("what a noise").logits())
          .containsExactly(whole.predict("what a noise").logits(), within(1e-4f));
    }
  }

  @Test
  void keepBest_takesItsMetrics_andTheLossIsTheTrainings() throws IOException {
    try (MultiLabelClassifier classifier =
        quick()
            .epochs(2)
            .loss(MultiLabelLoss.focal(2))
            .validation(rows())
            .keepBest("micro_f1")
            .metric("none", e -> e.predictions().stream().filter(p -> p.labels().isEmpty()).count())
            .fit(rows())) {
      var metrics = classifier.training().orElseThrow().epochs().get(1).metrics();
      assertThat(metrics).containsKeys("loss", "micro_f1", "hamming_loss", "none");
      assertThat(metrics.get("loss")).isLessThan(classifier.evaluate(rows()).loss());
    }
    assertThatThrownBy(() -> quick().validation(rows()).keepBest("accuracy").fit(rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "keepBest: metric \"accuracy\": unknown, expected one of "
                + String.join(", ", MultiLabelEvaluation.metricNames()));
  }

  @Test
  void resumed_isBitForBitTheUninterruptedTraining() throws IOException {
    try (MultiLabelClassifier whole = quick().dropout(0.2).epochs(2).fit(rows())) {
      whole.save(folder.resolve("whole"));
    }
    Path checkpoints = folder.resolve("checkpoints");
    MultiLabelClassifierBuilder training =
        quick().dropout(0.2).epochs(2).checkpoints(checkpoints).saveEvery(3);
    assertThatThrownBy(() -> training.copy().listener(new FailAt(5)).fit(rows()).close())
        .hasMessage("on purpose");
    try (MultiLabelClassifier resumed = training.copy().resume().fit(rows())) {
      resumed.save(folder.resolve("resumed"));
    }
    assertThat(folder.resolve("resumed/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
    assertThatThrownBy(
            () ->
                training
                    .copy()
                    .loss(MultiLabelLoss.binaryCrossEntropy().balancedPositiveWeights())
                    .resume()
                    .fit(rows()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "loss is binary_cross_entropy(gamma=0, positive_weights=none) there and"
                + " binary_cross_entropy(gamma=0, positive_weights=balanced) here");
  }

  @Test
  void rowsOfAnotherKind_areRefused() {
    Dataset numbers = Dataset.of(Example.of("a").withValues(1), Example.of("b").withValues(2));
    assertThatThrownBy(() -> quick().fit(numbers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("training data: row 0 has numbers");
    assertThatThrownBy(() -> ClassifierTest.quick().fit(rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("training data: row 0 has a list of labels, [anger, noise]")
        .hasMessageContaining("MultiLabelClassifier takes such rows");
    assertThatThrownBy(() -> quick().labels("a", "b").fit(rows().map(r -> r.withLabels(List.of()))))
        .hasMessage(
            "training data: none of the 30 rows has one of Labels[a, b]; check which column has"
                + " the labels");
    assertThatThrownBy(
            () ->
                quick().fit(Dataset.of(Example.of("a").withLabels(List.of("x")), Example.of("b"))))
        .hasMessageStartingWith("training data: row 1 has no label");
  }

  @Test
  void prediction_isWorkedByHand() {
    Labels labels = Labels.of("a", "b", "c");
    // ln 3: a probability of 3/4; −ln 3: of 1/4; 0: of 1/2, which is not over the threshold
    MultiLabelPrediction prediction =
        MultiLabelPrediction.of(labels, (float) -Math.log(3), 0, (float) Math.log(3));
    assertThat(prediction.labels()).containsExactly("c");
    assertThat(prediction.labels(0.2)).containsExactly("c", "b", "a");
    assertThat(prediction.labels(0.9)).isEmpty();
    assertThat(prediction.score("a")).isCloseTo(0.25, within(1e-7));
    assertThat(prediction.probabilities())
        .containsExactly(new double[] {.25, .5, .75}, within(1e-7));
    assertThat(prediction.scores().keySet()).containsExactly("c", "b", "a");
    assertThat(prediction).hasToString("[c (0.750)]");
    assertThat(MultiLabelPrediction.of(labels, -1, -1, -1)).hasToString("[]");
    assertThat(MultiLabelPrediction.of(labels, -1000, 1000, 0).probabilities())
        .containsExactly(0, 1, 0.5);
    assertThatThrownBy(() -> prediction.labels(Double.NaN))
        .hasMessage("threshold: NaN, expected 0 to 1");
    assertThatThrownBy(() -> MultiLabelPrediction.of(labels, 1))
        .hasMessage("logits: 1 given, expected 3, one a label");
  }

  @Test
  void evaluation_isWorkedByHand() {
    Labels labels = Labels.of("a", "b");
    // Predicted at 0.5: {a}, {a, b}, {}; true: {a}, {b}, {b}.
    MultiLabelEvaluation evaluation =
        MultiLabelEvaluation.of(
            labels,
            List.of(List.of(0), List.of(1), List.of(1)),
            List.of(
                MultiLabelPrediction.of(labels, 2, -2),
                MultiLabelPrediction.of(labels, 1, 3),
                MultiLabelPrediction.of(labels, -3, -1)));
    assertThat(evaluation.subsetAccuracy()).isCloseTo(1.0 / 3, within(1e-15));
    assertThat(evaluation.microF1()).isCloseTo(2 * 2 / (2 * 2 + 1 + 1.0), within(1e-15));
    assertThat(evaluation.macroF1()).isCloseTo((2.0 / 3 + 2.0 / 3) / 2, within(1e-15));
    assertThat(evaluation.of(MultiLabelMetrics.HAMMING_LOSS)).isCloseTo(2.0 / 6, within(1e-15));
    double loss = 0;
    for (double wrongBy : new double[] {-2, -2, 1, -3, -3, 1}) {
      loss += Math.log(1 + Math.exp(wrongBy)) / 6;
    }
    assertThat(evaluation.loss()).isCloseTo(loss, within(1e-12));
    assertThat(evaluation.at(0.2).thresholds()).containsOnly(0.2);
    assertThat(evaluation.at(0.2).subsetAccuracy())
        .as("0.27 is over 0.2: {a}, {a, b}, {b}")
        .isCloseTo(2.0 / 3, within(1e-15));
    assertThat(evaluation)
        .hasToString(
            "3 examples: micro F1 0.6667, macro F1 0.6667, subset accuracy 0.3333, loss 0.4963");
    assertThatThrownBy(
            () -> MultiLabelEvaluation.of(labels, List.of(List.of(2)), evaluation.predictions()))
        .hasMessage(
            "evaluation: 1 lists of labels and 3 predictions, expected as many of both, 1 or more");
  }

  @Test
  void aCheckpointThatSaysNothing_isTaken_withOneOutputToo() throws IOException {
    Path saved = folder.resolve("model");
    try (MultiLabelClassifier one =
        quick()
            .maxSteps(1)
            .labels("anger")
            .fit(
                rows()
                    .map(
                        r ->
                            r.withLabels(
                                r.labels().contains("anger") ? List.of("anger") : List.of())))) {
      one.save(saved);
    }
    Path config = saved.resolve("config.json");
    JsonObject json = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
    json.remove("problem_type");
    Files.writeString(config, json.toString());
    try (MultiLabelClassifier again = MultiLabelClassifier.load(saved)) {
      assertThat(again.labels()).isEqualTo(Labels.of("anger"));
    }
    assertThatThrownBy(() -> Classifier.load(saved))
        .hasMessageEndingWith(
            ": one label only, as regression models have; Regressor.load opens those, a Classifier"
                + " has 2 labels or more");
  }
}
