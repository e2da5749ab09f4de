package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.data.Dataset;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Golden;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingGroup;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes that train one model do what one does. */
class GroupTrainingTest {
  @TempDir Path work;

  /** What a training was: its losses, weights and metrics. */
  private record Trained(
      List<Double> losses, Map<String, float[]> weights, List<Double> metrics, int steps) {}

  private static ClassifierBuilder training() {
    return ClassifierTest.quick()
        .epochs(17)
        .maxSteps(50)
        .learningRate(1e-3)
        .batchSize(8) // 30 rows: the last batch of an epoch has 6
        .validation(ClassifierTest.rows())
        .keepBest("loss");
  }

  private static Trained train(ClassifierBuilder builder, TrainingGroup group) throws IOException {
    List<Double> losses = new ArrayList<>();
    List<Double> metrics = new ArrayList<>();
    TrainingListener diary =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            losses.add(step.loss());
          }

          @Override
          public void evaluated(Evaluated evaluation) {
            metrics.addAll(evaluation.metrics().values());
          }
        };
    try (Classifier model =
        builder.copy().listener(diary).group(group).fit(ClassifierTest.rows())) {
      return new Trained(losses, weights(model), metrics, model.training().orElseThrow().steps());
    }
  }

  private static Map<String, float[]> weights(Classifier model) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    model
        .loaded()
        .model()
        .arrays()
        .forEach(
            (key, array) -> {
              FloatBuffer memory = PyTorch.memory(array);
              float[] values = new float[memory.remaining()];
              memory.get(values);
              weights.put(key, values);
            });
    return weights;
  }

  @Test
  void ranksTogether_doWhatOneMachineDoes() throws IOException {
    Trained one = train(training(), TrainingGroup.ALONE);
    int before = LiveArrays.count();
    for (int size : new int[] {1, 2, 4}) {
      List<Trained> ranks = ThreadGroups.run(size, group -> train(training(), group));
      assertThat(ranks).hasSize(size);
      for (Trained rank : ranks) {
        assertThat(rank.losses).hasSize(50);
        assertThat(rank.losses).isEqualTo(ranks.get(0).losses);
        assertThat(rank.metrics).isEqualTo(ranks.get(0).metrics);
        for (int i = 0; i < 50; i++) {
          assertThat(rank.losses.get(i))
              .as("loss %s", i)
              .isCloseTo(one.losses.get(i), within(1e-5));
        }
        one.weights.forEach(
            (key, expected) -> {
              // A key's bias moves all products of a query alike, which softmax does not see: its
              // gradient is 0 but for rounding, and AdamW steps as far for that as for any other.
              if (!key.endsWith("key.bias")) {
                assertThat(rank.weights.get(key)).as(key).containsExactly(expected, within(1e-5f));
              }
            });
        rank.weights.forEach(
            (key, values) -> assertThat(values).as(key).isEqualTo(ranks.get(0).weights.get(key)));
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void whatIsDropped_dependsOnTheTextAndNotOnTheRanks() throws IOException {
    for (String family : List.of("bert/base", "deberta-v2/base")) {
      ClassifierBuilder dropping =
          training().checkpoint(Golden.path(family)).dropout(0.3).learningRate(1e-4).maxSteps(4);
      Trained one = ThreadGroups.run(1, group -> train(dropping, group)).get(0);
      Trained none = ThreadGroups.run(1, group -> train(dropping.copy().dropout(0), group)).get(0);
      assertThat(none.losses).as(family).isNotEqualTo(one.losses);
      for (int size : new int[] {2, 4}) {
        Trained divided = ThreadGroups.run(size, group -> train(dropping, group)).get(0);
        for (int i = 0; i < 4; i++) {
          assertThat(divided.losses.get(i))
              .as("%s, %s ranks, loss %s", family, size, i)
              .isCloseTo(one.losses.get(i), within(1e-5));
        }
      }
    }
  }

  @Test
  void resumed_byTheSameRanks_isBitForBitTheUninterruptedTraining() throws IOException {
    ClassifierBuilder saving = training().dropout(0.2).maxSteps(12).saveEvery(4);
    Trained whole =
        ThreadGroups.run(2, group -> train(saving.copy().checkpoints(work.resolve("whole")), group))
            .get(1);
    Path checkpoints = work.resolve("ended");
    assertThatThrownBy(
            () ->
                ThreadGroups.run(
                    2,
                    group -> {
                      ClassifierBuilder own = saving.copy().checkpoints(checkpoints);
                      if (group.rank() == 1) {
                        own.listener(new FailAt(7));
                      }
                      own.group(group).fit(ClassifierTest.rows()).close();
                      return true;
                    }))
        .hasMessage("on purpose");
    assertThat(checkpoints.resolve("checkpoint-4")).isDirectory();
    assertThat(checkpoints.resolve("checkpoint-8")).doesNotExist();
    List<Trained> resumed =
        ThreadGroups.run(2, group -> train(saving.copy().checkpoints(checkpoints).resume(), group));
    for (Trained rank : resumed) {
      assertThat(rank.steps).isEqualTo(12);
      assertThat(rank.losses).isEqualTo(whole.losses.subList(4, 12));
      whole.weights.forEach(
          (key, expected) -> assertThat(rank.weights.get(key)).as(key).isEqualTo(expected));
    }
  }

  /** What dropout drops is decided otherwise in a group, so its weights would be others. */
  @Test
  void resumed_withAndWithoutGroup_isRefused_whereDropoutIsUsed() throws IOException {
    ClassifierBuilder saving = training().dropout(0.2).maxSteps(2).saveEvery(2);
    Path ofGroup = work.resolve("group");
    Path ofOne = work.resolve("one");
    ThreadGroups.run(2, group -> train(saving.copy().checkpoints(ofGroup), group));
    train(saving.copy().checkpoints(ofOne), TrainingGroup.ALONE);
    String byText = "by text (with a group)";
    String inARow = "in a row (without a group)";
    assertThatThrownBy(
            () -> train(saving.copy().checkpoints(ofGroup).resume(), TrainingGroup.ALONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            ofGroup.resolve("checkpoint-2")
                + " is of another training: drawing of dropout is "
                + byText
                + " there and "
                + inARow
                + " here; go on with the same, or choose another folder");
    assertThatThrownBy(
            () ->
                ThreadGroups.run(
                    1,
                    group -> {
                      saving
                          .copy()
                          .checkpoints(ofOne)
                          .resume()
                          .group(group)
                          .fit(ClassifierTest.rows())
                          .close();
                      return true;
                    }))
        .hasMessageContaining("drawing of dropout is " + inARow + " there and " + byText + " here");
  }

  @Test
  void resumed_withAndWithoutGroup_goesOn_whereNothingIsDropped() throws IOException {
    ClassifierBuilder ofItself =
        Classifier.builder().checkpoint(Golden.path("modernbert/base")); // its rates are 0
    for (ClassifierBuilder builder : List.of(training(), ofItself)) {
      ClassifierBuilder saving = builder.copy().batchSize(8).maxSteps(4).saveEvery(2);
      Path folder = work.resolve("of" + builder.hashCode());
      Trained whole =
          train(saving.copy().checkpoints(folder.resolve("whole")), TrainingGroup.ALONE);
      Path checkpoints = folder.resolve("ended");
      assertThatThrownBy(
              () ->
                  ThreadGroups.run(
                      1,
                      group ->
                          train(
                              saving.copy().checkpoints(checkpoints).listener(new FailAt(3)),
                              group)))
          .hasMessage("on purpose");
      Trained resumed = train(saving.copy().checkpoints(checkpoints).resume(), TrainingGroup.ALONE);
      assertThat(resumed.losses).hasSize(2);
      assertThat(resumed.losses.get(1)).isCloseTo(whole.losses.get(3), within(1e-5));
    }
  }

  @Test
  void whatOneRankIsAsked_allDo() throws IOException {
    List<TrainingResult> results =
        ThreadGroups.run(
            3,
            group -> {
              TrainingControl control = new TrainingControl();
              TrainingListener stopping =
                  new TrainingListener() {
                    @Override
                    public void stepped(Step step) {
                      if (group.rank() == 2 && step.step() == 5) {
                        control.stop();
                      }
                    }
                  };
              try (Classifier model =
                  training()
                      .control(control)
                      .listener(stopping)
                      .group(group)
                      .fit(ClassifierTest.rows())) {
                return model.training().orElseThrow();
              }
            });
    for (TrainingResult result : results) {
      assertThat(result.steps()).isEqualTo(5);
      assertThat(result.end()).isEqualTo(TrainingResult.End.STOPPED);
    }
  }

  /** Stopped through the control of one rank only, in the first of several trainings. */
  @Test
  void trials_endOnAllRanks_andOnlyRank0Writes() throws IOException {
    List<Boolean> there =
        ThreadGroups.run(
            2,
            group -> {
              Path folder = work.resolve("best" + group.rank());
              TrainingControl control = new TrainingControl();
              ClassifierBuilder builder =
                  training().maxSteps(3).control(control).output(folder).group(group);
              if (group.rank() == 1) {
                builder.listener(new StopAt(control, 2));
              }
              Trials<Classifier> trials = builder.restarts(ClassifierTest.rows(), 3);
              trials.model().close();
              assertThat(trials.trials()).extracting(Trial::steps).containsExactly(2);
              return Files.exists(folder);
            });
    assertThat(there).containsExactly(true, false);
  }

  @Test
  void crossValidation_endsOnAllRanks() {
    ThreadGroups.run(
        2,
        group -> {
          TrainingControl control = new TrainingControl();
          ClassifierBuilder builder = training().maxSteps(3).control(control).group(group);
          if (group.rank() == 1) {
            builder.listener(new StopAt(control, 2));
          }
          assertThatThrownBy(() -> builder.crossValidate(ClassifierTest.rows(), 2))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageStartingWith("crossValidate: stopped in fold 1 of 2");
          return true;
        });
  }

  private record StopAt(TrainingControl control, int step) implements TrainingListener {
    @Override
    public void stepped(Step stepped) {
      if (stepped.step() == step) {
        control.stop();
      }
    }
  }

  @Test
  void onlyRank0_writes_andRanksThatDifferAreRefused() throws IOException {
    List<Boolean> there =
        ThreadGroups.run(
            2,
            group -> {
              Path folder = work.resolve("rank" + group.rank());
              training().maxSteps(2).output(folder).group(group).fit(ClassifierTest.rows()).close();
              return Files.exists(folder);
            });
    assertThat(there).containsExactly(true, false);

    assertThatThrownBy(
            () ->
                ThreadGroups.run(
                    2,
                    group -> {
                      Dataset rows = ClassifierTest.rows();
                      training().group(group).fit(group.rank() == 0 ? rows : rows.head(29)).close();
                      return true;
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("training: rank 0 of 2 has step 0 of 50, 30 examples")
        .hasMessageContaining("rank 1 has step 0 of 50, 29 examples")
        .hasMessageEndingWith("all need the same checkpoint, options and rows");
  }
}
