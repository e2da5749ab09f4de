package dev.afina.internal.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.CheckpointException;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateFileTest {
  private static final TrainingState.Best BEST = new TrainingState.Best(3, 0.85);

  private static TrainingState state(TrainingState.Best counted) {
    return new TrainingState(
        new TrainingState.Position(4, 8, 3, 1.4, 16, 1.5, 0, 0, 0.5, 2, 4, 1, 1, 2.5, 0.5),
        BEST,
        counted,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of());
  }

  private static String json(TrainingState state) {
    return StateFile.of(state, new TrainingIdentity(Map.of("seed", "1")), Map.of()).json();
  }

  private static TrainingState read(String json) throws CheckpointException {
    return StateFile.parse(json, "state").state(Map.of());
  }

  @Test
  void whatIsWritten_isRead() throws CheckpointException {
    TrainingState.Best ofNaN = new TrainingState.Best(2, Double.NaN);
    for (TrainingState.Best counted :
        List.of(new TrainingState.Best(2, 0.8), ofNaN, new TrainingState.Best(0, Double.NaN))) {
      assertThat(read(json(state(counted)))).isEqualTo(state(counted));
    }
  }

  private static JsonObject trainerState(TrainingOptions options) {
    return JsonParser.parseString(StateFile.trainerState(state(BEST), options, true))
        .getAsJsonObject();
  }

  /** Where the last update of an epoch has fewer batches, that is not step / stepsPerEpoch. */
  @Test
  void trainerState_hasTheEpochOfThePosition() {
    assertThat(trainerState(TrainingOptions.standard()).get("epoch").getAsDouble()).isEqualTo(1.4);
  }

  /** transformers has 500 then, whatever the steps between log entries. */
  @Test
  void trainerState_withoutNumbersOfSteps_hasTransformersDefaults() {
    JsonObject byEpoch = trainerState(TrainingOptions.standard().loggingSteps(10));
    assertThat(byEpoch.get("logging_steps").getAsInt()).isEqualTo(10);
    assertThat(byEpoch.get("eval_steps").getAsInt()).isEqualTo(500);
    assertThat(byEpoch.get("save_steps").getAsInt()).isEqualTo(500);
    JsonObject bySteps =
        trainerState(
            TrainingOptions.standard()
                .evaluation(e -> e.everySteps(3))
                .saving(s -> s.everySteps(6)));
    assertThat(bySteps.get("eval_steps").getAsInt()).isEqualTo(3);
    assertThat(bySteps.get("save_steps").getAsInt()).isEqualTo(6);
  }

  @Test
  void filesOfEarlierVersions_doNotTellWhatCounted() throws CheckpointException {
    String json = json(state(null));
    assertThat(json).doesNotContain("counted");
    assertThat(read(json).counted()).isNull();
    assertThat(read(json).best()).isEqualTo(BEST);
  }
}
