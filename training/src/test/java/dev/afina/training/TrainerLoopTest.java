package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.internal.engine.LiveArrays;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What follows updates: evaluations, ends, checkpoints; and going on from one. */
class TrainerLoopTest {
  // 24 examples by 4: 6 updates an epoch.
  private static final TrainingOptions OPTIONS =
      TrainingOptions.standard().batchSize(4).epochs(3).optimizer(o -> o.learningRate(0.05));

  /** Keeps checkpoints in memory, with the weights beside them. */
  private static final class Memory implements Checkpoints {
    final List<TrainingState> states = new ArrayList<>();
    final List<float[]> weights = new ArrayList<>();
    private final LinearRegression task;
    private final Optional<TrainingState> newest;

    Memory(LinearRegression task, Optional<TrainingState> newest) {
      this.task = task;
      this.newest = newest;
    }

    @Override
    public Optional<TrainingState> newest() {
      return newest;
    }

    @Override
    public void save(TrainingState state) {
      Map<String, Tensor> copies = new HashMap<>();
      state
          .tensors()
          .forEach(
              (name, t) -> {
                ByteBuffer copy = ByteBuffer.allocateDirect(t.bytes().remaining());
                copy.order(t.bytes().order()).put(t.bytes().duplicate()).flip();
                copies.put(name, new Tensor(t.shape(), copy));
              });
      states.add(
          new TrainingState(
              state.position(),
              state.best(),
              state.counted(),
              state.history(),
              state.epochs(),
              state.rateState(),
              state.randomState(),
              copies));
      weights.add(task.values());
    }
  }

  /** Notes what happens, in order. */
  private static class Diary implements TrainingListener {
    final List<String> entries = new ArrayList<>();

    @Override
    public void epochStarted(int epoch) {
      entries.add("epoch " + epoch);
    }

    @Override
    public void logged(TrainingState.LogEntry entry) {
      entries.add("log " + entry.step());
    }

    @Override
    public void evaluated(Evaluated evaluation) {
      entries.add("evaluation " + evaluation.step() + (evaluation.best() ? " best" : ""));
    }

    @Override
    public void saved(int step) {
      entries.add("save " + step);
    }

    @Override
    public void epochEnded(Epoch epoch) {
      entries.add("end " + epoch.epoch());
    }
  }

