package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.afina.internal.model.Difference;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.GoldenModel;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fine-tuning with dropout 0 is the Hugging Face Trainer's, step by step: same new head, same
 * order, same losses. Golden files of interop/golden_models.py.
 */
class TrainerParityTest {
  @TempDir Path folder;

  static Stream<Arguments> runs() {
    return GoldenModel.families().stream()
        .flatMap(family -> TrainerParity.RUNS.stream().map(run -> Arguments.of(family, run)));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void fiftySteps_haveTheTrainersLosses(String family, String run) throws IOException {
    TrainerParity.Training training = TrainerParity.train(family, run, folder);
    assertThat(training.steps()).isEqualTo(training.theirSteps()).isEqualTo(50);
    assertNotAbove("rate", 1e-12, training.rates());
    assertNotAbove("loss", 1e-4, training.losses());
    assertNotAbove("gradient norm", 1e-3, training.gradientNorms());
    // Where a parameter was decayed that should not be, its norm is off by 1.2e-4 and more.
    assertNotAbove("weight norm", 2e-5, training.weightNorms());
  }

  @Test
  void accumulation_equalsTheBigBatch() throws IOException {
    JsonObject golden = Golden.json("bert/training.json");
    TrainingOptions options = TrainerParity.options(golden.getAsJsonObject("options")).maxSteps(15);
    TrainerParity.Steps big = new TrainerParity.Steps();
    TrainerParity.Steps accumulated = new TrainerParity.Steps();
    fit(golden, options.batchSize(8).accumulationSteps(1), big);
    fit(golden, options.batchSize(2).accumulationSteps(4), accumulated);
    for (int i = 0; i < 15; i++) {
      assertThat(accumulated.all.get(i).loss()).isCloseTo(big.all.get(i).loss(), within(1e-5));
    }
  }

  private static void fit(JsonObject golden, TrainingOptions options, TrainingListener listener)
      throws IOException {
    Classifier.builder()
        .checkpoint(Golden.path("bert/base"))
        .labels("0", "1", "2")
        .options(options)
        .dropout(0)
        .maxTokens(24)
        .listener(listener)
        .fit(TrainerParity.rows(golden))
        .close();
  }

  private static void assertNotAbove(
      String what, double limit, Collection<Difference> differences) {
    assertThat(differences)
        .isNotEmpty()
        .allSatisfy(
            difference ->
                assertThat(difference.value())
                    .as("%s of %s", what, difference.what())
                    .isLessThanOrEqualTo(limit));
  }
}
