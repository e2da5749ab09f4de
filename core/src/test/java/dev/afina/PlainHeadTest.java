package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorData;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.model.Golden;
import dev.afina.training.Schedule;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout and one linear layer on the encoder, compared with a module of torch. */
class PlainHeadTest {
  private static final List<String> NAMES = List.of("anger", "joy", "sadness");

  /** One of each kind of layers: the others are trained by the same lines. */
  private static final List<String> TRAINED = List.of("bert", "deberta-v2", "modernbert");

  @TempDir Path work;

  /** A folder as Afina saves it, of a base and the linear layer of the golden file. */
  private Path folder(String family, String pooling, JsonObject golden) throws IOException {
    Path base = Golden.path(family + "/base");
    Path folder = Files.createDirectory(work.resolve(family + pooling));
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    try (TensorSource source = Safetensors.open(base.resolve("model.safetensors"));
        Stream<Path> files = Files.list(base)) {
      for (String key : source.tensors().keySet()) {
        tensors.put(
            key, TensorData.floats(source.floats(key), source.tensors().get(key).dimensions()));
      }
      float[] weight = floats(golden.getAsJsonArray("weight"));
      tensors.put("classifier.weight", tensor(weight, 3, weight.length / 3));
      tensors.put("classifier.bias", tensor(floats(golden.getAsJsonArray("bias")), 3));
      Safetensors.write(folder.resolve("afina_model.safetensors"), tensors, Safetensors.PYTORCH);
      for (Path file : files.toList()) {
        if (!file.endsWith("model.safetensors")) {
          Files.copy(file, folder.resolve(file.getFileName().toString()));
        }
      }
    }
    JsonObject config = json(folder.resolve("config.json"));
    config.add("id2label", JsonParser.parseString("{'0': 'anger', '1': 'joy', '2': 'sadness'}"));
    Files.writeString(folder.resolve("config.json"), config.toString());
    Files.writeString(
        folder.resolve("afina_config.json"),
        """
        {"format": 1, "labels": ["anger", "joy", "sadness"],
         "head": {"form": "plain", "pooling": "%s", "dropout": 0.1}}
        """
            .formatted(pooling));
    return folder;
  }

  private static TensorData tensor(float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return TensorData.floats(bytes, shape);
  }

