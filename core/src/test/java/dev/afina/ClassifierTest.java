package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.training.TrainingDivergedException;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole way on a model of a few thousand parameters. */
class ClassifierTest {
  @TempDir Path folder;

  /** 30 rows in three classes that a word gives away. */
  static Dataset rows() {
    String[] openings = {
      "today", "they say", "well", "again", "you know", "so", "look", "my friend", "this week", "no"
    };
    List<Example> rows = new ArrayList<>();
    for (String opening : openings) {
      rows.add(Example.of(opening + ", I hate the noise", "anger"));
      rows.add(Example.of(opening + ", what a happy day", "joy"));
      rows.add(Example.of(opening + ", I miss the old house", "sadness"));
    }
    return Dataset.of(rows);
  }

  /** Learns the 30 rows by heart. */
  static ClassifierBuilder quick() {
    return Classifier.builder()
        .checkpoint(Golden.path("bert/base"))
        .epochs(10)
        .learningRate(2e-3)
        .dropout(0);
  }

  @Test
  void fit_learns_andSavedModelGivesTheSameBits() throws IOException {
    Path saved = folder.resolve("model");
    Prediction before;
    try (Classifier classifier = quick().maxTokens(20).fit(rows())) {
      assertThat(classifier.labels()).isEqualTo(Labels.of("anger", "joy", "sadness"));
      assertThat(classifier.training().orElseThrow().steps()).isEqualTo(40);
      Evaluation evaluation = classifier.evaluate(rows());
      assertThat(evaluation.accuracy()).isEqualTo(1);
      assertThat(evaluation.loss()).isLessThan(0.5);
      assertThat(evaluation.report()).contains("anger", "macro avg");
      before = classifier.predict("what a happy house");
      classifier.save(saved);
    }
    try (Classifier again = Classifier.load(saved)) {
      assertThat(again.labels()).isEqualTo(Labels.of("anger", "joy", "sadness"));
      assertThat(again.maxTokens()).isEqualTo(20);
      assertThat(again.training()).isEmpty();
      assertThat(again.predict("what a happy house").logits()).isEqualTo(before.logits());
    }
    assertThat(saved).isDirectoryContaining("glob:**config.json");
    try (Stream<Path> files = Files.list(saved)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");
    }
  }

