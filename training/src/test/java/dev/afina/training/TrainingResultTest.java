package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingResultTest {

  private static TrainingListener.Epoch epoch(int number, double loss, boolean best) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", loss);
    metrics.put("macro_f1", 1 - loss);
    return TrainingListener.Epoch.of(
        number, 10 * number, 2 * loss, metrics, Duration.ofMillis(1_500), best);
  }

  private final TrainingResult result =
      TrainingResult.of(
          20, 0.75, 100, Duration.ofSeconds(3), List.of(epoch(1, 0.5, true), epoch(2, 0.6, false)));

  @Test
  void table_marksTheEpochThatWasKept() {
    assertThat(result.table().lines())
        .containsExactly(
            "epoch      step  training_loss      loss  macro_f1   seconds",
            "    1        10         1.0000    0.5000    0.5000       1.5 *",
            "    2        20         1.2000    0.6000    0.4000       1.5");
  }

  @Test
  void table_ofSomeMetrics_inTheOrderOfTheEpochs() {
    assertThat(result.table(List.of("macro_f1", "none")).lines())
        .containsExactly(
            "epoch      step  training_loss  macro_f1   seconds",
            "    1        10         1.0000    0.5000       1.5 *",
            "    2        20         1.2000    0.4000       1.5");
  }

  @Test
  void table_withoutAnEpoch_isEmpty() {
    assertThat(TrainingResult.of(0, 0, 0, Duration.ZERO, List.of()).table()).isEmpty();
  }

  @Test
  void values_areCopied_andEqualValuesAreEqual() {
    List<TrainingListener.Epoch> epochs = new ArrayList<>(result.epochs());
    TrainingResult same = TrainingResult.of(20, 0.75, 100, Duration.ofSeconds(3), epochs);
    epochs.clear();

    assertThat(same).isEqualTo(result).hasSameHashCodeAs(result);
    assertThat(same)
        .isNotEqualTo(TrainingResult.of(21, 0.75, 100, Duration.ofSeconds(3), result.epochs()));
    assertThat(epoch(1, 0.5, true)).isNotEqualTo(epoch(1, 0.5, false));
    assertThat(TrainingListener.Plan.of(1, 2, 3, 4, 5))
        .hasToString("Plan[examples=1, steps=2, stepsPerEpoch=3, warmupSteps=4, parameters=5]");
  }
}