  private static float[] floats(JsonArray array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsFloat();
    }
    return values;
  }

  /** What interop/golden_plain_head.py wrote. */
  private static JsonObject golden() throws IOException {
    try (InputStream in =
        PlainHeadTest.class.getResourceAsStream("/golden/plainhead/plain_head.json")) {
      return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .getAsJsonObject();
    }
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert",
        "distilbert",
        "roberta",
        "electra",
        "albert",
        "deberta",
        "deberta-v2",
        "mpnet",
        "modernbert"
      })
  void logitsAndTraining_areThoseOfAModuleOfTorch(String family) throws IOException {
    JsonObject all = golden();
    List<String> texts = new ArrayList<>();
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < all.getAsJsonArray("texts").size(); i++) {
      texts.add(all.getAsJsonArray("texts").get(i).getAsString());
      int target = all.getAsJsonArray("targets").get(i).getAsInt();
      rows.add(Example.of(texts.get(i), NAMES.get(target)));
    }
    for (String pooling : List.of("first_token", "mean")) {
      JsonObject golden = all.getAsJsonObject(family + " " + pooling);
      Path folder = folder(family, pooling, golden);
      try (Classifier classifier = Classifier.load(folder)) {
        List<Prediction> predictions = classifier.predict(texts);
        for (int i = 0; i < texts.size(); i++) {
          assertThat(predictions.get(i).logits())
              .as("%s of \"%s\"", pooling, texts.get(i))
              .containsExactly(
                  floats(golden.getAsJsonArray("logits").get(i).getAsJsonArray()), within(2e-5f));
        }
      }
      if (!TRAINED.contains(family)) {
        continue;
      }
      List<Double> losses = new ArrayList<>();
      Classifier.builder()
          .checkpoint(folder) // whose head it goes on with
          .dropout(0)
          .maxSteps(golden.getAsJsonArray("losses").size())
          .batchSize(rows.size())
          .learningRate(all.get("rate").getAsDouble())
          .schedule(Schedule.constant())
          .options(TrainingOptions.standard())
          .listener(
              new TrainingListener() {
                @Override
                public void stepped(Step step) {
                  losses.add(step.loss());
                }
              })
          .fit(Dataset.of(rows))
          .close();
      float[] expected = floats(golden.getAsJsonArray("losses"));
      for (int i = 0; i < expected.length; i++) {
        assertThat(losses.get(i))
            .as("%s, loss of update %s", pooling, i + 1)
            .isCloseTo(expected[i], within(2e-4));
      }
    }
  }

  /** Learns the 30 rows by heart, with what a head drops. */
  private static ClassifierBuilder training() {
    return Classifier.builder()
        .checkpoint(Golden.path("bert/base"))
        .epochs(12)
        .learningRate(3e-3)
        .workers(1); // dropout draws the same numbers, however many cores there are
  }

  @Test
  void saved_hasNoFileThatPythonWouldOpenWrongly_andComesBackToTheBit() throws IOException {
    Path saved = work.resolve("saved");
    try (Classifier classifier =
        training().head(Head.plain().meanOfTokens().dropout(0.3)).fit(ClassifierTest.rows())) {
      assertThat(classifier.evaluate(ClassifierTest.rows()).accuracy()).isGreaterThan(0.9);
      classifier.save(saved);
      try (Classifier loaded = Classifier.load(saved)) {
        assertThat(loaded.predict("a happy day").logits())
            .isEqualTo(classifier.predict("a happy day").logits());
        assertThat(loaded.predictWithDropout("a happy day", 20, 1).deviation("joy")).isPositive();
      }
      assertThat(classifier.card("ann/moods").build().toString())
          .contains(
              "AutoModelForSequenceClassification fails to open it. These lines do.",
              "self.bert = AutoModel.from_config(config)",
              "torch.nn.Dropout(0.3)",
              "pooled = (hidden * mask).sum(1) / mask.sum(1)")
          .doesNotContain("pipeline(");
    }
    assertThat(saved.resolve("model.safetensors")).doesNotExist();
    try (TensorSource weights = Safetensors.open(saved.resolve("afina_model.safetensors"))) {
      assertThat(weights.tensors())
          .containsKeys("bert.embeddings.word_embeddings.weight", "classifier.weight")
          .doesNotContainKey("bert.pooler.dense.weight");
    }
    assertThat(json(saved.resolve("config.json")).get("architectures"))
        .hasToString("[\"PlainHead\"]");
    assertThat(json(saved.resolve("afina_config.json")).get("head"))
        .hasToString("{\"form\":\"plain\",\"pooling\":\"mean\",\"dropout\":0.3}");
  }

  @Test
  void standardHead_hasItsRateAndPooling_whereTransformersReadsThem() throws IOException {
    for (String[] family :
        new String[][] {
          {"bert", "classifier_dropout"},
          {"distilbert", "seq_classif_dropout"},
          {"albert", "classifier_dropout_prob"},
          {"deberta-v2", "cls_dropout"}
        }) {
      Path saved = work.resolve(family[0]);
      train(family[0], Head.standard().dropout(0.25).firstToken()).save(saved);
      assertThat(json(saved.resolve("config.json")).get(family[1]).getAsDouble())
          .as(family[0])
          .isEqualTo(0.25);
      assertThat(saved.resolve("afina_config.json")).doesNotExist();
    }
    Path modern = work.resolve("modernbert");
    train("modernbert", Head.standard().meanOfTokens()).save(modern);
    assertThat(json(modern.resolve("config.json")).get("classifier_pooling").getAsString())
        .isEqualTo("mean");
    assertThatThrownBy(() -> train("mpnet", Head.standard().dropout(0.2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("head: mpnet has no rate of its head alone");
    assertThatThrownBy(() -> train("bert", Head.standard().meanOfTokens()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "head: that of bert reads the first token only, in transformers, too; use Head.plain()"
                + " for the mean of the tokens");
  }

  private static Classifier train(String family, Head head) throws IOException {
    return Classifier.builder()
        .checkpoint(Golden.path(family + "/base"))
        .head(head)
        .maxSteps(1)
        .fit(ClassifierTest.rows());
  }

  @Test
  void rateOfTheHead_dropsThereOnly() throws IOException {
    // Without any other dropout the passes differ because of the head alone.
    Path base = work.resolve("base");
    Files.createDirectory(base);
    try (Stream<Path> files = Files.list(Golden.path("bert/base"))) {
      for (Path file : files.toList()) {
        Files.copy(file, base.resolve(file.getFileName().toString()));
      }
    }
    JsonObject config = json(base.resolve("config.json"));
    config.addProperty("hidden_dropout_prob", 0.0);
    config.addProperty("attention_probs_dropout_prob", 0.0);
    Files.writeString(base.resolve("config.json"), config.toString());
    for (Head head : List.of(Head.standard(), Head.plain())) {
      ClassifierBuilder training = Classifier.builder().checkpoint(base).maxSteps(1);
      try (Classifier none = training.copy().head(head.dropout(0)).fit(ClassifierTest.rows());
          Classifier some = training.copy().head(head.dropout(0.5)).fit(ClassifierTest.rows())) {
        assertThatThrownBy(() -> none.predictWithDropout("a happy day", 5, 1))
            .isInstanceOf(IllegalStateException.class);
        assertThat(some.predictWithDropout("a happy day", 5, 1).deviation("joy")).isPositive();
      }
    }
  }

  /** The weights of the two kinds lie in files of different names. */
  @Test
  void oneKindOfHeadSavedOverAnother_isWhatIsLoaded() throws IOException {
    Path folder = work.resolve("model");
    for (Head head : List.of(Head.plain(), Head.standard(), Head.plain())) {
      double expected;
      try (Classifier trained = train("bert", head)) {
        expected = trained.predict("a happy day").score("joy");
        trained.save(folder);
      }
      try (Classifier loaded = Classifier.load(folder)) {
        assertThat(loaded.predict("a happy day").score("joy")).as("%s", head).isEqualTo(expected);
      }
    }
  }

  @Test
  void anotherKindOfHead_isNew_andWhatCannotGoTogetherIsRefused() throws IOException {
    Path standard = work.resolve("standard");
    train("bert", Head.standard()).save(standard);
    ClassifierBuilder training =
        Classifier.builder().checkpoint(standard).head(Head.plain()).maxSteps(1);
    assertThatThrownBy(() -> training.copy().extendHead().fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("extendHead() and head(plain, first token)");
    assertThatThrownBy(() -> training.copy().lora(Lora.rank(2)).fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("lora(")
        .hasMessageContaining("and a plain head: PEFT");
    assertThatThrownBy(
            () ->
                training
                    .copy()
                    .head(Head.plain().dropout(0.2))
                    .dropout(0.1)
                    .fit(ClassifierTest.rows()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "head(plain, first token, dropout 0.2) and dropout(0.1), which is one rate for all:"
                + " choose one of them");
    assertThatThrownBy(() -> Head.plain().dropout(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("head: expected a dropout in [0, 1), got 1.0");
    Path plain = work.resolve("plain");
    try (Classifier classifier =
        training.copy().freeze(Freeze.encoder()).learningRate(1e-9).fit(ClassifierTest.rows())) {
      classifier.save(plain);
    }
    try (TensorSource before = Safetensors.open(standard.resolve("model.safetensors"));
        TensorSource after = Safetensors.open(plain.resolve("afina_model.safetensors"))) {
      assertThat(after.floats("classifier.weight"))
          .isNotEqualTo(before.floats("classifier.weight"));
    }
    String broken =
        Files.readString(plain.resolve("afina_config.json")).replace("first_token", "last_token");
    Files.writeString(plain.resolve("afina_config.json"), broken);
    assertThatThrownBy(() -> Classifier.load(plain))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("head: pooling: expected \"first_token\" or \"mean\"");
    Files.delete(plain.resolve("afina_config.json"));
    assertThatThrownBy(() -> Classifier.load(plain))
        .as("not taken for a standard head")
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("\"bert.pooler.dense.weight\" is missing");
  }
}
