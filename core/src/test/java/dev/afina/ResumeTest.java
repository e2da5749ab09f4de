package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.internal.checkpoint.DType;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.checkpoint.TensorInfo;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.training.Schedule;
import dev.afina.training.TrainingControl;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that goes on from a checkpoint is the training that was never ended. */
class ResumeTest {
  @TempDir Path work;

  /**
   * With all that has a state: dropout, a schedule that watches, the best weights, a partial epoch.
   */
  private ClassifierBuilder training(Path checkpoints) {
    return ClassifierTest.quick()
        .dropout(0.2)
        .epochs(2.5)
        .batchSize(7) // 5 updates an epoch
        .validation(ClassifierTest.rows())
        .schedule(Schedule.reduceOnPlateau(0.5, 0, 0, 0, 0))
        .options(
            TrainingOptions.standard()
                .evaluation(e -> e.keepBest("loss").everySteps(1))
                .loggingSteps(3))
        .checkpoints(checkpoints)
        .saveEvery(2);
  }

  @Test
  void resumed_isBitForBitTheUninterruptedTraining() throws IOException {
    Path whole = work.resolve("whole");
    byte[] expected;
    List<Double> losses;
    try (Classifier classifier = training(work.resolve("a")).fit(ClassifierTest.rows())) {
      classifier.save(whole);
      expected = Files.readAllBytes(whole.resolve("model.safetensors"));
      losses =
          classifier.training().orElseThrow().history().stream()
              .filter(e -> e.values().containsKey("loss"))
              .map(e -> e.values().get("loss"))
              .toList();
    }
    int before = LiveArrays.count();
    for (int stop : new int[] {1, 4, 5, 9}) {
      Path checkpoints = work.resolve("at" + stop);
      assertThatThrownBy(
              () ->
                  training(checkpoints)
                      .listener(new FailAt(stop))
                      .fit(ClassifierTest.rows())
                      .close())
          .hasMessage("on purpose");
      try (Classifier classifier = training(checkpoints).resume().fit(ClassifierTest.rows())) {
        Path saved = work.resolve("saved" + stop);
        classifier.save(saved);
        assertThat(Files.readAllBytes(saved.resolve("model.safetensors")))
            .as("stopped after step %s", stop)
            .isEqualTo(expected);
        TrainingResult result = classifier.training().orElseThrow();
        assertThat(result.steps()).isEqualTo(13);
        assertThat(
                result.history().stream()
                    .filter(e -> e.values().containsKey("loss"))
                    .map(e -> e.values().get("loss")))
            .isEqualTo(losses);
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  /** As of a process that was killed after the last renaming, before it removed its lock. */
  @Test
  void resumed_removesWhatAKilledSaveLeft() throws IOException {
    Path checkpoints = work.resolve("c");
    training(checkpoints).maxSteps(4).fit(ClassifierTest.rows()).close();
    for (String left : List.of("4.lock-a4393cf5-a258-4a7a", "3.lock-b36ebf2d-e766-4a69")) {
      Files.createFile(checkpoints.resolve(".checkpoint-" + left + "-b706-76052126fbe2"));
    }
    training(checkpoints).maxSteps(4).resume().fit(ClassifierTest.rows()).close();
    try (Stream<Path> files = Files.list(checkpoints)) {
      assertThat(files.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("checkpoint-2", "checkpoint-4");
    }
  }

  /** The checkpoints hold the updates; the base comes from where it came from before. */
  @Test
  void resumed_withLora_isBitForBitTheUninterruptedTraining() throws IOException {
    Lora lora = Lora.rank(3).dropout(0.1);
    Path whole = work.resolve("whole");
    try (Classifier classifier =
        training(work.resolve("a")).lora(lora).fit(ClassifierTest.rows())) {
      classifier.save(whole);
    }
    for (int stop : new int[] {1, 4, 9}) {
      Path checkpoints = work.resolve("at" + stop);
      assertThatThrownBy(
              () ->
                  training(checkpoints)
                      .lora(lora)
                      .listener(new FailAt(stop))
                      .fit(ClassifierTest.rows())
                      .close())
          .hasMessage("on purpose");
      if (stop == 4) {
        Path checkpoint = checkpoints.resolve("checkpoint-2");
        assertThat(checkpoint.resolve("model.safetensors")).doesNotExist();
        Classifier.load(checkpoint).close();
        assertThatThrownBy(() -> training(checkpoints).resume().fit(ClassifierTest.rows()).close())
            .isInstanceOf(CheckpointException.class)
            .hasMessageContaining(
                "lora is rank 3, alpha 8, dropout 0.1, usual targets there and none here");
      }
      try (Classifier classifier =
          training(checkpoints).lora(lora).resume().fit(ClassifierTest.rows())) {
        Path saved = work.resolve("saved" + stop);
        classifier.save(saved);
        assertThat(saved.resolve("model.safetensors"))
            .as("stopped after step %s", stop)
            .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
      }
    }
  }

  /** Layers so wide that AdamW steps them in slices: 8,300 · 32 are more than 262,144 numbers. */
  @Test
  void resumed_withLayersInSlices_isBitForBitTheUninterruptedTraining() throws IOException {
    Path base = wide(work.resolve("wide"), 8_300);
    Path whole = work.resolve("whole");
    try (Classifier classifier = ofFourSteps(base, work.resolve("a")).fit(ClassifierTest.rows())) {
      classifier.save(whole);
    }
    Path checkpoints = work.resolve("b");
    assertThatThrownBy(
            () ->
                ofFourSteps(base, checkpoints)
                    .listener(new FailAt(3))
                    .fit(ClassifierTest.rows())
                    .close())
        .hasMessage("on purpose");
    Path saved = work.resolve("saved");
    try (Classifier classifier =
        ofFourSteps(base, checkpoints).resume().fit(ClassifierTest.rows())) {
      classifier.save(saved);
    }
    assertThat(saved.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  private ClassifierBuilder ofFourSteps(Path base, Path checkpoints) {
    return training(checkpoints).checkpoint(base).maxSteps(4);
  }

  /** The usual base with one layer, whose dense part is as wide as said. */
  private static Path wide(Path folder, int width) throws IOException {
    Path usual = Golden.path("bert/base");
    Files.createDirectory(folder);
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(usual.resolve(name), folder.resolve(name));
    }
    JsonObject config =
        JsonParser.parseString(Files.readString(usual.resolve("config.json"))).getAsJsonObject();
    int hidden = config.get("hidden_size").getAsInt();
    int narrow = config.get("intermediate_size").getAsInt();
    config.addProperty("intermediate_size", width);
    config.addProperty("num_hidden_layers", 1);
    Files.writeString(folder.resolve("config.json"), config.toString());
    Map<String, TensorData> tensors = new TreeMap<>();
    try (TensorSource source = Safetensors.open(usual.resolve("model.safetensors"))) {
      for (Map.Entry<String, TensorInfo> tensor : source.tensors().entrySet()) {
        String name = tensor.getKey();
        List<Long> shape = tensor.getValue().shape();
        if (shape.contains((long) narrow) && name.startsWith("encoder.layer.0.")) {
          tensors.put(name, waves(shape.stream().map(n -> n == narrow ? width : n).toList()));
        } else if (!name.startsWith("encoder.layer.1.")) {
          tensors.put(name, new TensorData(tensor.getValue().dtype(), shape, source.floats(name)));
        }
      }
      Safetensors.write(folder.resolve("model.safetensors"), tensors, Safetensors.PYTORCH);
    }
    assertThat((long) width * hidden).isGreaterThan(1 << 18);
    return folder;
  }

  private static TensorData waves(List<Long> shape) {
    int size = (int) shape.stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b);
    ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.putFloat((float) Math.sin(0.7 * i) / 50);
    }
    return new TensorData(DType.F32, shape, bytes.flip());
  }

  @Test
  void aCheckpoint_isAModel_withTransformersTrainerState() throws IOException {
    Path checkpoints = work.resolve("c");
    training(checkpoints).fit(ClassifierTest.rows()).close();
    Path last = checkpoints.resolve("checkpoint-12");
    try (Classifier classifier = Classifier.load(last)) {
      assertThat(classifier.labels().names()).containsExactly("anger", "joy", "sadness");
    }
    JsonObject state =
        JsonParser.parseString(Files.readString(last.resolve("trainer_state.json")))
            .getAsJsonObject();
    assertThat(state.get("global_step").getAsInt()).isEqualTo(12);
    assertThat(state.get("max_steps").getAsInt()).isEqualTo(13);
    assertThat(state.get("epoch").getAsDouble()).isEqualTo(2.4);
    assertThat(state.get("train_batch_size").getAsInt()).isEqualTo(7);
    List<JsonObject> history =
        state.getAsJsonArray("log_history").asList().stream()
            .map(e -> e.getAsJsonObject())
            .toList();
    assertThat(history).hasSize(12 + 4);
    assertThat(history.get(0).keySet())
        .contains("epoch", "step", "eval_loss", "eval_accuracy", "eval_macro_f1");
    assertThat(history.get(2).keySet())
        .containsExactly("epoch", "loss", "grad_norm", "learning_rate", "step");
    double best =
        history.stream()
            .filter(e -> e.has("eval_loss"))
            .mapToDouble(e -> e.get("eval_loss").getAsDouble())
            .min()
            .orElseThrow();
    assertThat(state.get("best_metric").getAsDouble()).isEqualTo(best);
  }

  /** Evaluated after each step, saved after every second: there is no checkpoint of step 3. */
  @Test
  void trainerState_namesTheBestCheckpoint_onlyIfThereIsOne() throws IOException {
    Path checkpoints = work.resolve("c");
    double[] values = {1, 2, 9, 3, 4, 5, 6, 10};
    int[] evaluations = {0};
    ClassifierTest.quick()
        .maxSteps(8)
        .validation(ClassifierTest.rows())
        .metric("made up", e -> values[evaluations[0]++])
        .keepBest("made up")
        .evaluateEvery(1)
        .saveEvery(2)
        .checkpoints(checkpoints)
        .fit(ClassifierTest.rows())
        .close();
    JsonObject second = trainerState(checkpoints.resolve("checkpoint-2"));
    assertThat(second.get("best_model_checkpoint").getAsString()).isEqualTo("checkpoint-2");
    for (int step : new int[] {4, 6}) {
      JsonObject state = trainerState(checkpoints.resolve("checkpoint-" + step));
      assertThat(state.get("best_global_step").getAsInt()).isEqualTo(3);
      assertThat(state.get("best_metric").getAsDouble()).isEqualTo(9);
      assertThat(state.get("best_model_checkpoint").isJsonNull()).isTrue();
    }
    JsonObject last = trainerState(checkpoints.resolve("checkpoint-8"));
    assertThat(last.get("best_model_checkpoint").getAsString()).isEqualTo("checkpoint-8");
  }

  private static JsonObject trainerState(Path checkpoint) throws IOException {
    return JsonParser.parseString(Files.readString(checkpoint.resolve("trainer_state.json")))
        .getAsJsonObject();
  }

  @Test
  void anotherPositiveLabel_isAnotherTraining_ifItsMetricChooses() throws IOException {
    ClassifierBuilder training =
        ClassifierTest.quick()
            .maxSteps(2)
            .saveEvery(1)
            .validation(ClassifierTest.rows())
            .positiveLabel("joy");
    ClassifierBuilder byF1 = training.copy().keepBest("f1").checkpoints(work.resolve("f1"));
    byF1.copy().fit(ClassifierTest.rows()).close();
    assertThatThrownBy(() -> byF1.copy().positiveLabel("anger").resume().fit(ClassifierTest.rows()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("positive label is joy there and anger here");
    byF1.copy().resume().fit(ClassifierTest.rows()).close();

    ClassifierBuilder byLoss = training.copy().keepBest("loss").checkpoints(work.resolve("loss"));
    byLoss.copy().fit(ClassifierTest.rows()).close();
    byLoss.copy().positiveLabel("anger").resume().fit(ClassifierTest.rows()).close();
  }

  @Test
  void saveLimit_keepsTheNewest_andTheBest() throws IOException {
    Path checkpoints = work.resolve("c");
    double[] values = {1, 9, 2, 3, 4, 5};
    int[] evaluations = {0};
    ClassifierTest.quick()
        .epochs(6)
        .batchSize(30)
        .validation(ClassifierTest.rows())
        .metric("made up", e -> values[evaluations[0]++])
        .keepBest("made up")
        .options(TrainingOptions.standard().saving(s -> s.limit(2)))
        .checkpoints(checkpoints)
        .fit(ClassifierTest.rows())
        .close();
    try (Stream<Path> left = Files.list(checkpoints)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("checkpoint-2", "checkpoint-6");
    }
  }

  @Test
  void finished_itStillWritesTheOutput_whereTheWeightsAreNotThere() throws IOException {
    Path first = work.resolve("first");
    training(work.resolve("c")).output(first).fit(ClassifierTest.rows()).close();
    Path weights = first.resolve("model.safetensors");
    ClassifierBuilder resumed = training(work.resolve("c")).resume();
    Path second = work.resolve("second");
    resumed.copy().output(second).fit(ClassifierTest.rows()).close();
    assertThat(second.resolve("model.safetensors")).hasSameBinaryContentAs(weights);
    Classifier.load(second).close();

    Path ofAnother = work.resolve("another");
    ClassifierTest.quick().maxSteps(1).output(ofAnother).fit(ClassifierTest.rows()).close();
    resumed.copy().output(ofAnother).fit(ClassifierTest.rows()).close();
    assertThat(ofAnother.resolve("model.safetensors")).hasSameBinaryContentAs(weights);

    // What somebody added to a model that has these weights stays.
    DecisionRules rules = DecisionRules.none().threshold("joy", 0.9);
    try (Classifier loaded = Classifier.load(first);
        Classifier careful = loaded.deciding(rules)) {
      careful.save(first);
    }
    resumed.copy().output(first).fit(ClassifierTest.rows()).close();
    try (Classifier kept = Classifier.load(first)) {
      assertThat(kept.rules().thresholds()).containsEntry("joy", 0.9);
    }
  }

  @Test
  void resumedAfterTheBestEpoch_itWritesTheBestWeights() throws IOException {
    Path output = work.resolve("output");
    double[] values = {1, 9, 2, 3, 4, 5};
    int[] evaluations = {0};
    ClassifierBuilder training =
        ClassifierTest.quick()
            .epochs(6)
            .batchSize(30)
            .validation(ClassifierTest.rows())
            .metric("made up", e -> values[evaluations[0]++])
            .keepBest("made up")
            .checkpoints(work.resolve("c"))
            .output(output);
    assertThatThrownBy(() -> training.copy().listener(new FailAt(4)).fit(ClassifierTest.rows()))
        .hasMessage("on purpose");
    Path best = Files.move(output, work.resolve("best"));
    try (Classifier classifier = training.copy().resume().fit(ClassifierTest.rows())) {
      assertThat(classifier.training().orElseThrow().best().step()).isEqualTo(2);
    }
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(best.resolve("model.safetensors"));
  }

  @Test
  void divergedAfterAResume_saysThatNothingWasSaved() throws IOException {
    Path output = work.resolve("output");
    ClassifierBuilder training =
        ClassifierTest.quick()
            .batchSize(30)
            .warmup(3)
            .learningRate(1e30)
            .checkpoints(work.resolve("c"));
    assertThatThrownBy(() -> training.copy().fit(ClassifierTest.rows()))
        .isInstanceOf(TrainingDivergedException.class);
    assertThatThrownBy(() -> training.copy().output(output).resume().fit(ClassifierTest.rows()))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("in this run nothing better came, so nothing was saved to " + output);
    assertThat(output).doesNotExist();
  }

  @Test
  void withoutACheckpoint_resumeBegins() throws IOException {
    try (Classifier classifier =
        training(work.resolve("new")).maxSteps(1).resume().fit(ClassifierTest.rows())) {
      assertThat(classifier.training().orElseThrow().steps()).isEqualTo(1);
    }
  }

  @Test
  void anothersCheckpoint_isRefused_andNothingIsOverwritten() throws IOException {
    Path checkpoints = work.resolve("c");
    training(checkpoints).fit(ClassifierTest.rows()).close();
    Path weights = checkpoints.resolve("checkpoint-13").resolve("model.safetensors");
    byte[] before = Files.readAllBytes(weights);
    assertThatThrownBy(() -> training(checkpoints).fit(ClassifierTest.rows()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            checkpoints
                + ": holds checkpoint-13 of an earlier training; call resume() to go on with it, or"
                + " choose another folder");
    assertThatThrownBy(
            () ->
                training(checkpoints)
                    .learningRate(1e-4)
                    .seed(3)
                    .resume()
                    .fit(ClassifierTest.rows()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("checkpoint-13 is of another training: ")
        .hasMessageContaining("learningRate is 0.002 there and 1.0E-4 here")
        .hasMessageContaining("seed is 42 there and 3 here");
    Dataset other = ClassifierTest.rows().map(e -> e.withText(e.text() + "!"));
    assertThatThrownBy(() -> training(checkpoints).resume().fit(other))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("training data is 30 texts of digest ");
    assertThat(Files.readAllBytes(weights)).isEqualTo(before);
  }

  @Test
  void damage_isFound() throws IOException {
    Path checkpoints = work.resolve("c");
    training(checkpoints).fit(ClassifierTest.rows()).close();
    Path optimizer = checkpoints.resolve("checkpoint-13").resolve("optimizer.safetensors");
    byte[] bytes = Files.readAllBytes(optimizer);
    bytes[bytes.length - 5] ^= 1;
    Files.write(optimizer, bytes);
    assertThatThrownBy(() -> training(checkpoints).resume().fit(ClassifierTest.rows()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("optimizer.safetensors: is damaged: CRC-32C ");
    Path state = checkpoints.resolve("checkpoint-13").resolve("afina_state.json");
    String whole = Files.readString(state);
    Files.writeString(state, whole.replaceFirst("\"lossSum\": \\d", "\"lossSum\": 7"));
    assertThatThrownBy(() -> training(checkpoints).resume().fit(ClassifierTest.rows()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("afina_state.json: is damaged: its checksum is not that of its text");
    Files.writeString(state, whole.substring(0, 300));
    assertThatThrownBy(() -> training(checkpoints).resume().fit(ClassifierTest.rows()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("afina_state.json: is no state of a training");
  }

  @Test
  void options_thatNeedACheckpointFolder_sayIt() {
    assertThatThrownBy(() -> ClassifierTest.quick().resume().fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("resume() needs checkpoints(folder)");
    assertThatThrownBy(() -> ClassifierTest.quick().saveEvery(5).fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("saveEvery(5) needs checkpoints(folder)");
  }

  @Test
  void stoppedFromAnotherThread_itEndsWithTheBestWeights() throws Exception {
    TrainingControl control = new TrainingControl();
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            if (step.step() == 3) {
              Thread other = new Thread(control::stop);
              other.start();
              try {
                other.join();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    try (Classifier classifier =
        ClassifierTest.quick()
            .validation(ClassifierTest.rows())
            .keepBest("accuracy")
            .control(control)
            .listener(stopping)
            .fit(ClassifierTest.rows())) {
      TrainingResult result = classifier.training().orElseThrow();
      assertThat(result.end()).isEqualTo(TrainingResult.End.STOPPED);
      assertThat(result.steps()).isEqualTo(3);
      assertThat(result.best().step()).isEqualTo(3);
    }
  }

  @Test
  void f1OfAPositiveLabel_choosesTheWeights() throws IOException {
    try (Classifier classifier =
        ClassifierTest.quick()
            .epochs(2)
            .validation(ClassifierTest.rows())
            .positiveLabel("joy")
            .keepBest("f1")
            .fit(ClassifierTest.rows())) {
      TrainingResult result = classifier.training().orElseThrow();
      Evaluation evaluation = classifier.evaluate(ClassifierTest.rows());
      assertThat(result.best().value()).isEqualTo(evaluation.confusionMatrix().f1(1));
      assertThat(result.epochs().get(0).metrics()).containsKeys("precision", "recall", "f1");
    }
    assertThatThrownBy(
            () ->
                ClassifierTest.quick()
                    .validation(ClassifierTest.rows())
                    .keepBest("f1")
                    .fit(ClassifierTest.rows()))
        .hasMessage(
            "keepBest: \"f1\" needs positiveLabel(...); of all labels together they are macro_f1,"
                + " …");
    assertThatThrownBy(
            () -> ClassifierTest.quick().positiveLabel("hope").fit(ClassifierTest.rows()))
        .hasMessageStartingWith("positiveLabel: \"hope\" is none of ");
  }
}