  @Test
  void logEvaluateEndSave_comeInThisOrder_whereTheyAreDue() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("loss", 1.0);
      Diary diary = new Diary();
      Memory memory = new Memory(plane, Optional.empty());
      TrainingOptions options =
          OPTIONS
              .epochs(1.5)
              .loggingSteps(3)
              .evaluation(e -> e.everySteps(4))
              .saving(s -> s.everySteps(6));
      Trainer.fit(plane, options, diary, new TrainingControl(), memory);
      assertThat(diary.entries)
          .containsExactly(
              "epoch 1",
              "log 3",
              "evaluation 4 best",
              "log 6",
              "end 1",
              "save 6",
              "epoch 2",
              "evaluation 8 best",
              "log 9",
              "evaluation 9 best", // the last update
              "end 2",
              "save 9");
    }
  }

  @Test
  void byDefault_eachEpochIsEvaluatedAndSaved() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("loss", 1.0);
      Diary diary = new Diary();
      Memory memory = new Memory(plane, Optional.empty());
      Trainer.fit(plane, OPTIONS.epochs(2), diary, new TrainingControl(), memory);
      assertThat(diary.entries)
          .containsExactly(
              "epoch 1",
              "evaluation 6 best",
              "end 1",
              "save 6",
              "epoch 2",
              "evaluation 12 best",
              "end 2",
              "save 12");
    }
  }

  @Test
  void patience_endsTheTraining_withTheBestWeights() throws Exception {
    double[] values = {0.5, 0.9, 0.7, 0.8, 0.95};
    List<float[]> weights = new ArrayList<>();
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation =
          r -> {
            weights.add(r.values());
            return Map.of("accuracy", values[weights.size() - 1]);
          };
      TrainingResult result =
          Trainer.fit(
              plane,
              OPTIONS.evaluation(e -> e.everySteps(2).keepBest("accuracy").patience(2)),
              TrainingListener.NONE);
      assertThat(result.end()).isEqualTo(TrainingResult.End.NO_IMPROVEMENT);
      assertThat(result.steps()).isEqualTo(8);
      assertThat(result.best()).isEqualTo(new TrainingState.Best(4, 0.9));
      assertThat(plane.values()).containsExactly(weights.get(1));
      assertThat(result.epochs()).hasSize(2);
    }
  }

  /** What transformers 5.18 does: its EarlyStoppingCallback and Trainer were given these values. */
  @Test
  void undefinedMetrics_areNoImprovement_andNeverTheBest() throws Exception {
    double nan = Double.NaN;
    requireEnd(patience(1), 2, 0, nan, nan, nan, nan, nan);
    requireEnd(patience(2), 3, 0, nan, nan, nan, nan, nan);
    requireEnd(patience(2), 4, 4, nan, 0.5, 0.4, 0.6);
    requireEnd(patience(2).evaluation(e -> e.threshold(0.1)), 4, 2, nan, 0.5, 0.4, 0.3, 0.6);
    requireEnd(patience(2), 5, 3, 0.5, nan, 0.6, nan, nan, 0.7);
    requireEnd(patience(3), 6, 3, nan, nan, 0.5, 0.4, 0.3, 0.2, 0.6);
    requireEnd(
        patience(2).evaluation(e -> e.threshold(0.2).greaterIsBetter(false)),
        4,
        2,
        nan,
        0.5,
        nan,
        nan,
        0.4);
  }

  private static TrainingOptions patience(int evaluations) {
    return OPTIONS
        .epochs(1)
        .batchSize(2)
        .evaluation(e -> e.everySteps(1).keepBest("own").patience(evaluations));
  }

  /** Runs a training that is evaluated after each step, and again from each of its checkpoints. */
  private static void requireEnd(TrainingOptions options, int steps, int best, double... values)
      throws Exception {
    TrainingOptions all = options.maxSteps(values.length).saving(s -> s.everySteps(1));
    List<TrainingState> states = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    for (int from = 0; from <= states.size(); from++) {
      try (LinearRegression plane = LinearRegression.plane()) {
        int[] next = {from};
        plane.evaluation = r -> Map.of("own", values[next[0]++]);
        Optional<TrainingState> state =
            from == 0 ? Optional.empty() : Optional.of(states.get(from - 1));
        if (from > 0) {
          plane.set(weights.get(from - 1));
        }
        Memory memory = new Memory(plane, state);
        TrainingResult result =
            Trainer.fit(plane, all, TrainingListener.NONE, new TrainingControl(), memory);
        if (from == 0) {
          states.addAll(memory.states);
          weights.addAll(memory.weights);
        }
        assertThat(result.steps()).isEqualTo(steps);
        assertThat(result.best().step()).isEqualTo(best);
        assertThat(plane.values()).containsExactly(weights.get(best == 0 ? steps - 1 : best - 1));
      }
    }
    assertThat(states).hasSize(steps);
  }

  /** Four updates an epoch. */
  private static TrainingResult evaluated(int everySteps, double... values) throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      int[] next = {0};
      plane.evaluation = r -> Map.of("accuracy", values[next[0]++]);
      return Trainer.fit(
          plane,
          OPTIONS.batchSize(6).evaluation(e -> e.everySteps(everySteps).keepBest("accuracy")),
          TrainingListener.NONE);
    }
  }

  /** The table without losses and times. */
  private static List<String> table(TrainingResult result) {
    return result
        .table()
        .lines()
        .map(line -> line.replaceAll("[0-9]+\\.[0-9]{4}(?=  )(.*)[0-9]+\\.[0-9](?= |$)", "…$1…"))
        .map(line -> line.replaceAll(" +", " "))
        .toList();
  }

  @Test
  void table_marksTheEpochOnlyIfItsLastWeightsWereKept() throws Exception {
    assertThat(table(evaluated(2, 0.5, 0.6, 0.9, 0.7, 0.1, 0.1)))
        .containsExactly(
            "epoch step training_loss accuracy seconds",
            " 1 4 … 0.6000 …",
            " 2 8 … 0.7000 …",
            " 3 12 … 0.1000 …",
            "the weights of step 6, in epoch 2, were kept: 0.9000");
    assertThat(table(evaluated(2, 0.5, 0.6, 0.7, 0.9, 0.1, 0.1)).subList(1, 4))
        .containsExactly(" 1 4 … 0.6000 …", " 2 8 … 0.9000 … *", " 3 12 … 0.1000 …");
  }

  @Test
  void table_hasTheMetricsOfAllEpochs_andADashWhereOneWasNotEvaluated() throws Exception {
    assertThat(table(evaluated(6, 0.9, 0.7)))
        .containsExactly(
            "epoch step training_loss accuracy seconds",
            " 1 4 … – …",
            " 2 8 … – …",
            " 3 12 … 0.7000 …",
            "the weights of step 6, in epoch 2, were kept: 0.9000");
    assertThat(table(evaluated(6, Double.NaN, Double.NaN)).subList(1, 4))
        .as("no best, so the last")
        .containsExactly(" 1 4 … – …", " 2 8 … – …", " 3 12 … NaN … *");
  }

  @Test
  void control_stopsEvaluatesAndSaves_afterTheUpdate() throws Exception {
    TrainingControl control = new TrainingControl();
    Diary diary =
        new Diary() {
          @Override
          public void stepped(Step step) {
            switch (step.step()) {
              case 2 -> control.evaluate();
              case 3 -> control.save();
              case 4 -> control.stop();
              default -> {}
            }
          }
        };
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("loss", 1.0);
      TrainingResult result =
          Trainer.fit(plane, OPTIONS, diary, control, new Memory(plane, Optional.empty()));
      assertThat(result.end()).isEqualTo(TrainingResult.End.STOPPED);
      assertThat(result.steps()).isEqualTo(4);
    }
    assertThat(diary.entries)
        .containsExactly(
            "epoch 1", "evaluation 2 best", "save 3", "evaluation 4 best", "end 1", "save 4");
  }

  @Test
  void stoppedOrEndedEarly_itIsSaved_whateverTheStepsBetween() throws Exception {
    TrainingOptions options = OPTIONS.saving(s -> s.everySteps(4));
    try (LinearRegression plane = LinearRegression.plane()) {
      TrainingControl control = new TrainingControl();
      Diary diary = new Diary();
      TrainingListener stops = TrainingListener.all(new StopAt(control, 5), diary);
      Trainer.fit(plane, options, stops, control, new Memory(plane, Optional.empty()));
      assertThat(diary.entries).containsSubsequence("save 4", "save 5");
    }
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("loss", 1.0);
      Diary diary = new Diary();
      Trainer.fit(
          plane,
          options.evaluation(e -> e.everySteps(1).keepBest("loss").patience(2)),
          diary,
          new TrainingControl(),
          new Memory(plane, Optional.empty()));
      assertThat(diary.entries).endsWith("evaluation 3", "end 1", "save 3");
    }
    try (LinearRegression plane = LinearRegression.plane()) {
      Diary diary = new Diary();
      Trainer.fit(
          plane,
          options.timeBudget(Duration.ofNanos(1)),
          diary,
          new TrainingControl(),
          new Memory(plane, Optional.empty()));
      assertThat(diary.entries).endsWith("save 1");
    }
  }

  private record StopAt(TrainingControl control, int step) implements TrainingListener {
    @Override
    public void stepped(Step stepped) {
      if (stepped.step() == step) {
        control.stop();
      }
    }
  }

  /** Evaluations after 6, 12, … updates; that after 10 is one more. */
  @Test
  void goingOnFromAStop_theEvaluationOfTheStopCountsNeitherForRateNorPatience() throws Exception {
    TrainingOptions options =
        OPTIONS
            .epochs(5)
            .schedule(Schedule.reduceOnPlateau(0.5, 1, 0, 0, 0))
            .evaluation(e -> e.keepBest("own").patience(3));
    TrainingResult expected;
    float[] whole;
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("own", 1.0);
      expected = Trainer.fit(plane, options, TrainingListener.NONE);
      whole = plane.values();
    }
    assertThat(expected.end()).isEqualTo(TrainingResult.End.NO_IMPROVEMENT);
    assertThat(expected.steps()).isEqualTo(24);
    Memory memory;
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("own", 1.0);
      TrainingControl control = new TrainingControl();
      memory = new Memory(plane, Optional.empty());
      Trainer.fit(plane, options, new StopAt(control, 10), control, memory);
    }
    int last = memory.states.size() - 1;
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("own", 1.0);
      plane.set(memory.weights.get(last));
      TrainingResult result =
          Trainer.fit(
              plane,
              options,
              TrainingListener.NONE,
              new TrainingControl(),
              new Memory(plane, Optional.of(memory.states.get(last))));
      assertThat(result.steps()).isEqualTo(24);
      assertThat(result.trainingLoss()).isEqualTo(expected.trainingLoss());
      assertThat(plane.values()).containsExactly(whole);
    }
  }

  /** Evaluations after 2, 4, … updates; those after 1 and 3 are stops. */
  @Test
  void goingOnFromABetterStop_patienceComparesWithWhatCounts() throws Exception {
    double[] values = {0.80, 0.82, 0.81, 0.83};
    assertThat(ofStop(0, 0, values).steps()).as("never stopped").isEqualTo(6);

    TrainingResult better = ofStop(3, 0.85, values);
    assertThat(better.steps()).isEqualTo(6);
    assertThat(better.end()).isEqualTo(TrainingResult.End.NO_IMPROVEMENT);
    assertThat(better.best()).isEqualTo(new TrainingState.Best(3, 0.85));

    TrainingResult first = ofStop(1, 0.85, values);
    assertThat(first.steps()).as("0.80 is the first that counts").isEqualTo(6);
    assertThat(first.best()).isEqualTo(new TrainingState.Best(1, 0.85));
  }

  @Test
  void goingOnFromAnEarlierVersionsStop_patienceComparesWithTheBestOfAll() throws Exception {
    Memory stopped = stoppedAt(3, 0.85, 0.80, 0.82);
    TrainingState state = stopped.states.get(0);
    TrainingState old =
        new TrainingState(
            state.position(),
            state.best(),
            null,
            state.history(),
            state.epochs(),
            state.rateState(),
            state.randomState(),
            state.tensors());
    assertThat(goingOn(old, stopped.weights.get(0), 0.82).steps()).isEqualTo(4);
  }

  private static TrainingOptions everyTwo() {
    return OPTIONS
        .maxSteps(8)
        .evaluation(e -> e.everySteps(2).keepBest("accuracy").patience(1))
        .saving(s -> s.everySteps(100));
  }

  /**
   * A training that is stopped, and goes on from there.
   *
   * @param step of the stop; 0 for none
   * @param value of the evaluation that the stop adds
   * @param values of the others
   */
  private static TrainingResult ofStop(int step, double value, double... values) throws Exception {
    if (step == 0) {
      try (LinearRegression plane = LinearRegression.plane()) {
        plane.evaluation = next(values);
        return Trainer.fit(plane, everyTwo(), TrainingListener.NONE);
      }
    }
    Memory stopped = stoppedAt(step, value, values);
    double[] rest = Arrays.copyOfRange(values, step / 2, values.length);
    return goingOn(stopped.states.get(0), stopped.weights.get(0), rest);
  }

  /** The memory with the checkpoint of a stop. */
  private static Memory stoppedAt(int step, double value, double... values) throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      double[] measured = Arrays.copyOf(values, step / 2 + 1);
      measured[step / 2] = value;
      plane.evaluation = next(measured);
      TrainingControl control = new TrainingControl();
      Memory memory = new Memory(plane, Optional.empty());
      Trainer.fit(plane, everyTwo(), new StopAt(control, step), control, memory);
      assertThat(memory.states).hasSize(1);
      return memory;
    }
  }

  private static TrainingResult goingOn(TrainingState state, float[] weights, double... values)
      throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.set(weights);
      plane.evaluation = next(values);
      return Trainer.fit(
          plane,
          everyTwo(),
          TrainingListener.NONE,
          new TrainingControl(),
          new Memory(plane, Optional.of(state)));
    }
  }

  private static Function<LinearRegression, Map<String, Double>> next(double... values) {
    int[] evaluations = {0};
    return r -> Map.of("accuracy", values[evaluations[0]++]);
  }

  /** Nothing was left to do: that the last update was also one to stop after changes nothing. */
  @Test
  void aStopOrTheBudget_duringTheLastUpdate_leavesItComplete() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      TrainingControl control = new TrainingControl();
      TrainingResult stopped =
          Trainer.fit(
              plane, OPTIONS.maxSteps(3), new StopAt(control, 3), control, Checkpoints.NONE);
      assertThat(stopped.end()).isEqualTo(TrainingResult.End.COMPLETE);
      TrainingResult late =
          Trainer.fit(
              plane, OPTIONS.maxSteps(1).timeBudget(Duration.ofNanos(1)), TrainingListener.NONE);
      assertThat(late.end()).isEqualTo(TrainingResult.End.COMPLETE);
    }
  }

  @Test
  void goingOnFromTheLastCheckpoint_itIsComplete_alsoIfThePatienceEndedWithIt() throws Exception {
    TrainingOptions options = everyTwo().maxSteps(4);
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = next(0.9, 0.8);
      Memory memory = new Memory(plane, Optional.empty());
      TrainingResult whole =
          Trainer.fit(plane, options, TrainingListener.NONE, new TrainingControl(), memory);
      assertThat(whole.end()).isEqualTo(TrainingResult.End.COMPLETE);
      plane.set(memory.weights.get(0));
      TrainingResult again =
          Trainer.fit(
              plane,
              options,
              TrainingListener.NONE,
              new TrainingControl(),
              new Memory(plane, Optional.of(memory.states.get(0))));
      assertThat(again.steps()).isEqualTo(4);
      assertThat(again.end()).isEqualTo(TrainingResult.End.COMPLETE);
    }
  }

  @Test
  void controlOfTheWhole_isServedByThePartThatRuns_once() {
    TrainingControl whole = new TrainingControl();
    TrainingControl first = whole.forPart();
    TrainingControl second = whole.forPart();
    whole.evaluate();
    whole.save();
    assertThat(first.takeEvaluate()).isTrue();
    assertThat(first.takeSave()).isTrue();
    assertThat(second.takeEvaluate()).isFalse();
    assertThat(second.takeSave()).isFalse();
    first.evaluate();
    whole.evaluate();
    assertThat(first.takeEvaluate()).isTrue();
    assertThat(first.takeEvaluate()).as("both are one").isFalse();
    second.save();
    assertThat(first.takeSave()).isFalse();
  }

  @Test
  void goingOnOnOtherThreads_warnsOfWhatWillDiffer() throws Exception {
    assertThat(warningOnOtherThreads(List.of())).contains("will differ by float rounding from");
    assertThat(warningOnOtherThreads(List.of(7L)))
        .contains("on 1 threads, here are 2: the weights will differ by what dropout drops, which");
  }

  private static String warningOnOtherThreads(List<Long> randomState) throws Exception {
    return TensorBoardListenerTest.standardError(
        () -> {
          try (LinearRegression plane = LinearRegression.plane()) {
            plane.randomState = randomState;
            Memory memory = new Memory(plane, Optional.empty());
            TrainingControl control = new TrainingControl();
            TrainingListener stops = new StopAt(control, 2);
            Trainer.fit(plane, OPTIONS.workers(1), stops, control, memory);
            Memory again = new Memory(plane, Optional.of(memory.states.get(0)));
            Trainer.fit(
                plane, OPTIONS.workers(2), TrainingListener.NONE, new TrainingControl(), again);
          }
        });
  }

  @Test
  void timeBudget_endsAfterTheUpdate() throws Exception {
    try (LinearRegression plane = LinearRegression.plane()) {
      TrainingResult result =
          Trainer.fit(plane, OPTIONS.timeBudget(Duration.ofNanos(1)), TrainingListener.NONE);
      assertThat(result.end()).isEqualTo(TrainingResult.End.TIME_BUDGET);
      assertThat(result.steps()).isEqualTo(1);
    }
  }

  @Test
  void goingOnFromAnyCheckpoint_givesTheSameBits() throws Exception {
    TrainingOptions options =
        OPTIONS
            .epochs(2.5)
            .schedule(Schedule.reduceOnPlateau(0.5, 1, 0, 0, 0))
            .evaluation(e -> e.everySteps(2).keepBest("loss"))
            .saving(s -> s.everySteps(2))
            .loggingSteps(4);
    float[] whole;
    TrainingResult expected;
    List<TrainingState> states;
    List<float[]> weights;
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = TrainerLoopTest::jumpy;
      Memory memory = new Memory(plane, Optional.empty());
      expected = Trainer.fit(plane, options, TrainingListener.NONE, new TrainingControl(), memory);
      whole = plane.values();
      states = memory.states;
      weights = memory.weights;
    }
    assertThat(states).hasSize(8); // the last one after 15 updates
    assertThat(expected.best().step()).as("not the last").isLessThan(15);
    int before = LiveArrays.count();
    for (int i = 0; i < states.size(); i++) {
      try (LinearRegression plane = LinearRegression.plane()) {
        plane.evaluation = TrainerLoopTest::jumpy;
        plane.set(weights.get(i));
        Memory memory = new Memory(plane, Optional.of(states.get(i)));
        TrainingResult result =
            Trainer.fit(plane, options, TrainingListener.NONE, new TrainingControl(), memory);
        assertThat(plane.values()).as("from checkpoint %s", i).containsExactly(whole);
        assertThat(result.best()).isEqualTo(expected.best());
        assertThat(result.trainingLoss()).isEqualTo(expected.trainingLoss());
        assertThat(result.history()).isEqualTo(expected.history());
        assertThat(memory.states).hasSize(8 - i - 1);
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void epochThatWasStopped_isOneEntryAfterGoingOn() throws Exception {
    TrainingOptions options = OPTIONS.epochs(2);
    List<List<Object>> expected;
    try (LinearRegression plane = LinearRegression.plane()) {
      expected = entries(Trainer.fit(plane, options, TrainingListener.NONE));
    }
    TrainingState state;
    float[] weights;
    try (LinearRegression plane = LinearRegression.plane()) {
      TrainingControl control = new TrainingControl();
      Memory memory = new Memory(plane, Optional.empty());
      TrainingListener stops =
          new TrainingListener() {
            @Override
            public void stepped(Step step) {
              if (step.step() == 10) {
                control.stop();
              }
            }
          };
      TrainingResult stopped = Trainer.fit(plane, options, stops, control, memory);
      assertThat(entries(stopped)).hasSize(2);
      assertThat(entries(stopped).get(1).subList(0, 2)).containsExactly(2, 10);
      state = memory.states.get(memory.states.size() - 1);
      weights = plane.values();
    }
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.set(weights);
      TrainingResult result =
          Trainer.fit(
              plane,
              options,
              TrainingListener.NONE,
              new TrainingControl(),
              new Memory(plane, Optional.of(state)));
      assertThat(entries(result)).isEqualTo(expected);
    }
  }

  private static List<List<Object>> entries(TrainingResult result) {
    return result.epochs().stream()
        .map(e -> List.<Object>of(e.epoch(), e.step(), e.trainingLoss()))
        .toList();
  }

  @Test
  void goingOnFromTheCheckpointOfAnEarlyEnd_trainsNoMore() throws Exception {
    TrainingOptions options = OPTIONS.evaluation(e -> e.everySteps(2).keepBest("loss").patience(1));
    double[] values = {1, 2, 0};
    int[] next = {0};
    TrainingState last;
    float[] weights;
    float[] best;
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("loss", values[next[0]++]);
      Memory memory = new Memory(plane, Optional.empty());
      Trainer.fit(plane, options, TrainingListener.NONE, new TrainingControl(), memory);
      last = memory.states.get(memory.states.size() - 1);
      weights = memory.weights.get(memory.weights.size() - 1);
      best = plane.values();
    }
    try (LinearRegression plane = LinearRegression.plane()) {
      plane.evaluation = r -> Map.of("loss", 0.0);
      plane.set(weights);
      TrainingResult result =
          Trainer.fit(
              plane,
              options,
              TrainingListener.NONE,
              new TrainingControl(),
              new Memory(plane, Optional.of(last)));
      assertThat(result.steps()).isEqualTo(4);
      assertThat(result.end()).isEqualTo(TrainingResult.End.NO_IMPROVEMENT);
      assertThat(plane.values()).containsExactly(best);
    }
  }

  /** A metric that depends on the weights alone, and gets worse in between. */
  private static Map<String, Double> jumpy(LinearRegression r) {
    return Map.of("loss", Math.abs(Math.sin(r.values()[0] * 40)));
  }

  @Test
  void rateShares_areTheParametersOwn() throws Exception {
    try (LinearRegression plane = LinearRegression.plane();
        LinearRegression slow = LinearRegression.plane()) {
      TrainingTask half = slow.withRateShares(1, 0.25);
      TrainingOptions one = OPTIONS.maxSteps(1);
      Trainer.fit(plane, one, TrainingListener.NONE);
      Trainer.fit(half, one, TrainingListener.NONE);
      assertThat(slow.values()[0]).isEqualTo(plane.values()[0]);
      // Adam's first step is the rate, whatever the gradient.
      assertThat(slow.values()[2] / plane.values()[2]).isBetween(0.2499f, 0.2501f);
    }
  }

  @Test
  void dropLast_leavesOutWhatDoesNotFill_andRefusesNothing() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            sizes.add(step.examples());
          }
        };
    try (LinearRegression plane = LinearRegression.plane()) {
      Trainer.fit(plane, OPTIONS.batchSize(10).dropLast(true).epochs(2), listener);
      assertThat(sizes).containsExactly(10, 10, 10, 10);
      assertThatThrownBy(() -> Trainer.fit(plane, OPTIONS.batchSize(25).dropLast(true), listener))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("dropLast: leaves nothing of 24 examples in batches of 25");
    }
  }
}
