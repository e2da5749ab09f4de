package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
import dev.afina.training.Schedule;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses of single labels; golden file of interop/golden_training.py. */
class LossTest {
  @TempDir Path folder;

  /** As the golden file has it: the loss of an update, and its gradients. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(
      double[] weights,
      double smoothing,
      double gamma,
      float[][] logits,
      int[] labels,
      double loss,
      float[][] gradients) {

    Loss asLoss() {
      Loss loss = gamma == 0 ? Loss.crossEntropy() : Loss.focal(gamma);
      return (weights.length == 0 ? loss : loss.classWeights(weights)).labelSmoothing(smoothing);
    }
  }

  private static <T> T json(String name, Class<T> type) throws IOException {
    try (InputStream in = LossTest.class.getResourceAsStream("/golden/training/" + name)) {
      return new Gson().fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), type);
    }
  }

  private static Targets targets(int... labels) {
    return new Targets(Arrays.stream(labels).mapToObj(label -> new double[] {label}).toList());
  }

  private static List<Case> cases() throws IOException {
    return json("losses.json", JsonArray.class).asList().stream()
        .map(c -> new Gson().fromJson(c, Case.class))
        .toList();
  }

  @Test
  void lossAndGradients_areTorchs_overAllBatchesOfAnUpdate() throws IOException {
    int before = LiveArrays.count();
    for (Case c : cases()) {
      Targets targets = targets(c.labels());
      Objective loss = c.asLoss().objective(targets, 4);
      ObjectiveCheck.Graph graph = ObjectiveCheck.inBatchesOf(3, loss, c.logits(), targets);
      assertThat(graph.loss()).as("%s", c.asLoss()).isCloseTo(c.loss(), within(2e-6));
      for (int text = 0; text < c.logits().length; text++) {
        assertThat(graph.gradients()[text])
            .as("%s, text %s", c.asLoss(), text)
            .containsExactly(c.gradients()[text], within(2e-7f));
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void meanOfPredictions_isTheSameLoss() throws IOException {
    for (Case c : cases()) {
      Targets targets = targets(c.labels());
      Objective loss = c.asLoss().objective(targets, 4);
      assertThat(loss.mean(List.of(c.logits()), targets)).isCloseTo(c.loss(), within(2e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"smoothed", "weighted"})
  void thirtySteps_haveTheTrainersLossesAndWeights(String run) throws IOException {
    JsonObject golden = json(run + ".json", JsonObject.class);
    JsonObject options = golden.getAsJsonObject("options");
    boolean smoothed = run.equals("smoothed");
    TrainerParity.Steps steps = new TrainerParity.Steps();
    try (Classifier classifier =
        Classifier.builder()
            .checkpoint(Golden.path("bert/base"))
            .labels("0", "1", "2")
            .options(TrainerParity.options(options))
            .schedule(smoothed ? Schedule.cosine() : Schedule.inverseSquareRoot())
            .loss(
                smoothed
                    ? Loss.crossEntropy().labelSmoothing(0.1)
                    : Loss.crossEntropy().classWeights(1, 2.5, 0.4))
            .dropout(0)
            .maxTokens(options.get("max_tokens").getAsInt())
            .listener(steps)
            .fit(TrainerParity.rows(golden))) {
      classifier.save(folder);
    }
    JsonArray expected = golden.getAsJsonArray("steps");
    assertThat(steps.all).hasSize(expected.size()).hasSize(30);
    for (int i = 0; i < 30; i++) {
      JsonObject theirs = expected.get(i).getAsJsonObject();
      assertThat(steps.all.get(i).learningRate())
          .isCloseTo(theirs.get("learningRate").getAsDouble(), within(1e-12));
      assertThat(steps.all.get(i).loss())
          .as("loss of step %s", i + 1)
          .isCloseTo(theirs.get("loss").getAsDouble(), within(1e-4));
    }
    assertThat(TrainerParity.weightNorms(folder, golden.getAsJsonObject("parameterNorms")))
        .allSatisfy(norm -> assertThat(norm.value()).as(norm.what()).isLessThan(2e-5));
  }

  @Test
  void custom_isTheFunctionThatItIs() throws IOException {
    Loss own =
        Loss.custom(
            "entropy",
            (logits, label) ->
                Math.log(Arrays.stream(logits).map(Math::exp).sum()) - logits[label]);
    int weighted = 0;
    for (Case c : cases()) {
      if (c.smoothing() == 0 && c.gamma() == 0) {
        weighted++;
        Targets targets = targets(c.labels());
        Objective loss = own.classWeights(c.weights()).objective(targets, 4);
        ObjectiveCheck.Graph graph = ObjectiveCheck.inBatchesOf(3, loss, c.logits(), targets);
        assertThat(graph.loss()).isCloseTo(c.loss(), within(2e-6));
        for (int text = 0; text < c.logits().length; text++) {
          assertThat(graph.gradients()[text]).containsExactly(c.gradients()[text], within(2e-7f));
        }
      }
    }
    assertThat(weighted).isEqualTo(1);
  }

  @Test
  void custom_trainsAsTheBuiltInDoes() throws IOException {
    Loss own =
        Loss.custom(
            "entropy",
            (logits, label) ->
                Math.log(Arrays.stream(logits).map(Math::exp).sum()) - logits[label]);
    try (Classifier built = ClassifierTest.quick().maxSteps(5).fit(ClassifierTest.rows());
        Classifier ours = ClassifierTest.quick().maxSteps(5).loss(own).fit(ClassifierTest.rows())) {
      // The gradients of the logits are equal but for one rounding to float32.
      assertThat(ours.predict("what a happy day").logits())
          .containsExactly(built.predict("what a happy day").logits(), within(1e-4f));
    }
  }

  @Test
  void balanced_isScikitLearns() {
    // compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 1, 2, 2])
    double[] weights =
        Loss.crossEntropy().balancedClassWeights().weights(targets(0, 0, 0, 1, 2, 2), 3);
    assertThat(weights).containsExactly(new double[] {2.0 / 3, 2, 1}, within(1e-15));
  }

  @Test
  void contradictions_areRefused() {
    assertThatThrownBy(() -> Loss.focal(2).labelSmoothing(0.1))
        .hasMessage("labelSmoothing(0.1) and focal(2.0): choose one of them");
    assertThatThrownBy(() -> Loss.focal(0.5))
        .hasMessage("focal: gamma: expected 1 or more, got 0.5");
    assertThatThrownBy(() -> Loss.crossEntropy().labelSmoothing(1))
        .hasMessage("labelSmoothing: expected a share in [0, 1), got 1.0");
    assertThatThrownBy(() -> Loss.crossEntropy().classWeights(1, 0))
        .hasMessage("classWeights: expected numbers over 0, got [1.0, 0.0]");
    assertThatThrownBy(
            () ->
                ClassifierTest.quick()
                    .loss(Loss.crossEntropy().classWeights(1, 2))
                    .fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classWeights: 2 given, expected 3, one for each label");
  }
}
