package dev.afina.internal.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.CheckpointException;
import dev.afina.training.TrainingState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateFileTest {
  private static final TrainingState.Best BEST = new TrainingState.Best(3, 0.85);

  private static TrainingState state(TrainingState.Best counted) {
    return new TrainingState(
        new TrainingState.Position(4, 8, 4, 16, 1.5, 0, 0, 0.5, 2, 4, 1, 1, 2.5, 0.5),
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

  @Test
  void filesOfEarlierVersions_doNotTellWhatCounted() throws CheckpointException {
    String json = json(state(null));
    assertThat(json).doesNotContain("counted");
    assertThat(read(json).counted()).isNull();
    assertThat(read(json).best()).isEqualTo(BEST);
  }
}
