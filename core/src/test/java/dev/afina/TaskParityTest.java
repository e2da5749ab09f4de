package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.ProblemType;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Multi-label, regression and pairs as the Trainer trains them and transformers' pipeline predicts;
 * golden files of interop/golden_tasks.py.
 */
class TaskParityTest {
  @TempDir Path folder;

  /** What a process allocates once, at its first training, is no leak. */
  @BeforeAll
  static void trainOnce() throws IOException {
    ClassifierTest.quick().maxSteps(1).fit(ClassifierTest.rows()).close();
  }

  private static JsonObject golden(String name) throws IOException {
    try (InputStream in =
        TaskParityTest.class.getResourceAsStream("/golden/training/" + name + ".json")) {
      return new Gson()
          .fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), JsonObject.class);
    }
  }

  /** Rows whose labels are a number of a class, or a list of 0 and 1, or a list of values. */
  private static Dataset rows(JsonObject golden) {
    ProblemType type = type(golden);
    List<Example> rows = new ArrayList<>();
    for (JsonElement element : golden.getAsJsonArray("rows")) {
      JsonObject row = element.getAsJsonObject();
      String text = row.get("text").getAsString();
      Example example =
          row.get("pair").isJsonNull()
              ? Example.of(text)
              : Example.ofPair(text, row.get("pair").getAsString());
      double[] label =
          row.get("label").isJsonArray()
              ? new Gson().fromJson(row.get("label"), double[].class)
              : new double[] {row.get("label").getAsDouble()};
      rows.add(
          switch (type) {
            case SINGLE_LABEL -> example.withLabel(Integer.toString((int) label[0]));
            case MULTI_LABEL ->
                example.withLabels(
                    IntStream.range(0, label.length)
                        .filter(i -> label[i] == 1)
                        .mapToObj(i -> "LABEL_" + i)
                        .toList());
            case REGRESSION -> example.withValues(label);
          });
    }
    return Dataset.of(rows);
  }

  private static ProblemType type(JsonObject golden) {
    for (ProblemType type : ProblemType.values()) {
      if (type.key().equals(golden.get("problemType").getAsString())) {
        return type;
      }
    }
    throw new AssertionError("no such type");
  }

  /** Trains as the golden file did and compares steps and weights; the model is in the folder. */
  private <
          B extends TextModelBuilder<B, M, P, E>,
          M extends TextModel<P, E>,
          P,
          E extends EvaluationResult<P>>
      void assertTrainsAlike(B builder, String name) throws IOException {
    JsonObject golden = golden(name);
    JsonObject options = golden.getAsJsonObject("options");
    TrainerParity.Steps steps = new TrainerParity.Steps();
    int before = LiveArrays.count();
    try (M model =
        builder
            .checkpoint(Golden.path("bert/base"))
            .options(TrainerParity.options(options))
            .dropout(0)
            .maxTokens(options.get("max_tokens").getAsInt())
            .listener(steps)
            .fit(rows(golden))) {
      assertThat(model.problemType()).isEqualTo(type(golden));
      model.save(folder);
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
    JsonArray expected = golden.getAsJsonArray("steps");
    assertThat(steps.all).hasSize(expected.size()).hasSize(30);
    for (int i = 0; i < 30; i++) {
      // As TrainerParityTest: sums in float32 in another order.
      assertThat(steps.all.get(i).loss())
          .as("loss of step %s", i + 1)
          .isCloseTo(expected.get(i).getAsJsonObject().get("loss").getAsDouble(), within(1e-4));
    }
    assertThat(TrainerParity.weightNorms(folder, golden.getAsJsonObject("parameterNorms")))
        .allSatisfy(norm -> assertThat(norm.value()).as(norm.what()).isLessThan(2e-5));
    JsonObject config =
        JsonParser.parseString(Files.readString(folder.resolve("config.json"))).getAsJsonObject();
    assertThat(config.get("problem_type")).isEqualTo(golden.get("problemType"));
  }

  /** Our numbers of the first rows beside the pipeline's. */
  private static void assertPredictsAlike(String name, List<Map<String, Double>> ours)
      throws IOException {
    JsonArray theirs = golden(name).getAsJsonArray("predictions");
    assertThat(theirs).hasSize(6);
    for (int row = 0; row < theirs.size(); row++) {
      JsonObject expected = theirs.get(row).getAsJsonObject();
      assertThat(ours.get(row)).hasSameSizeAs(expected.keySet());
      for (String label : expected.keySet()) {
        // After 30 steps whose weights differ by rounding.
        assertThat(ours.get(row).get(label))
            .as("row %s, %s", row, label)
            .isCloseTo(expected.get(label).getAsDouble(), within(1e-4));
      }
    }
  }

  @Test
  void multiLabel() throws IOException {
    assertTrainsAlike(
        MultiLabelClassifier.builder().labels("LABEL_0", "LABEL_1", "LABEL_2"), "task_multi_label");
    assertMultiLabelPredictions("task_multi_label");
  }

  @Test
  void multiLabel_ofPairs() throws IOException {
    // The labels are found in the data.
    assertTrainsAlike(MultiLabelClassifier.builder(), "task_multi_label_pairs");
    assertMultiLabelPredictions("task_multi_label_pairs");
  }

  private void assertMultiLabelPredictions(String name) throws IOException {
    Dataset rows = rows(golden(name));
    int before = LiveArrays.count();
    try (MultiLabelClassifier model = MultiLabelClassifier.load(folder)) {
      List<MultiLabelPrediction> predictions = model.predict(rows.head(6));
      assertPredictsAlike(name, predictions.stream().map(MultiLabelPrediction::scores).toList());
      for (MultiLabelPrediction prediction : predictions) {
        assertThat(prediction.labels())
            .containsExactlyElementsOf(
                prediction.scores().keySet().stream()
                    .filter(l -> prediction.score(l) > 0.5)
                    .toList());
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void regression() throws IOException {
    assertTrainsAlike(Regressor.builder(), "task_regression");
    assertEstimates("task_regression");
  }

  @Test
  void regression_ofPairs_withThreeTargets() throws IOException {
    assertTrainsAlike(Regressor.builder(), "task_regression_pairs");
    assertEstimates("task_regression_pairs");
  }

  private void assertEstimates(String name) throws IOException {
    Dataset rows = rows(golden(name));
    int before = LiveArrays.count();
    try (Regressor model = Regressor.load(folder)) {
      assertPredictsAlike(
          name, model.predict(rows.head(6)).stream().map(Estimate::values).toList());
      try (Regressor eight = model.withPrecision(Precision.BFLOAT16)) {
        assertThat(eight.predict(rows.get(0).text()).outputs()).hasSize(model.targets().size());
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void singleLabel_ofPairs() throws IOException {
    assertTrainsAlike(Classifier.builder().labels("LABEL_0", "LABEL_1", "LABEL_2"), "task_pairs");
    try (Classifier model = Classifier.load(folder)) {
      assertPredictsAlike(
          "task_pairs",
          model.predict(rows(golden("task_pairs")).head(6)).stream()
              .map(Prediction::scores)
              .toList());
    }
  }
}
