package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.training.Schedule;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several trainings of one builder. */
class TrialsTest {
  private static final Dataset ROWS = ClassifierTest.rows();

  @TempDir Path folder;

  /** What a process allocates once, at its first training, is no leak. */
  @BeforeAll
  static void trainOnce() throws IOException {
    quick().maxSteps(1).fit(ROWS).close();
  }

  private static ClassifierBuilder quick() {
    return ClassifierTest.quick().epochs(2).validation(ROWS).keepBest("loss");
  }

  @Test
  void restarts_areTheTrainingsOfTheirSeeds_andTheBestIsKept() throws IOException {
    int before = LiveArrays.count();
    Trials<Classifier> trials = quick().seed(5).output(folder).restarts(ROWS, 3);
    assertThat(trials.trials())
        .extracting(Trial::options)
        .containsExactly(Map.of("seed", "5"), Map.of("seed", "6"), Map.of("seed", "7"));
    double sum = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int seed = 5; seed < 8; seed++) {
      try (Classifier alone = quick().seed(seed).fit(ROWS)) {
        double loss = alone.evaluate(ROWS).loss();
        assertThat(trials.trials().get(seed - 5).metrics().get("loss"))
            .isCloseTo(loss, within(1e-5));
        sum += loss;
        least = Math.min(least, loss);
      }
    }
    assertThat(trials.mean("loss")).isCloseTo(sum / 3, within(1e-5));
    assertThat(trials.deviation("loss")).isPositive();
    assertThat(trials.best().metrics().get("loss")).isCloseTo(least, within(1e-5));
    try (Classifier best = trials.model();
        Classifier saved = Classifier.load(folder)) {
      assertThat(best.evaluate(ROWS).loss()).isCloseTo(least, within(1e-5));
      assertThat(saved.predict("so happy")).isEqualTo(best.predict("so happy"));
    }
    assertThat(trials.toString().lines())
        .hasSize(4)
        .first()
        .asString()
        .matches("trial +seed +loss +steps +seconds");
    assertThat(trials.toString()).containsOnlyOnce("best");
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void search_triesAll_leavesOutWhatDiverges_andTellsTheBest() throws IOException {
    int before = LiveArrays.count();
    Trials<Classifier> trials =
        quick()
            .search(
                ROWS,
                OptionSearch.<ClassifierBuilder>grid()
                    .values("learning rate", ClassifierBuilder::learningRate, 1e38, 1e-5, 2e-3)
                    .values("batch size", ClassifierBuilder::batchSize, 5));
    assertThat(trials.trials())
        .extracting(Trial::end)
        .containsExactly(Trial.End.DIVERGED, Trial.End.COMPLETE, Trial.End.COMPLETE);
    assertThat(trials.best().options())
        .containsExactly(Map.entry("learning rate", "0.002"), Map.entry("batch size", "5"));
    assertThat(trials.best().steps()).isEqualTo(12);
    assertThat(trials.trials().get(0).problem()).contains("step");
    assertThat(trials.trials().get(0).metrics()).isEmpty();
    assertThat(trials.toString()).contains("diverged");
    trials.model().close();
    assertThat(LiveArrays.count()).isEqualTo(before);
    assertThatThrownBy(
            () ->
                quick()
                    .search(
                        ROWS,
                        OptionSearch.<ClassifierBuilder>grid()
                            .values("rate", ClassifierBuilder::learningRate, 1e38)))
        .isInstanceOf(TrainingDivergedException.class);
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void optionsOfALaterTrial_thatContradict_areRefusedBeforeTheFirst() {
    List<Integer> steps = new ArrayList<>();
    OptionSearch<ClassifierBuilder> search =
        OptionSearch.<ClassifierBuilder>grid()
            .values(
                "schedule",
                ClassifierBuilder::schedule,
                Schedule.linear(),
                Schedule.polynomial(1, 0.5));
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            steps.add(step.step());
          }
        };
    assertThatThrownBy(() -> quick().listener(counting).search(ROWS, search))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("falls to 0.5, which must be less than learningRate 0.002");
    assertThat(steps).isEmpty();
  }

  @Test
  void aTrialWhoseMetricIsUndefined_isNotTheBest() throws IOException {
    double[] values = {Double.NaN, 1, 2};
    int[] next = {0};
    Trials<Classifier> trials =
        quick().maxSteps(1).metric("own", e -> values[next[0]++]).keepBest("own").restarts(ROWS, 3);
    trials.model().close();
    assertThat(trials.best().number()).isEqualTo(3);
  }

  @Test
  void prune_endsHopelessTrialsAtAnEvaluation() throws IOException {
    Trials<Classifier> trials =
        quick()
            .epochs(3)
            .search(
                ROWS,
                OptionSearch.<ClassifierBuilder>grid()
                    .values("rate", ClassifierBuilder::learningRate, 2e-3, 3e-3, 1e-7)
                    .pruneAfter(2));
    assertThat(trials.trials())
        .extracting(Trial::end)
        .containsExactly(Trial.End.COMPLETE, Trial.End.COMPLETE, Trial.End.PRUNED);
    assertThat(trials.trials().get(2).steps()).as("one epoch of three").isEqualTo(4);
    assertThat(trials.best().number()).isLessThan(3);
    trials.model().close();
  }

  @Test
  void prune_comparesWithCompleteTrialsOnly() throws IOException {
    double[] values = {0.5, 0.5, 0.1, 0.3, 0.6, 0.6}; // the second trial and the third end early
    int[] next = {0};
    Trials<Classifier> trials =
        quick()
            .epochs(2)
            .metric("own", e -> values[next[0]++])
            .keepBest("own")
            .search(
                ROWS,
                OptionSearch.<ClassifierBuilder>grid()
                    .values("seed", ClassifierBuilder::seed, 1, 2, 3, 4)
                    .pruneAfter(1));
    trials.model().close();
    assertThat(trials.trials())
        .extracting(Trial::end)
        .containsExactly(
            Trial.End.COMPLETE, Trial.End.PRUNED, Trial.End.PRUNED, Trial.End.COMPLETE);
  }

  @Test
  void aBudgetAndAStop_endThem_withTheBestSoFar() throws IOException {
    Trials<Classifier> trials =
        quick()
            .search(
                ROWS,
                OptionSearch.<ClassifierBuilder>grid()
                    .values("seed", ClassifierBuilder::seed, 1, 2, 3, 4)
                    .budget(Duration.ofNanos(1))); // over before the first begins
    assertThat(trials.trials()).hasSize(1);
    assertThat(trials.best().steps()).as("ended with the update it was in").isEqualTo(1);
    trials.model().close();

    TrainingControl control = new TrainingControl();
    Trials<Classifier> stopped =
        quick()
            .control(control)
            .listener(
                new TrainingListener() {
                  @Override
                  public void stepped(Step step) {
                    if (step.step() == 3) {
                      control.stop();
                    }
                  }
                })
            .restarts(ROWS, 3);
    assertThat(stopped.trials()).extracting(Trial::steps).isEqualTo(List.of(3));
    stopped.model().close();
  }

  @Test
  void anOutputFolderThatCannotBe_isRefusedBeforeTheFirstTrial() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
    List<Integer> steps = new ArrayList<>();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            steps.add(step.step());
          }
        };
    assertThatThrownBy(() -> quick().listener(counting).output(file).restarts(ROWS, 2))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(steps).isEmpty();
  }

  @Test
  void whatCannotBe_isRefused() {
    assertThatThrownBy(() -> ClassifierTest.quick().restarts(ROWS, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "restarts: needs validation(...) and keepBest(metric), by which the best is chosen");
    assertThatThrownBy(() -> quick().restarts(ROWS, 1))
        .hasMessage("restarts: expected 2 or more, got 1");
    assertThatThrownBy(() -> quick().checkpoints(folder).restarts(ROWS, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "restarts: many trainings cannot share the checkpoints in "
                + folder
                + "; call it without checkpoints(...)");
  }

  @Test
  void crossValidation_isForAllTypes() throws IOException {
    CrossValidation<MultiLabelEvaluation> labels =
        MultiLabelClassifierTest.quick()
            .epochs(1)
            .crossValidate(MultiLabelClassifierTest.rows(), 3);
    assertThat(labels.folds()).hasSize(3);
    assertThat(labels.outOfFold().predictions()).hasSize(30);
    CrossValidation<RegressionEvaluation> numbers =
        RegressorTest.quick().epochs(1).crossValidate(RegressorTest.rows(), 2);
    assertThat(numbers.mean("loss"))
        .as("folds of equal size")
        .isCloseTo(numbers.outOfFold().loss(), within(1e-9));
  }
}
