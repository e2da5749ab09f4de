package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.afina.data.Labels;
import dev.afina.internal.decision.TemperatureFit;
import dev.afina.internal.objective.Targets;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TemperatureFitTest {

  /**
   * Of interop/golden_decisions.py, by scipy and numpy; truth is a position, or a 0 or 1 a label.
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Case(
      String name,
      boolean several,
      float[][] logits,
      Object[] truth,
      double temperature,
      double error,
      double errorBefore,
      double loss,
      double lossBefore) {

    Targets targets() {
      return new Targets(
          Arrays.stream(truth)
              .map(
                  row ->
                      row instanceof List<?> list
                          ? list.stream().mapToDouble(n -> (Double) n).toArray()
                          : new double[] {(Double) row})
              .toList());
    }

    Labels labels() {
      return Labels.of(IntStream.range(0, logits[0].length).mapToObj(i -> "label " + i).toList());
    }
  }

  private static Case[] golden() throws IOException {
    try (InputStream in =
        TemperatureFitTest.class.getResourceAsStream("/golden/decisions/calibration.json")) {
      return new Gson().fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), Case[].class);
    }
  }

  private static Targets positions(int... labels) {
    return new Targets(Arrays.stream(labels).mapToObj(l -> new double[] {l}).toList());
  }

  @Test
  void temperatureErrorAndLoss_areThoseOfScipy() throws IOException {
    Case[] golden = golden();
    assertThat(golden).hasSize(5);
    for (Case c : golden) {
      List<float[]> logits = List.of(c.logits());
      DecisionGoal goal = DecisionGoal.calibrated();
      DecisionRules rules =
          c.several()
              ? RuleChoice.ofSeveralLabels(c.labels(), 1, goal, logits, c.targets())
              : RuleChoice.ofOneLabel(c.labels(), 1, goal, logits, c.targets());
      assertThat(rules.temperature()).as(c.name()).isCloseTo(c.temperature(), within(1e-9));
      DecisionFigures figures = rules.figures().orElseThrow();
      assertThat(figures.calibrationError()).as(c.name()).isCloseTo(c.error(), within(1e-9));
      assertThat(figures.calibrationErrorBefore())
          .as(c.name())
          .isCloseTo(c.errorBefore(), within(1e-9));
      assertThat(figures.loss()).as(c.name()).isCloseTo(c.loss(), within(1e-9));
      assertThat(figures.lossBefore()).as(c.name()).isCloseTo(c.lossBefore(), within(1e-9));
    }
  }

  /** Two of three equal rows (4, 0) are right: sigmoid(4 / T) is to be 2/3, so T = 4 / ln 2. */
  @Test
  void byHand() {
    List<float[]> logits = Collections.nCopies(3, new float[] {4, 0});
    assertThat(TemperatureFit.ofOneLabel(logits, positions(0, 0, 1)))
        .isCloseTo(4 / Math.log(2), within(1e-12));
    List<float[]> single = Collections.nCopies(3, new float[] {4});
    assertThat(TemperatureFit.ofSeveralLabels(single, positions(1, 1, 0)))
        .isCloseTo(4 / Math.log(2), within(1e-12));
  }

  @Test
  void rowsInAnotherOrder_andMoreOftenAll_giveTheSame_andLogitsTwiceAsLargeTwice()
      throws IOException {
    Case c = golden()[0];
    List<float[]> logits = List.of(c.logits());
    Targets truth = c.targets();
    double t = TemperatureFit.ofOneLabel(logits, truth);
    int[] backwards = IntStream.range(0, logits.size()).map(i -> logits.size() - 1 - i).toArray();
    assertThat(
            TemperatureFit.ofOneLabel(
                Arrays.stream(backwards).mapToObj(logits::get).toList(),
                new Targets(truth.select(backwards))))
        .isCloseTo(t, within(1e-12));
    List<float[]> doubled =
        logits.stream()
            .map(
                row -> {
                  float[] twice = row.clone();
                  IntStream.range(0, twice.length).forEach(i -> twice[i] *= 2);
                  return twice;
                })
            .toList();
    assertThat(TemperatureFit.ofOneLabel(doubled, truth)).isCloseTo(2 * t, within(1e-11));
  }

  @Test
  void whereNoTemperatureIsBest_thatIsSaid() {
    String allRight =
        "calibration: all 2 rows of the validation data are predicted right, so each lower"
            + " temperature fits them better and none is best; take more rows, which the training has"
            + " not seen";
    List<float[]> two = List.of(new float[] {2, 1}, new float[] {0, 1e-30f});
    assertThatThrownBy(() -> TemperatureFit.ofOneLabel(two, positions(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(allRight);
    Targets several = new Targets(List.of(new double[] {1, 1}, new double[] {0, 1}));
    assertThatThrownBy(() -> TemperatureFit.ofSeveralLabels(two, several)).hasMessage(allRight);

    String nothing =
        "calibration: on the 1 rows of the validation data the outputs say nothing of the labels, or"
            + " the opposite, so no temperature makes probabilities of them; check that labels and"
            + " model belong together";
    List<float[]> one = List.of(new float[] {2, 1});
    assertThatThrownBy(() -> TemperatureFit.ofOneLabel(one, positions(1))).hasMessage(nothing);
    assertThatThrownBy(
            () -> TemperatureFit.ofSeveralLabels(one, new Targets(List.of(new double[] {0, 0}))))
        .hasMessage(nothing);

    // Of 4 rows one is wrong by nothing at all: the best temperature is nearly that of right rows.
    List<float[]> nearly =
        List.of(
            new float[] {1e-12f, 0},
            new float[] {1e-12f, 0},
            new float[] {1e-12f, 0},
            new float[] {1e-12f, 0});
    assertThatThrownBy(() -> TemperatureFit.ofOneLabel(nearly, positions(0, 0, 0, 1)))
        .hasMessageStartingWith("calibration: the best temperature is 9.1")
        .hasMessageContaining(
            ", expected 1.0E-6 to 1000000.0; the outputs on the 4 rows of the validation data are"
                + " nearly constant, or nearly all right");
  }

  /** Outputs at the ends of a float neither overflow nor end in NaN. */
  @Test
  void greatOutputs_areFitted() {
    List<float[]> logits =
        List.of(new float[] {3e38f, -3e38f}, new float[] {3e38f, -3e38f}, new float[] {-1e38f, 2});
    assertThatThrownBy(() -> TemperatureFit.ofOneLabel(logits, positions(0, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("calibration: ");
    List<float[]> large = Collections.nCopies(3, new float[] {1e5f, 0});
    assertThat(TemperatureFit.ofOneLabel(large, positions(0, 0, 1)))
        .isCloseTo(1e5 / Math.log(2), within(1e-6));
  }
}
