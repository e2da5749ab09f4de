package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.afina.internal.objective.Objective;
import dev.afina.internal.objective.Targets;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Losses of several labels and of numbers; golden files of interop/golden_tasks.py. */
class MultiLabelLossTest {

  /** As the golden files have it: the loss of an update, and its gradients. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(
      double[] weights,
      double gamma,
      String kind,
      float[][] logits,
      double[][] targets,
      double loss,
      float[][] gradients) {}

  private static List<Case> cases(String name) throws IOException {
    try (InputStream in =
        MultiLabelLossTest.class.getResourceAsStream("/golden/training/" + name)) {
      return List.of(
          new Gson().fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), Case[].class));
    }
  }

  private static void assertTorchs(Case c, Objective objective) {
    assertTorchs(c, objective, 2e-7f);
  }

  private static void assertTorchs(Case c, Objective objective, float tolerance) {
    Targets targets = new Targets(List.of(c.targets()));
    ObjectiveCheck.Graph graph = ObjectiveCheck.inBatchesOf(3, objective, c.logits(), targets);
    assertThat(graph.loss()).as("%s", objective).isCloseTo(c.loss(), within(2e-6));
    for (int text = 0; text < c.logits().length; text++) {
      assertThat(graph.gradients()[text]).containsExactly(c.gradients()[text], within(tolerance));
    }
    assertThat(objective.mean(List.of(c.logits()), targets)).isCloseTo(c.loss(), within(2e-6));
  }

  private static MultiLabelLoss loss(Case c) {
    MultiLabelLoss loss =
        c.gamma() == 0 ? MultiLabelLoss.binaryCrossEntropy() : MultiLabelLoss.focal(c.gamma());
    return c.weights().length == 0 ? loss : loss.positiveWeights(c.weights());
  }

  @Test
  void lossAndGradients_areTorchs() throws IOException {
    List<Case> cases = cases("multi_label_losses.json");
    assertThat(cases).hasSize(4);
    for (Case c : cases) {
      assertTorchs(c, loss(c).objective(Targets.NONE, 4));
    }
  }

  @Test
  void regression_isTorchs() throws IOException {
    List<Case> cases = cases("regression_losses.json");
    assertThat(cases).hasSize(4);
    for (Case c : cases) {
      RegressionLoss loss =
          c.kind().equals("mse_loss")
              ? RegressionLoss.meanSquaredError()
              : RegressionLoss.meanAbsoluteError();
      // Gradients of up to 2: twice the tolerance of those of probabilities.
      assertTorchs(c, loss.objective(), 5e-7f);
    }
  }

  @Test
  void custom_hasTheGradientOfItsFunction() throws IOException {
    Case plain = cases("multi_label_losses.json").get(0);
    MultiLabelLoss custom =
        MultiLabelLoss.custom(
            "bce",
            (logits, labels) -> {
              double sum = 0;
              for (int i = 0; i < logits.length; i++) {
                sum += Math.log1p(Math.exp(labels[i] ? -logits[i] : logits[i]));
              }
              return sum / logits.length;
            });
    assertTorchs(plain, custom.objective(Targets.NONE, 4));
    Case squared = cases("regression_losses.json").get(2);
    assertThat(squared.kind()).isEqualTo("mse_loss");
    RegressionLoss mse =
        RegressionLoss.custom(
            "mse",
            (outputs, values) -> {
              double sum = 0;
              for (int i = 0; i < outputs.length; i++) {
                sum += Math.pow(outputs[i] - values[i], 2);
              }
              return sum / outputs.length;
            });
    assertTorchs(squared, mse.objective(), 5e-7f);
  }

  @Test
  void balanced_isTheOthersOverThoseThatHaveIt() {
    Targets targets =
        new Targets(
            List.of(
                new double[] {1, 0, 1},
                new double[] {0, 0, 1},
                new double[] {0, 0, 1},
                new double[] {0, 0, 1}));
    assertThat(MultiLabelLoss.binaryCrossEntropy().balancedPositiveWeights().weights(targets, 3))
        .as("3 others to 1; a label that none or all have keeps 1")
        .containsExactly(3, 1, 1);
  }

  @Test
  void contradictions_areRefused() {
    MultiLabelLoss custom = MultiLabelLoss.custom("mine", (logits, labels) -> 0);
    assertThatThrownBy(() -> custom.positiveWeights(1, 2))
        .hasMessage(
            "positiveWeights and custom(\"mine\"): choose one of them; a custom loss can weigh"
                + " by itself");
    assertThatThrownBy(custom::balancedPositiveWeights)
        .hasMessageStartingWith("balancedPositiveWei");
    assertThatThrownBy(() -> MultiLabelLoss.custom(" ", (logits, labels) -> 0))
        .hasMessage("loss: expected a name, got a blank one");
    assertThatThrownBy(() -> MultiLabelLoss.focal(Double.NaN))
        .hasMessage("focal: gamma: expected 1 or more, got NaN");
    assertThatThrownBy(() -> MultiLabelLoss.binaryCrossEntropy().positiveWeights(1, -2))
        .hasMessage("positiveWeights: expected numbers over 0, got [1.0, -2.0]");
    assertThatThrownBy(
            () ->
                MultiLabelLoss.binaryCrossEntropy()
                    .positiveWeights(1, 2)
                    .objective(Targets.NONE, 3))
        .hasMessage("positiveWeights: 2 given, expected 3, one for each label");
    assertThatThrownBy(() -> Loss.custom("mine", (logits, label) -> 0).labelSmoothing(0.1))
        .hasMessage("labelSmoothing(0.1) and custom(\"mine\"): choose one of them");
  }

  @Test
  void names_tellLossesApart() {
    assertThat(
            Arrays.asList(
                MultiLabelLoss.binaryCrossEntropy().toString(),
                MultiLabelLoss.focal(2).balancedPositiveWeights().toString(),
                MultiLabelLoss.custom("mine", (logits, labels) -> 0).toString(),
                RegressionLoss.meanAbsoluteError().toString(),
                Loss.custom("mine", (logits, label) -> 0).classWeights(1, 2).toString()))
        .containsExactly(
            "binary_cross_entropy(gamma=0, positive_weights=none)",
            "focal(gamma=2.0, positive_weights=balanced)",
            "custom(\"mine\")",
            "mean_absolute_error",
            "custom(\"mine\", label_smoothing=0.0, class_weights=[1.0, 2.0])");
  }
}
