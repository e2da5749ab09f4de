package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.hub.HubClient;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.training.Schedule;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
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
  void optionsOfALaterTrial_thatDoNotFitTheCheckpoint_areRefusedBeforeTheFirst() {
    int before = LiveArrays.count();
    OptionSearch<ClassifierBuilder> grid = OptionSearch.grid();
    assertRefusedFirst(
        quick(),
        grid.values("freeze", ClassifierBuilder::freeze, Freeze.nothing(), Freeze.layers(8)),
        "freeze: layers(8), but the encoder has 2");
    assertRefusedFirst(
        quick(),
        grid.values("rank", (b, rank) -> b.lora(Lora.rank(rank)), 2, 33),
        "lora: rank 33, but layer");
    assertRefusedFirst(
        quick(),
        grid.values("tokens", ClassifierBuilder::maxTokens, 64, 65),
        "maxTokens: expected at most 64");
    assertRefusedFirst(
        quick(),
        grid.values("tokens", ClassifierBuilder::maxTokens, 64, 2),
        "maxTokens: 2, at least 3 are needed");
    assertRefusedFirst(
        quick().options(TrainingOptions.standard().dropLast(true)),
        grid.values("batch size", ClassifierBuilder::batchSize, 10, 31),
        "dropLast: leaves nothing of 30 examples in batches of 31");
    Loss plain = Loss.crossEntropy();
    assertRefusedFirst(
        quick(),
        grid.values("loss", ClassifierBuilder::loss, plain, plain.classWeights(1, 2)),
        "classWeights: ");
    assertRefusedFirst(
        quick().options(TrainingOptions.standard().optimizer(o -> o.headLearningRate(1e-3))),
        grid.values("rate", ClassifierBuilder::learningRate, 1e-3, 0.0),
        "headLearningRate 0.001 needs a learningRate over 0");
    assertRefusedFirst(
        quick(),
        grid.values("metric", ClassifierBuilder::keepBest, "loss", "accuracy", "f7"),
        "keepBest: metric \"f7\": unknown");
    assertRefusedFirst(
        quick(),
        grid.values(
            "validation",
            ClassifierBuilder::validation,
            ROWS,
            Dataset.of(Example.of("so happy", "hope"))),
        "validation data, row 0 (counted from 0): label \"hope\"");
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void aCheckpointOfALaterTrial_thatIsNowhere_isMissedBeforeTheFirst() {
    assertFailsFirst(
            quick(),
            OptionSearch.<ClassifierBuilder>grid()
                .values(
                    "checkpoint",
                    (b, reference) -> b.checkpoint(reference),
                    Golden.path("bert/base").toString(),
                    "classpath:nowhere/"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("classpath:nowhere/");
  }

  @Test
  void weightsThatDoNotFitALaterTrial_areRefusedBeforeTheFirst() throws IOException {
    int before = LiveArrays.count();
    Path deeper = model("bert/base", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    OptionSearch<ClassifierBuilder> grid = OptionSearch.grid();
    assertFailsFirst(
            quick(),
            grid.values(
                "checkpoint",
                (b, reference) -> b.checkpoint(reference),
                Golden.path("bert/base").toString(),
                deeper.toString()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor \"bert.encoder.layer.2.")
        .hasMessageContaining(" is missing");
    // By its config.json it has two labels, by its weights three.
    Path unnamed = model("bert/model", "\"(id2label|label2id)\"", "\"_$1\"");
    Dataset two = ROWS.filter(row -> !"anger".equals(row.label()));
    assertFailsFirst(
            quick().checkpoint(unnamed).validation(two),
            two,
            grid.values("head", TrialsTest::replacedIf, true, false))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("has a 3-way head; call replaceHead()");
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  private static void replacedIf(ClassifierBuilder builder, boolean wanted) {
    if (wanted) {
      builder.replaceHead();
    }
  }

  /** A copy of a model with another config.json. */
  private Path model(String name, String pattern, String replacement) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name.replace('/', '-')));
    try (Stream<Path> files = Files.list(Golden.path(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName().toString()));
      }
    }
    Path config = copy.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).containsPattern(pattern);
    Files.writeString(config, text.replaceAll(pattern, replacement));
    return copy;
  }

  @Test
  void optionsOfALaterTrial_thatLeaveNoBatch_areRefusedBeforeTheHubIsAsked() {
    HubClient nowhere = HubClient.builder().endpoint("http://127.0.0.1:9").cache(folder).build();
    assertRefusedFirst(
        quick()
            .checkpoint("acme/nothing", nowhere)
            .extendHead() // so config.json is needed for the labels
            .options(TrainingOptions.standard().dropLast(true)),
        OptionSearch.<ClassifierBuilder>grid()
            .values("batch", ClassifierBuilder::batchSize, 4, 100_000),
        "dropLast: leaves nothing of");
  }

  private static void assertRefusedFirst(
      ClassifierBuilder builder, OptionSearch<ClassifierBuilder> search, String message) {
    assertFailsFirst(builder, search)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  /** A search that fails without a single update. */
  private static AbstractThrowableAssert<?, ? extends Throwable> assertFailsFirst(
      ClassifierBuilder builder, OptionSearch<ClassifierBuilder> search) {
    return assertFailsFirst(builder, ROWS, search);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFailsFirst(
      ClassifierBuilder builder, Dataset train, OptionSearch<ClassifierBuilder> search) {
    List<Integer> steps = new ArrayList<>();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            steps.add(step.step());
          }
        };
    AbstractThrowableAssert<?, ? extends Throwable> failure =
        assertThatThrownBy(() -> builder.listener(counting).search(train, search));
    assertThat(steps).isEmpty();
    return failure;
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
    assertThat(trials.best().end()).isEqualTo(Trial.End.STOPPED);
    assertThat(trials.mean("loss")).as("of no trial").isNaN();
    assertThat(trials.deviation("loss")).isNaN();
    assertThat(trials.toString()).endsWith("  best, stopped");
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
    assertThat(stopped.best().end()).isEqualTo(Trial.End.STOPPED);
    stopped.model().close();
  }

  @Test
  void aTrialThatWasCutShort_doesNotCountForTheMean_andMayBeTheBest() throws IOException {
    double[] values = {1, 1, 9}; // two evaluations of the first trial, one of the second
    int[] next = {0};
    TrainingControl control = new TrainingControl();
    TrainingListener inTheSecond =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            if (next[0] == 2) {
              control.stop();
            }
          }
        };
    Trials<Classifier> trials =
        quick()
            .metric("own", e -> values[next[0]++])
            .keepBest("own")
            .control(control)
            .listener(inTheSecond)
            .restarts(ROWS, 3);
    trials.model().close();
    assertThat(trials.trials())
        .extracting(Trial::end)
        .containsExactly(Trial.End.COMPLETE, Trial.End.STOPPED);
    assertThat(trials.best().number()).isEqualTo(2);
    assertThat(trials.mean("own")).isEqualTo(1);
    assertThat(trials.deviation("own")).as("of one trial").isNaN();
  }

  @Test
  void aTrialThatItsOwnTimeEnds_isComplete() throws IOException {
    OptionSearch<ClassifierBuilder> seeds =
        OptionSearch.<ClassifierBuilder>grid().values("seed", ClassifierBuilder::seed, 1, 2);
    for (OptionSearch<ClassifierBuilder> search :
        List.of(seeds, seeds.budget(Duration.ofHours(1)))) {
      Trials<Classifier> trials = quick().trainFor(Duration.ofNanos(1)).search(ROWS, search);
      trials.model().close();
      assertThat(trials.trials()).extracting(Trial::steps).containsExactly(1, 1);
      assertThat(trials.trials())
          .extracting(Trial::end)
          .containsExactly(Trial.End.COMPLETE, Trial.End.COMPLETE);
    }
  }

  @Test
  void anEvaluationThatIsAskedFor_isMadeByTheTrialThatRuns() throws IOException {
    TrainingControl control = new TrainingControl();
    List<Integer> evaluations = new ArrayList<>();
    TrainingListener asking =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            if (step.step() == 2) {
              control.evaluate();
            }
          }

          @Override
          public void evaluated(Evaluated evaluation) {
            evaluations.add(evaluation.step());
          }
        };
    quick().epochs(1).control(control).listener(asking).restarts(ROWS, 2).model().close();
    assertThat(evaluations).containsExactly(2, 4, 2, 4);
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