  @Test
  void config_keepsTheBase_andNamesLabels() throws IOException {
    Path saved = folder.resolve("model");
    try (Classifier classifier = quick().maxSteps(1).fit(rows())) {
      classifier.save(saved);
    }
    JsonObject config = json(saved.resolve("config.json"));
    JsonObject base = json(Golden.path("bert/base").resolve("config.json"));
    assertThat(config.get("hidden_size")).isEqualTo(base.get("hidden_size"));
    assertThat(config.get("hidden_dropout_prob")).isEqualTo(base.get("hidden_dropout_prob"));
    assertThat(config.get("architectures").toString())
        .isEqualTo("[\"BertForSequenceClassification\"]");
    assertThat(config.get("id2label").toString())
        .isEqualTo("{\"0\":\"anger\",\"1\":\"joy\",\"2\":\"sadness\"}");
    assertThat(config.getAsJsonObject("label2id").get("joy").getAsInt()).isEqualTo(1);
    assertThat(config.get("problem_type").getAsString()).isEqualTo("single_label_classification");
    assertThat(config.get("dtype").getAsString()).isEqualTo("float32");
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  @Test
  void predict_many_equalsOneByOne_inOrder() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      List<String> texts =
          IntStream.range(0, 150).mapToObj(i -> "so happy ".repeat(i % 23) + "day " + i).toList();
      List<Prediction> together = classifier.predict(texts);
      assertThat(together).hasSize(150);
      for (int i = 0; i < 150; i += 7) {
        assertThat(together.get(i).logits())
            .containsExactly(classifier.predict(texts.get(i)).logits(), within(1e-5f));
      }
      assertThat(classifier.predict(List.of())).isEmpty();
    }
  }

  @Test
  void predict_pair_differsFromOneText_andFromTheOtherOrder() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      float[] pair = classifier.predict("Where is my card?", "It has not arrived").logits();
      assertThat(classifier.predict("It has not arrived", "Where is my card?").logits())
          .isNotEqualTo(pair);
      assertThat(
              classifier
                  .predict(Dataset.of(Example.ofPair("Where is my card?", "It has not arrived")))
                  .get(0)
                  .logits())
          .isEqualTo(pair);
    }
  }

  @Test
  void predict_emptyAndHugeTexts_areLegal() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("roberta/model"))) {
      assertThat(classifier.predict("").probabilities()).hasSize(3);
      assertThat(classifier.predict("long ".repeat(20_000)).probabilities()).hasSize(3);
    }
  }

  @Test
  void predict_null_andAfterClose_areRefused() throws IOException {
    Classifier classifier = Classifier.load(Golden.path("bert/model"));
    assertThatThrownBy(() -> classifier.predict((String) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("text");
    classifier.close();
    classifier.close();
    assertThatThrownBy(() -> classifier.predict("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this Classifier is closed");
    assertThatThrownBy(() -> classifier.evaluate(rows())).hasMessage("this Classifier is closed");
    assertThatThrownBy(() -> classifier.save(folder.resolve("late")))
        .hasMessage("this Classifier is closed");
    assertThat(folder.resolve("late")).doesNotExist();
  }

  @Test
  void predict_byManyThreads_servesEachItsOwnText() throws Exception {
    List<String> texts =
        IntStream.range(0, 200)
            .mapToObj(i -> "day " + i + " of " + "noise ".repeat(i % 9))
            .toList();
    ExecutorService callers = Executors.newFixedThreadPool(16);
    try (Classifier classifier = quick().epochs(1).fit(rows())) {
      List<Prediction> together = classifier.predict(texts);
      List<Future<Prediction>> alone = new ArrayList<>();
      for (String text : texts) {
        alone.add(callers.submit(() -> classifier.predict(text)));
      }
      for (int i = 0; i < texts.size(); i++) {
        assertThat(alone.get(i).get().logits())
            .containsExactly(together.get(i).logits(), within(1e-5f));
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @DisabledIfSystemProperty(named = "afina.fusedOps", matches = "false")
  @Test
  void withPrecision_predictsAlmostTheSame_andOutlivesItsOrigin() throws IOException {
    int before = LiveArrays.count();
    Path of8Bits = folder.resolve("of8Bits");
    Path of32Bits = folder.resolve("of32Bits");
    Classifier exact = quick().fit(rows());
    float[] logits = exact.predict("what a happy house").logits();
    exact.save(of32Bits);
    try (Classifier coarse = exact.withPrecision(Precision.INT8);
        Classifier fine = exact.withPrecision(Precision.FLOAT16_WEIGHTS);
        Classifier half = exact.withPrecision(Precision.BFLOAT16)) {
      exact.close();
      for (Classifier other : List.of(coarse, fine, half)) {
        assertThat(other.predict("what a happy house").logits())
            .isNotEqualTo(logits)
            .containsExactly(logits, within(0.15f)); // the logits are about 3
        assertThat(other.evaluate(rows()).accuracy()).isEqualTo(1);
      }
      coarse.save(of8Bits);
    }
    assertThat(of8Bits.resolve("model.safetensors"))
        .hasSameBinaryContentAs(of32Bits.resolve("model.safetensors"));
    assertThatThrownBy(() -> exact.withPrecision(Precision.INT8))
        .isInstanceOf(IllegalStateException.class);
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @DisabledIfSystemProperty(named = "afina.fusedOps", matches = "false")
  @Test
  void precision_bfloat16_learns_almostTheSame() throws IOException {
    try (Classifier exact = quick().fit(rows());
        Classifier half = quick().precision(Precision.BFLOAT16).fit(rows())) {
      assertThat(half.evaluate(rows()).accuracy()).isEqualTo(1);
      double loss = half.training().orElseThrow().trainingLoss();
      assertThat(loss)
          .isNotEqualTo(exact.training().orElseThrow().trainingLoss())
          .isCloseTo(exact.training().orElseThrow().trainingLoss(), within(0.02));
      assertThat(half.card("x").build().toString()).contains("| Precision | bfloat16 |");
    }
  }

  @EnabledIfSystemProperty(named = "afina.fusedOps", matches = "false")
  @Test
  void precisions_thatAreNotThere_areRefusedInOneSentence_andNothingLeaks() throws IOException {
    int before = LiveArrays.count();
    try (Classifier exact = quick().epochs(1).fit(rows())) {
      assertThatThrownBy(() -> exact.withPrecision(Precision.INT8))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("INT8 is not available");
      assertThat(exact.predict("a happy day").label()).isNotEmpty();
    }
    assertThatThrownBy(() -> quick().precision(Precision.BFLOAT16).fit(rows()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("BFLOAT16 is not available");
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "FLOAT16_WEIGHTS"})
  void precisionOfPrediction_isNoTrainingPrecision(Precision precision) {
    assertThatThrownBy(() -> quick().precision(precision))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("withPrecision(" + precision + ")");
  }

  @Test
  void close_duringPredictions_waitsForThem() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(4);
    try {
      Classifier classifier = Classifier.load(Golden.path("bert/model"));
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        calls.add(
            callers.submit(
                () -> {
                  for (int n = 0; n < 500; n++) {
                    assertThat(classifier.predict("what a day " + n).score()).isPositive();
                  }
                }));
      }
      Thread.sleep(50);
      classifier.close();
      for (Future<?> call : calls) {
        try {
          call.get();
        } catch (ExecutionException e) {
          assertThat(e).hasRootCauseMessage("this Classifier is closed");
        }
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void scores_addUpToOne_bestFirst() throws IOException {
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      Prediction p = classifier.predict("Nothing works and nobody answers the phone.");
      assertThat(p.scores().values().stream().mapToDouble(x -> x).sum())
          .isCloseTo(1, within(1e-12));
      assertThat(p.scores().keySet().iterator().next()).isEqualTo(p.label());
      assertThat(p.top(2)).hasSize(2).containsEntry(p.label(), p.score());
      assertThat(p.score(p.label())).isEqualTo(p.score());
      assertThatThrownBy(() -> p.top(0)).hasMessage("k: expected 1 or more, got 0");
      assertThatThrownBy(() -> p.score("hate")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void keepBest_andValidation_reportEveryEpoch() throws IOException {
    try (Classifier classifier =
        quick().epochs(3).validation(rows()).keepBest("macro_f1").fit(rows())) {
      List<TrainingListener.Epoch> epochs = classifier.training().orElseThrow().epochs();
      assertThat(epochs).hasSize(3);
      assertThat(epochs.get(0).metrics()).containsKeys("loss", "accuracy", "macro_f1");
      double best =
          epochs.stream().mapToDouble(e -> e.metrics().get("macro_f1")).max().orElseThrow();
      assertThat(classifier.evaluate(rows()).macroF1()).isEqualTo(best);
    }
    assertThatThrownBy(() -> quick().keepBest("macro_f1").fit(rows()))
        .hasMessage("keepBest(\"macro_f1\") needs validation data; call validation(...)");
  }

  @Test
  void sameSeed_givesTheSameBits_withDropoutToo() throws IOException {
    float[] first;
    try (Classifier classifier = quick().dropout(0.1).maxSteps(5).fit(rows())) {
      first = classifier.predict("today").logits();
    }
    try (Classifier classifier = quick().dropout(0.1).maxSteps(5).fit(rows())) {
      assertThat(classifier.predict("today").logits()).isEqualTo(first);
    }
    try (Classifier classifier = quick().dropout(0.1).maxSteps(5).seed(43).fit(rows())) {
      assertThat(classifier.predict("today").logits()).isNotEqualTo(first);
    }
  }

  @Test
  void badData_getsOneClearMessage() {
    assertThatThrownBy(() -> quick().fit(Dataset.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training data: expected 1 example or more, got none");
    assertThatThrownBy(() -> quick().fit(Dataset.of(Example.of("a", "x"), Example.of("b", "x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same label \"x\"");
    assertThatThrownBy(
            () ->
                quick()
                    .labels("x", "y")
                    .fit(Dataset.of(Example.of("a", "x"), Example.of("b", "x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("all 2 rows have the same label \"x\"");
    assertThatThrownBy(() -> quick().labels("joy", "anger").fit(rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label \"sadness\"");
    assertThatThrownBy(() -> quick().fit(Dataset.of(Example.of("a", "x"), Example.of("b"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label");
    assertThatThrownBy(() -> quick().maxTokens(65).fit(rows()))
        .hasMessage("maxTokens: expected at most 64, which is what the model can take, got 65");
    assertThatThrownBy(() -> Classifier.builder().fit(rows()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkpoint: none given");
  }

  @Test
  void labels_thatContradictTheHead_areRefused_untilItIsReplaced() throws IOException {
    Path model = Golden.path("bert/model"); // a 3-way head: anger, joy, sadness
    Dataset four =
        Dataset.of(
            Example.of("a", "1"), Example.of("b", "2"), Example.of("c", "3"), Example.of("d", "4"));
    assertThatThrownBy(() -> quick().checkpoint(model).maxSteps(1).fit(four))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "labels: 4 given, but checkpoint \""
                + model
                + "\" has a 3-way head; call replaceHead() to train a new one");
    assertThatThrownBy(
            () -> quick().checkpoint(model).labels("joy", "anger", "sadness").fit(rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("contradict those of checkpoint");
    try (Classifier kept = quick().checkpoint(model).maxSteps(1).fit(rows());
        Classifier replaced = quick().checkpoint(model).maxSteps(1).replaceHead().fit(four)) {
      assertThat(kept.labels().names()).containsExactly("anger", "joy", "sadness");
      assertThat(replaced.labels().size()).isEqualTo(4);
    }
  }

  @Test
  void badCheckpoints_getOneClearMessage() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> Classifier.load(empty))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no config.json");
    assertThatThrownBy(() -> Classifier.load(folder.resolve("nowhere")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no such folder");
    assertThatThrownBy(() -> Classifier.load(Golden.path("bert/base")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no trained classification head");

    Path broken = copyOfModel("broken");
    Files.writeString(
        broken.resolve("config.json"),
        Files.readString(broken.resolve("config.json"))
            .replace("\"model_type\": \"bert\"", "\"model_type\": \"gpt2\""));
    assertThatThrownBy(() -> Classifier.load(broken))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model_type \"gpt2\" is not supported; supported are albert, bert, ");

    Path wider = copyOfModel("wider");
    Files.writeString(
        wider.resolve("config.json"),
        Files.readString(wider.resolve("config.json"))
            .replace("\"intermediate_size\": 64", "\"intermediate_size\": 128"));
    assertThatThrownBy(() -> Classifier.load(wider))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "tensor \"bert.encoder.layer.0.intermediate.dense.weight\": shape [64, 32] in the file,"
                + " [128, 32] by config.json");

    Path deeper = copyOfModel("deeper");
    Files.writeString(
        deeper.resolve("config.json"),
        Files.readString(deeper.resolve("config.json"))
            .replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"));
    assertThatThrownBy(() -> Classifier.load(deeper))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "tensor \"bert.encoder.layer.2.attention.self.query.weight\" is missing");

    Path multi = copyOfModel("multi");
    JsonObject config = json(multi.resolve("config.json"));
    config.addProperty("problem_type", "multi_label_classification");
    Files.writeString(multi.resolve("config.json"), config.toString());
    assertThatThrownBy(() -> Classifier.load(multi))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "problem_type is multi_label_classification: open it with MultiLabelClassifier.load");

    Path cut = copyOfModel("cut");
    byte[] weights = Files.readAllBytes(cut.resolve("model.safetensors"));
    Files.write(
        cut.resolve("model.safetensors"), java.util.Arrays.copyOf(weights, weights.length / 2));
    assertThatThrownBy(() -> Classifier.load(cut))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors");
  }

  @Test
  void tokenizerOfAnotherModel_isRefused() throws IOException {
    Path mixed = copyOfModel("mixed");
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(
          Golden.path("roberta/model").resolve(file),
          mixed.resolve(file),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    assertThatThrownBy(() -> Classifier.load(mixed))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json says vocab_size 300");
  }

  private Path copyOfModel(String name) throws IOException {
    Path target = Files.createDirectory(folder.resolve(name));
    try (Stream<Path> files = Files.list(Golden.path("bert/model"))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }

  @Test
  void divergence_keepsTheLastGoodEpoch_andSaysWhere() throws IOException {
    Path output = folder.resolve("output");
    // One update an epoch: the first at rate 0, the second blows the weights up.
    assertThatThrownBy(
            () -> quick().batchSize(30).warmup(2).learningRate(1e30).output(output).fit(rows()))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("at step 2 of 10 (learning rate 5.00e+29)")
        .hasMessageContaining("the last good weights, those of epoch 1, step 1, are in " + output);
    try (Classifier kept = Classifier.load(output)) {
      assertThat(kept.predict("x").score()).isFinite();
    }
    Path never = folder.resolve("never");
    assertThatThrownBy(() -> quick().learningRate(1e38).output(never).fit(rows()))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("no epoch had ended, so nothing was saved");
    assertThat(never).doesNotExist();
    // Two epochs are over before the first evaluation.
    assertThatThrownBy(
            () ->
                quick()
                    .batchSize(30)
                    .warmup(3)
                    .learningRate(1e30)
                    .validation(rows())
                    .keepBest("loss")
                    .evaluateEvery(9)
                    .output(never)
                    .fit(rows()))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("nothing had been evaluated, so nothing was saved to " + never);
    assertThatThrownBy(() -> quick().maxSteps(1).learningRate(1e38).fit(rows()))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("the weights' norm");
    assertThatThrownBy(() -> quick().learningRate(1e38).fit(rows()))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("call output(folder)");
  }

  @Test
  void interrupt_keepsTheLastWholeEpoch_andNoHalfFolder() throws IOException {
    Path output = folder.resolve("output");
    assertThatThrownBy(() -> quick().output(output).listener(interruptAt(7)).fit(rows()))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("after step 7 of 40");
    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    Classifier.load(output).close();
    Path never = folder.resolve("never");
    assertThatThrownBy(() -> quick().output(never).listener(interruptAt(2)).fit(rows()))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(output);
    }
  }

  @Test
  void interrupt_atTheEndOfAnEpoch_savesItFirst() throws IOException {
    Path output = folder.resolve("output");
    assertThatThrownBy(() -> quick().output(output).listener(interruptAt(4)).fit(rows()))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("after step 4 of 40");
    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    Classifier.load(output).close();
  }

  @Test
  void save_onAnInterruptedThread_saves_andStaysInterrupted() throws IOException {
    Path saved = folder.resolve("saved");
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      Thread.currentThread().interrupt();
      classifier.save(saved);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    Classifier.load(saved).close();
    try {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> Classifier.load(saved))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessageContaining("model.safetensors: the thread was interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void numLabels_countsWhereNamesAreMissing_andIsNotSavedBesideThem() throws IOException {
    Path counted = edited("counted", "(?s)\"id2label\": \\{.*?\\},", "\"num_labels\": 3,");
    try (Classifier classifier = Classifier.load(counted)) {
      assertThat(classifier.labels()).isEqualTo(Labels.of("LABEL_0", "LABEL_1", "LABEL_2"));
      classifier.save(folder.resolve("saved"));
    }
    assertThat(json(folder.resolve("saved/config.json")).has("num_labels")).isFalse();
  }

  @Test
  void countsThatNoFileCanBack_areRefusedBeforeTheyCostMemory() throws IOException {
    Path deep = edited("deep", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1000000000");
    assertThatThrownBy(() -> Classifier.load(deep))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("num_hidden_layers: expected at most 1000 layers, got 1000000000");
    Path wide = edited("wide", "(?s)\"id2label\": \\{.*?\\},", "\"num_labels\": 1000000000,");
    assertThatThrownBy(() -> Classifier.load(wide))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("num_labels: expected at most 100000, got 1000000000");
  }

  /** As transformers: the default of RobertaConfig is 1, and positions begin after it. */
  @Test
  void robertaWithoutPaddingId_countsPositionsFrom2() throws IOException {
    Path silent = folder.resolve("silent");
    Files.createDirectory(silent);
    try (Stream<Path> files = Files.list(Golden.path("roberta/model"))) {
      for (Path file : files.toList()) {
        Files.copy(file, silent.resolve(file.getFileName()));
      }
    }
    Path config = silent.resolve("config.json");
    Files.writeString(config, Files.readString(config).replaceFirst("\"pad_token_id\": 1,", ""));
    assertThat(json(config).has("pad_token_id")).isFalse();
    try (Classifier without = Classifier.load(silent);
        Classifier with = Classifier.load(Golden.path("roberta/model"))) {
      assertThat(without.predict("hello there").logits())
          .isEqualTo(with.predict("hello there").logits());
    }
  }

  @Test
  void badRows_areNamed() throws IOException {
    assertThatThrownBy(
            () ->
                quick()
                    .validation(Dataset.of(Example.of("a", "joy"), Example.of("b", "hate")))
                    .fit(rows()))
        .hasMessageStartingWith("validation data, row 1 (counted from 0): label \"hate\"");
    assertThatThrownBy(() -> quick().validation(Dataset.of()).fit(rows()))
        .hasMessage("validation data: expected 1 example or more, got none");
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      assertThatThrownBy(() -> classifier.predict(java.util.Arrays.asList("a", null)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("text 1 (counted from 0) is null; an empty text is \"\"");
    }
  }

  @Test
  void batchesLargerThanTheData_areOneBatch() throws IOException {
    try (Classifier classifier =
        quick().batchSize(Integer.MAX_VALUE).accumulationSteps(Integer.MAX_VALUE).fit(rows())) {
      assertThat(classifier.training().orElseThrow().steps()).isEqualTo(10);
    }
  }

  private Path edited(String name, String pattern, String replacement) throws IOException {
    Path config = copyOfModel(name).resolve("config.json");
    String before = Files.readString(config);
    String after = before.replaceFirst(pattern, replacement);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(config, after);
    return config.getParent();
  }

  @Test
  void interrupt_beforeTheEvaluation_isNoticedThere() throws IOException {
    Path output = folder.resolve("output");
    assertThatThrownBy(
            () ->
                quick()
                    .epochs(1)
                    .validation(rows())
                    .output(output)
                    .listener(interruptAt(4))
                    .fit(rows()))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("after step 4 of 4");
    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    assertThat(output).doesNotExist();
  }

  private static TrainingListener interruptAt(int step) {
    return new TrainingListener() {
      @Override
      public void stepped(Step s) {
        if (s.step() == step) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  @Test
  void output_thatIsNoModelFolder_isRefusedBeforeTraining() throws IOException {
    Path documents = Files.createDirectory(folder.resolve("documents"));
    Files.writeString(documents.resolve("thesis.txt"), "years of work");
    List<Integer> steps = new ArrayList<>();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void stepped(Step s) {
            steps.add(s.step());
          }
        };
    assertThatThrownBy(() -> quick().output(documents).listener(counting).fit(rows()))
        .isInstanceOf(IOException.class);
    assertThat(steps).isEmpty();
    assertThat(documents.resolve("thesis.txt")).hasContent("years of work");
  }

  @Test
  void memory_predictions_leaveNoArrays() throws IOException {
    int before = LiveArrays.count();
    try (Classifier classifier = Classifier.load(Golden.path("bert/model"))) {
      classifier.predict("warm up");
      int loaded = LiveArrays.count();
      for (int i = 0; i < 2000; i++) {
        classifier.predict("text number " + i);
      }
      assertThat(LiveArrays.count()).isEqualTo(loaded);
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void memory_training_leavesNoArrays_alsoWhenItFails() throws IOException {
    int before = LiveArrays.count();
    List<Integer> counts = new ArrayList<>();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void stepped(Step step) {
            counts.add(LiveArrays.count());
          }
        };
    try (Classifier classifier =
        quick().maxSteps(300).dropout(0.1).listener(counting).fit(rows())) {
      assertThat(counts).hasSize(300);
      assertThat(counts.get(299)).isEqualTo(counts.get(0));
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
    assertThatThrownBy(() -> quick().listener(interruptAt(3)).fit(rows()));
    assertThatThrownBy(() -> quick().learningRate(1e38).fit(rows()));
    assertThatThrownBy(() -> Classifier.load(Golden.path("bert/base")));
    assertThatThrownBy(() -> quick().maxTokens(65).fit(rows()));
    assertThat(LiveArrays.count()).isEqualTo(before);
  }
}
