package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.GoldenModel;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.tuning.LoraUpdates;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trains, saves and loads low-rank updates. That they are PEFT's, {@link LoraParityTest} shows. */
class LoraTest {
  private static final String TEXT = "what a happy house";
  private static final String LAYER = "bert.encoder.layer.0.attention.self.";

  @TempDir Path work;

  private static ClassifierBuilder training(Lora lora) {
    return ClassifierTest.quick().epochs(3).lora(lora);
  }

  private static Map<String, float[]> tensors(Path file) throws IOException {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    try (TensorSource source = Safetensors.open(file)) {
      for (String name : source.tensors().keySet()) {
        FloatBuffer values = source.floats(name).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] floats = new float[values.remaining()];
        values.get(floats);
        tensors.put(name, floats);
      }
    }
    return tensors;
  }

  /** The weights after a training, and of the base under the same names. */
  private Map<String, float[]> trained(ClassifierBuilder training) throws IOException {
    try (Classifier classifier = training.fit(ClassifierTest.rows())) {
      classifier.save(work.resolve("whole"));
    }
    return tensors(work.resolve("whole").resolve("model.safetensors"));
  }

  private static Map<String, float[]> base() throws IOException {
    Map<String, float[]> base = new LinkedHashMap<>();
    tensors(Golden.path("bert/base").resolve("model.safetensors"))
        .forEach((name, values) -> base.put("bert." + name, values));
    return base;
  }

  @Test
  void fit_changesTheTargetsByTheRankAtMost_andTheHead_andNothingElse() throws IOException {
    Map<String, float[]> trained = trained(training(Lora.rank(2).alpha(16)));
    Map<String, float[]> base = base();
    Set<String> changed =
        base.keySet().stream()
            .filter(name -> !Arrays.equals(base.get(name), trained.get(name)))
            .collect(Collectors.toSet());
    assertThat(changed)
        .containsExactlyInAnyOrder(
            LAYER + "query.weight",
            LAYER + "value.weight",
            LAYER.replace('0', '1') + "query.weight",
            LAYER.replace('0', '1') + "value.weight",
            "bert.pooler.dense.weight",
            "bert.pooler.dense.bias");
    for (String name : List.of(LAYER + "query.weight", LAYER + "value.weight")) {
      double[] pivots = pivots(trained.get(name), base.get(name), 32);
      assertThat(pivots[1]).as(name + ": of rank 2").isGreaterThan(1e-4);
      assertThat(pivots[2]).as(name + ": and no more").isLessThan(1e-6);
    }
  }

  /** The first pivots of an elimination of a − b, which has as many as its rank. */
  private static double[] pivots(float[] a, float[] b, int columns) {
    int rows = a.length / columns;
    double[][] rest = new double[rows][columns];
    for (int i = 0; i < a.length; i++) {
      rest[i / columns][i % columns] = (double) a[i] - b[i];
    }
    double[] pivots = new double[4];
    for (int step = 0; step < pivots.length; step++) {
      int row = 0;
      int column = 0;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          if (Math.abs(rest[r][c]) > Math.abs(rest[row][column])) {
            row = r;
            column = c;
          }
        }
      }
      double pivot = rest[row][column];
      pivots[step] = Math.abs(pivot);
      double[] of = rest[row].clone();
      for (int r = 0; pivot != 0 && r < rows; r++) {
        double factor = rest[r][column] / pivot;
        for (int c = 0; c < columns; c++) {
          rest[r][c] -= factor * of[c];
        }
      }
    }
    return pivots;
  }

  @Test
  void fit_withoutAStep_isTheBaseToTheBit() throws IOException {
    Map<String, float[]> trained = trained(training(Lora.rank(4)).learningRate(0).maxSteps(1));
    base().forEach((name, values) -> assertThat(trained.get(name)).as(name).isEqualTo(values));
  }

  @ParameterizedTest
  @MethodSource("families")
  void adapter_wholeModel_andWhatIsInMemory_giveTheSameBits(String family) throws IOException {
    int before = LiveArrays.count();
    float[] logits;
    Lora lora = Lora.rank(3).alpha(6).dropout(0.2).targetModules("all-linear");
    try (Classifier classifier =
        training(lora)
            .checkpoint(Golden.path(family + "/base"))
            .dropout(0.1)
            .maxTokens(20)
            .fit(ClassifierTest.rows())) {
      logits = classifier.predict(TEXT).logits();
      classifier.save(work.resolve("whole"));
      classifier.saveAdapter(work.resolve("adapter"));
    }
    try (Classifier whole = Classifier.load(work.resolve("whole"));
        Classifier adapter = Classifier.load(work.resolve("adapter"))) {
      assertThat(whole.predict(TEXT).logits()).isEqualTo(logits);
      assertThat(adapter.predict(TEXT).logits()).isEqualTo(logits);
      assertThat(adapter.labels().names()).containsExactly("anger", "joy", "sadness");
      assertThat(adapter.maxTokens()).isEqualTo(20);
      adapter.saveAdapter(work.resolve("again"));
      for (String file : List.of("adapter_model.safetensors", "adapter_config.json")) {
        assertThat(work.resolve("again").resolve(file))
            .hasSameBinaryContentAs(work.resolve("adapter").resolve(file));
      }
      assertThatThrownBy(() -> whole.saveAdapter(work.resolve("no")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "saveAdapter: this model was trained as a whole; train with lora(...), or"
                  + " save(folder)");
    }
    assertThat(work.resolve("adapter").resolve("model.safetensors")).doesNotExist();
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  static List<String> families() {
    return GoldenModel.families();
  }

  /** An adapter holds its own weights only, which are added to the base's at each load. */
  @Test
  void rulesOfAnAdapter_areThoseOfItsUpdates_andOfTheMergedModelThoseOfAllWeights()
      throws IOException {
    DecisionRules rules = DecisionRules.none().temperature(2).confidence(0.4);
    try (Classifier classifier = training(Lora.rank(2)).maxSteps(1).fit(ClassifierTest.rows());
        Classifier deciding = classifier.deciding(rules)) {
      deciding.save(work.resolve("whole"));
      deciding.saveAdapter(work.resolve("adapter"));
    }
    for (String name : List.of("whole", "adapter")) {
      try (Classifier loaded = Classifier.load(work.resolve(name))) {
        assertThat(loaded.rules()).as(name).isEqualTo(rules);
      }
    }
    // Merged in the adapter's folder: the same model, but for how another program rounds.
    Files.copy(
        work.resolve("whole").resolve("model.safetensors"),
        work.resolve("adapter").resolve("model.safetensors"));
    assertThatThrownBy(() -> Classifier.load(work.resolve("adapter")).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("merged or rounded since");
    Files.delete(work.resolve("adapter").resolve("model.safetensors"));
    // Another adapter under the same rules.
    try (Classifier other = training(Lora.rank(2)).maxSteps(2).fit(ClassifierTest.rows())) {
      other.saveAdapter(work.resolve("other"));
    }
    Files.copy(
        work.resolve("other").resolve("adapter_model.safetensors"),
        work.resolve("adapter").resolve("adapter_model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> Classifier.load(work.resolve("adapter")).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("the model was trained again");
  }

  /** What is kept are updates of an earlier evaluation; the packed weights must be theirs, too. */
  @Test
  void fit_keepsTheBestUpdates() throws IOException {
    double[] values = {3, 2, 1};
    int[] evaluations = {0};
    try (Classifier classifier =
        training(Lora.rank(2).alpha(64))
            .validation(ClassifierTest.rows())
            .metric("made up", e -> values[evaluations[0]++])
            .keepBest("made up")
            .output(work.resolve("output"))
            .fit(ClassifierTest.rows())) {
      classifier.save(work.resolve("whole"));
      float[] logits = classifier.predict(TEXT).logits();
      for (String saved : List.of("whole", "output")) {
        try (Classifier again = Classifier.load(work.resolve(saved))) {
          assertThat(again.predict(TEXT).logits()).as(saved).isEqualTo(logits);
        }
      }
    }
  }

  @Test
  void theOtherTypes_haveAdapters_whichTheyAloneOpen() throws IOException {
    Path several = work.resolve("several");
    Path numbers = work.resolve("numbers");
    float[] logits;
    double value;
    try (MultiLabelClassifier model =
            MultiLabelClassifier.builder()
                .checkpoint(Golden.path("bert/base"))
                .lora(Lora.rank(2))
                .maxSteps(2)
                .fit(MultiLabelClassifierTest.rows());
        Regressor regressor =
            Regressor.builder()
                .checkpoint(Golden.path("bert/base"))
                .lora(Lora.rank(2))
                .maxSteps(2)
                .fit(RegressorTest.rows())) {
      model.saveAdapter(several);
      regressor.saveAdapter(numbers);
      logits = model.predict(TEXT).logits();
      value = regressor.predict(TEXT).value();
    }
    try (MultiLabelClassifier model = MultiLabelClassifier.load(several);
        Regressor regressor = Regressor.load(numbers)) {
      assertThat(model.predict(TEXT).logits()).isEqualTo(logits);
      assertThat(regressor.predict(TEXT).value()).isEqualTo(value);
    }
    assertThatThrownBy(() -> Classifier.load(numbers).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("problem_type is regression: open it with Regressor.load");
  }

  @Test
  void saveAdapter_namesWhatPeftNeeds() throws IOException {
    try (Classifier classifier =
        training(Lora.rank(2).alpha(4.5).dropout(0.25).rankStabilized())
            .maxSteps(1)
            .fit(ClassifierTest.rows())) {
      classifier.saveAdapter(work.resolve("adapter"));
    }
    JsonObject config =
        JsonParser.parseString(
                Files.readString(work.resolve("adapter").resolve("adapter_config.json")))
            .getAsJsonObject();
    JsonObject expected =
        JsonParser.parseString(
                """
                {"peft_type": "LORA", "task_type": "SEQ_CLS", "r": 2, "lora_alpha": 4.5, "lora_dropout": 0.25,
                 "use_rslora": true, "target_modules": ["query", "value"], "modules_to_save": ["classifier", "pooler"],
                 "bias": "none", "inference_mode": true, "use_dora": false, "fan_in_fan_out": false}
                """)
            .getAsJsonObject();
    expected.entrySet().forEach(e -> assertThat(config.get(e.getKey())).isEqualTo(e.getValue()));
    assertThat(config.get("base_model_name_or_path").getAsString())
        .isEqualTo(Golden.path("bert/base").toString());
  }

  @Test
  void dropoutOfTheUpdates_dependsOnTheSeedAlone() throws IOException {
    Lora dropping = Lora.rank(2).dropout(0.5);
    float[] query = trained(training(dropping).seed(3)).get(LAYER + "query.weight");
    assertThat(trained(training(dropping).seed(3)).get(LAYER + "query.weight")).isEqualTo(query);
    assertThat(trained(training(Lora.rank(2)).seed(3)).get(LAYER + "query.weight"))
        .isNotEqualTo(query);
  }

  @Test
  void layerDecay_slowsTheUpdatesOfTheFirstLayers() throws IOException {
    Map<String, float[]> even = trained(training(Lora.rank(2)).maxSteps(1));
    Map<String, float[]> slowed =
        trained(
            training(Lora.rank(2))
                .maxSteps(1)
                .options(
                    TrainingOptions.standard()
                        .optimizer(o -> o.layerDecay(1e-6).learningRate(2e-3))));
    Map<String, float[]> base = base();
    String name = LAYER + "query.weight";
    assertThat(distance(even.get(name), base.get(name))).isGreaterThan(1e-4);
    assertThat(distance(slowed.get(name), base.get(name))).isLessThan(1e-7);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow(a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  @Test
  void wrongOptions_areRefused() throws IOException {
    assertThatThrownBy(() -> Lora.rank(0)).hasMessage("lora: rank: expected 1 or more, got 0");
    assertThatThrownBy(() -> Lora.rank(1).alpha(Double.NaN))
        .hasMessage("lora: alpha: expected a number over 0, up to 1000000, got NaN");
    assertThatThrownBy(() -> Lora.rank(1).dropout(1))
        .hasMessage("lora: dropout: expected a rate in [0, 1), got 1.0");
    assertThatThrownBy(() -> Lora.rank(1).targetModules())
        .hasMessage("lora: targetModules: expected names of layers, got ");
    assertThatThrownBy(
            () -> training(Lora.rank(8)).freeze(Freeze.layers(1)).fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lora(rank 8, alpha 8, dropout 0, usual targets) and freeze(layers(1)): choose one of"
                + " them; lora leaves the whole encoder as it is");
    assertThatThrownBy(
            () -> training(Lora.rank(8).targetModules("query", "q_lin")).fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lora: target module \"q_lin\": is no linear layer of this encoder; there are"
                + " \"attention.output.dense\", \"attention.self.key\", \"attention.self.query\","
                + " \"attention.self.value\", \"intermediate.dense\", \"output.dense\", and"
                + " \"all-linear\"");
    assertThatThrownBy(() -> training(Lora.rank(33)).fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lora: rank 33, but layer \"bert.encoder.layer.0.attention.self.query\" has 32 inputs"
                + " and 32 outputs; expected at most 32");
  }

  @Test
  void anAdapter_isABaseOfNoOther_butOfAWholeTraining() throws IOException {
    Path adapter = AdapterFixture.of("bert").write(work.resolve("adapter"));
    assertThatThrownBy(
            () ->
                training(Lora.rank(2))
                    .checkpoint(adapter)
                    .labels("anger", "joy", "sadness")
                    .fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is an adapter itself, which PEFT takes for no base; load it,");
    try (Classifier classifier =
        ClassifierTest.quick()
            .checkpoint(adapter)
            .labels("anger", "joy", "sadness")
            .maxSteps(1)
            .fit(ClassifierTest.rows())) {
      assertThatThrownBy(() -> classifier.saveAdapter(work.resolve("no")))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aFailedSave_leavesTheEarlierAdapter() throws IOException {
    Path folder = work.resolve("adapter");
    try (Classifier classifier = training(Lora.rank(2)).maxSteps(1).fit(ClassifierTest.rows())) {
      classifier.saveAdapter(folder);
      byte[] earlier = Files.readAllBytes(folder.resolve("adapter_model.safetensors"));
      classifier.saveAdapter(folder); // is replaced
      assertThat(Files.readAllBytes(folder.resolve("adapter_model.safetensors")))
          .isEqualTo(earlier);
      Files.createDirectory(folder.resolve("mine"));
      assertThatThrownBy(() -> classifier.saveAdapter(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("holds \"mine\", which is not a plain file");
      assertThat(Files.readAllBytes(folder.resolve("adapter_model.safetensors")))
          .isEqualTo(earlier);
    }
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).containsExactly(folder);
    }
  }

  /** All of it would be in memory otherwise: gradients and the optimizer's means of the encoder. */
  @Test
  void theEncoder_isNoParameterOfTheTraining() throws IOException {
    try (Model model = Golden.model("bert/base", ModelLoader.HeadWeights.REPLACED);
        LoraUpdates updates = Lora.rank(2).updates(model, "base", 1)) {
      assertThat(updates.parameters().stream().map(spec -> spec.key()))
          .containsExactly(
              "bert.pooler.dense.weight",
              "bert.pooler.dense.bias",
              "classifier.weight",
              "classifier.bias",
              LAYER + "query.lora_A.weight",
              LAYER + "query.lora_B.weight",
              LAYER + "value.lora_A.weight",
              LAYER + "value.lora_B.weight",
              LAYER.replace('0', '1') + "query.lora_A.weight",
              LAYER.replace('0', '1') + "query.lora_B.weight",
              LAYER.replace('0', '1') + "value.lora_A.weight",
              LAYER.replace('0', '1') + "value.lora_B.weight");
      assertThat(updates.parameters()).allMatch(s -> s.decayed() != s.key().endsWith("bias"));
    }
  }
}
