package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.TorchRandom;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerTest {

  /** Remembers everything it hears. */
  private static final class Recorder implements TrainingListener {
    Plan plan;
    final List<Step> steps = new ArrayList<>();
    final List<Epoch> epochs = new ArrayList<>();
    TrainingResult result;

    @Override
    public void started(Plan plan) {
      this.plan = plan;
    }

    @Override
    public void stepped(Step step) {
      steps.add(step);
    }

    @Override
    public void epochEnded(Epoch epoch) {
      epochs.add(epoch);
    }

    @Override
    public void finished(TrainingResult result) {
      this.result = result;
    }
  }

  @Test
  void fit_findsThePlane() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      Trainer.fit(
          plane,
          TrainingOptions.standard().epochs(200).optimizer(o -> o.learningRate(0.1)),
          TrainingListener.NONE);
      assertThat(plane.values()).containsExactly(new float[] {2f, -3f, 1f}, within(0.02f));
    }
  }

  @Test
  void fit_logsALineOfEachEpoch() throws Exception {
    String log =
        TensorBoardListenerTest.standardError(
            () -> {
              try (LinearRegression plane = LinearRegression.plane()) {
                plane.evaluation = r -> Map.of("accuracy", 0.75);
                Trainer.fit(plane, TrainingOptions.standard().epochs(2), TrainingListener.NONE);
              }
            });

    assertThat(log.lines().filter(line -> line.contains("epoch ")))
        .hasSize(2)
        .allMatch(
            line ->
                line.matches(
                    ".*epoch [12] ended at step [36] of 6: training loss [0-9.]+; evaluated:"
                        + " accuracy 0.7500; [0-9.]+ s"));
  }

  @Test
  void fit_reportsPlanStepsAndEpochs() throws Exception {
    Recorder heard = new Recorder();
    try (LinearRegression plane = LinearRegression.plane()) {
      TrainingOptions options =
          TrainingOptions.standard()
              .epochs(2)
              .batchSize(10)
              .optimizer(o -> o.learningRate(0.1))
              .warmup(2);
      TrainingResult result = Trainer.fit(plane, options, heard);
      assertThat(heard.plan).isEqualTo(TrainingListener.Plan.of(24, 6, 3, 2, 3));
      assertThat(heard.steps)
          .extracting(TrainingListener.Step::step)
          .containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(heard.steps)
          .extracting(TrainingListener.Step::learningRate)
          .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
          .containsExactly(0.0, 0.05, 0.1, 0.075, 0.05, 0.025);
      assertThat(heard.steps)
          .extracting(TrainingListener.Step::examples)
          .containsExactly(10, 10, 4, 10, 10, 4);
      assertThat(heard.steps.get(2).epoch()).isEqualTo(1.0);
      assertThat(heard.epochs).extracting(TrainingListener.Epoch::step).containsExactly(3, 6);
      assertThat(heard.epochs.get(1).trainingLoss())
          .isCloseTo(
              heard.steps.subList(3, 6).stream()
                  .mapToDouble(TrainingListener.Step::loss)
                  .average()
                  .orElseThrow(),
              within(1e-9));
      assertThat(heard.result).isSameAs(result);
      assertThat(result.steps()).isEqualTo(6);
    }
  }

  @Test
  void fit_visitsExamplesInTorchsOrder() throws Exception {
    List<Integer> seen = new ArrayList<>();
    try (LinearRegression plane = LinearRegression.plane()) {
      TrainingTask spying =
          new TrainingTask() {
            @Override
            public List<Parameter> parameters() {
              return plane.parameters();
            }

            @Override
            public int size() {
              return plane.size();
            }

            @Override
            public List<Shard> divide(int[] examples, int most) {
              for (int e : examples) {
                seen.add(e);
              }
              return plane.divide(examples, most);
            }

            @Override
            public Map<String, Double> evaluate(StopCheck stop) {
              return Map.of();
            }
          };
      Trainer.fit(spying, TrainingOptions.standard().epochs(2).seed(7), TrainingListener.NONE);
    }
    List<Integer> expected = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int e : TorchRandom.permutation(24, 7 + epoch)) {
        expected.add(e);
      }
    }
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void accumulation_equalsTheBigBatch_alsoWhereTheLastOneIsSmall() throws Exception {
    Recorder big = new Recorder();
    Recorder small = new Recorder();
    float[] expected;
    float[] got;
    TrainingOptions options =
        TrainingOptions.standard().epochs(4).optimizer(o -> o.learningRate(0.05));
    try (LinearRegression plane = LinearRegression.plane()) {
      Trainer.fit(plane, options.batchSize(10).accumulationSteps(1), big);
      expected = plane.values();
    }
    try (LinearRegression plane = LinearRegression.plane()) {
      Trainer.fit(plane, options.batchSize(2).accumulationSteps(5), small);
      got = plane.values();
    }
    assertThat(small.steps).hasSameSizeAs(big.steps);
    assertThat(got).containsExactly(expected, within(1e-5f));
    for (int i = 0; i < big.steps.size(); i++) {
      assertThat(small.steps.get(i).loss()).isCloseTo(big.steps.get(i).loss(), within(1e-4));
    }
  }

  /** 5 batches an epoch in updates of 2, 2 and 1: transformers' Trainer says the same. */
  @Test
  void epochs_areCountedByBatches_whereTheLastUpdateHasFewer() throws Exception {
    Recorder heard = new Recorder();
    List<Double> logged = new ArrayList<>();
    TrainingListener logs =
        new TrainingListener() {
          @Override
          public void logged(TrainingState.LogEntry entry) {
            logged.add(entry.epoch());
          }
        };
    try (LinearRegression plane = LinearRegression.plane()) {
      Trainer.fit(
          plane,
          TrainingOptions.standard().epochs(2).batchSize(5).accumulationSteps(2).loggingSteps(2),
          TrainingListener.all(heard, logs));
    }
    assertThat(heard.steps)
        .extracting(TrainingListener.Step::epoch)
        .containsExactly(0.4, 0.8, 1.0, 1.4, 1.8, 2.0);
    assertThat(logged).containsExactly(0.8, 1.4, 2.0);
  }

  @Test
  void fractionalEpochs_andMaxSteps_endInTheMiddle() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      Recorder heard = new Recorder();
      Trainer.fit(plane, TrainingOptions.standard().epochs(1.5).batchSize(4), heard);
      assertThat(heard.steps).hasSize(9);
      assertThat(heard.epochs).hasSize(2);
      Recorder limited = new Recorder();
      Trainer.fit(plane, TrainingOptions.standard().maxSteps(2).batchSize(4), limited);
      assertThat(limited.steps).hasSize(2);
    }
  }

  @Test
  void keepBest_restoresTheWeightsOfTheBestEpoch() throws Exception {
    List<float[]> atEpochEnd = new ArrayList<>();
    try (LinearRegression plane = LinearRegression.plane()) {
      double[] scores = {0.1, 0.9, Double.NaN, 0.9, 0.2};
      plane.evaluation =
          r -> {
            atEpochEnd.add(r.values());
            return Map.of("accuracy", scores[atEpochEnd.size() - 1]);
          };
      TrainingOptions options =
          TrainingOptions.standard()
              .epochs(5)
              .optimizer(o -> o.learningRate(0.1))
              .evaluation(e -> e.keepBest("accuracy"));
      TrainingResult result = Trainer.fit(plane, options, TrainingListener.NONE);
      assertThat(plane.values()).containsExactly(atEpochEnd.get(1));
      assertThat(result.epochs())
          .extracting(TrainingListener.Epoch::best)
          .containsExactly(true, true, false, false, false);
      assertThat(result.table().lines().toList().get(2)).contains("0.9000").endsWith("*");
    }
  }

  @Test
  void keepBest_byLoss_takesTheSmallest_andAnUnknownNameIsRefused() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      List<float[]> atEpochEnd = new ArrayList<>();
      plane.evaluation =
          r -> {
            atEpochEnd.add(r.values());
            return Map.of("loss", 1.0 / atEpochEnd.size());
          };
      TrainingOptions options =
          TrainingOptions.standard()
              .epochs(3)
              .optimizer(o -> o.learningRate(0.1))
              .evaluation(e -> e.keepBest("loss"));
      Trainer.fit(plane, options, TrainingListener.NONE);
      assertThat(plane.values()).containsExactly(atEpochEnd.get(2));
      assertThatThrownBy(
              () ->
                  Trainer.fit(
                      plane, options.evaluation(e -> e.keepBest("f2")), TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("keepBest: no metric \"f2\" among [loss]");
    }
  }

  @Test
  void nanLoss_stopsBeforeTheUpdate() throws Exception {
    try (LinearRegression broken =
        new LinearRegression(new float[][] {{1f}, {Float.NaN}}, new float[] {1f, 1f})) {
      TrainingOptions options =
          TrainingOptions.standard()
              .epochs(1)
              .batchSize(1)
              .optimizer(o -> o.learningRate(0.1))
              .seed(42);
      assertThatThrownBy(() -> Trainer.fit(broken, options, TrainingListener.NONE))
          .isInstanceOf(TrainingDivergedException.class)
          .hasMessageMatching(
              "the loss is NaN at step [12] of 2 \\(learning rate 0\\.(1|05)0*\\).*not applied.*");
      assertThat(broken.weight.toFloatArray()[0]).isFinite();
    }
  }

  /** The derivative of the square root at 0 is infinite, its value is not. */
  @Test
  void infiniteGradient_ofAFiniteLoss_stopsBeforeTheUpdate() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      TrainingTask steep =
          new TrainingTask() {
            @Override
            public List<Parameter> parameters() {
              return plane.parameters();
            }

            @Override
            public int size() {
              return 1;
            }

            @Override
            public List<Shard> divide(int[] examples, int most) {
              return List.of(
                  (leaves, scope) ->
                      leaves.array("weight").sqrt().sum().add(leaves.array("bias").sum()));
            }

            @Override
            public Map<String, Double> evaluate(StopCheck stop) {
              return Map.of();
            }
          };
      assertThatThrownBy(
              () -> Trainer.fit(steep, TrainingOptions.standard(), TrainingListener.NONE))
          .isInstanceOf(TrainingDivergedException.class)
          .hasMessageContaining("gradient")
          .hasMessageContaining("at step 1 of 3");
      assertThat(plane.values()).containsExactly(0f, 0f, 0f);
    }
  }

  @Test
  void interrupt_endsWithAMessage() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      TrainingListener interrupting =
          new TrainingListener() {
            @Override
            public void stepped(Step step) {
              if (step.step() == 4) {
                Thread.currentThread().interrupt();
              }
            }
          };
      assertThatThrownBy(
              () -> Trainer.fit(plane, TrainingOptions.standard().batchSize(4), interrupting))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("training was stopped after step 4 of 18: its thread was interrupted");
      assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    }
  }

  @Test
  void fit_leavesNoArrays_alsoWhenItFails() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      int before = LiveArrays.count();
      plane.evaluation = r -> Map.of("loss", 1.0);
      Trainer.fit(
          plane,
          TrainingOptions.standard().epochs(100).evaluation(e -> e.keepBest("loss")),
          TrainingListener.NONE);
      assertThat(LiveArrays.count()).isEqualTo(before);
      assertThatThrownBy(
          () ->
              Trainer.fit(
                  plane,
                  TrainingOptions.standard().evaluation(e -> e.keepBest("nothing")),
                  TrainingListener.NONE));
      assertThat(LiveArrays.count()).isEqualTo(before);
    }
  }

  @Test
  void noWeightDecay_forParametersThatAreSpared() throws Exception {
    // With rate·decay = 0.05 and a zero gradient a weight shrinks; a spared one does not.
    try (LinearRegression flat = new LinearRegression(new float[][] {{0f}}, new float[] {5f})) {
      flat.weight.addi(1f);
      flat.bias.addi(5f);
      Trainer.fit(
          flat,
          TrainingOptions.standard()
              .maxSteps(1)
              .optimizer(o -> o.learningRate(0.1).weightDecay(0.5)),
          TrainingListener.NONE);
      assertThat(flat.weight.toFloatArray()[0]).isCloseTo(0.95f, within(1e-6f));
      assertThat(flat.bias.toFloatArray()[0]).isEqualTo(5f);
    }
  }
}
