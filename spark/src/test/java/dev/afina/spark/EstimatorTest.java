package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.Classifier;
import dev.afina.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Spark needs winutils.exe there")
@EnabledForJreRange(maxVersion = 23, disabledReason = "Hadoop needs a security manager")
class EstimatorTest {
  @TempDir static Path work;
  private static SparkSession spark;
  private static String checkpoint;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(2);
    checkpoint = work.resolve("checkpoint").toString();
    try (Classifier tiny = TinyModels.classifier()) {
      tiny.save(Path.of(checkpoint));
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
    SharedModels.closeUnused();
  }

  private static AfinaClassifier estimator() {
    return new AfinaClassifier()
        .setCheckpoint(checkpoint)
        .setOutputFolder(work.resolve("models").toString())
        .setHead("replace")
        .setMaxSteps(3)
        .setBatchSize(8);
  }

  @Test
  void withDropout_twoTasksTrainTheModelOfOne() throws IOException {
    Map<String, float[]> one =
        Weights.of(
            estimator().setDropout(0.3).setNumWorkers(1).fit(Questions.data(spark)).getModel());
    Map<String, float[]> two =
        Weights.of(
            estimator().setDropout(0.3).setNumWorkers(2).fit(Questions.data(spark)).getModel());
    one.forEach(
        (key, weights) -> {
          if (!key.endsWith("key.bias")) { // undetermined: softmax does not see it
            assertThat(two.get(key))
                .as(key)
                .containsExactly(weights, org.assertj.core.api.Assertions.within(1e-5f));
          }
        });
  }

  private static Dataset<Row> numbered() {
    Dataset<Row> rows = Questions.data(spark);
    return new StringIndexer()
        .setInputCol("label")
        .setOutputCol("number")
        .fit(rows)
        .transform(rows);
  }

  @Test
  void numberedLabels_keepTheirNames_andThePredictionsTheirNumbers() {
    AfinaClassifierModel model =
        estimator().setLabelCol("number").setMaxSteps(15).setLearningRate(2e-3).fit(numbered());
    assertThat(model.labels())
        .containsExactlyInAnyOrder("card_arrival", "change_pin", "lost_or_stolen_card");
    Dataset<Row> scored = model.transform(numbered());
    long right = scored.filter("label = predictedLabel").count();
    assertThat(right).isGreaterThan(24);
    assertThat(scored.filter("number = prediction").count()).isEqualTo(right);
  }

  @Test
  @EnabledIfSystemProperty(named = "afina.spark.long", matches = "true")
  void sparkSearches() {
    AfinaClassifier estimator = estimator().setLabelCol("number").setMaxSteps(20);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(estimator.learningRate(), new double[] {1e-7, 2e-3}).build();
    MulticlassClassificationEvaluator accuracy =
        new MulticlassClassificationEvaluator().setLabelCol("number").setMetricName("accuracy");
    TrainValidationSplitModel best =
        new TrainValidationSplit()
            .setEstimator(estimator)
            .setEstimatorParamMaps(grid)
            .setEvaluator(accuracy)
            .setTrainRatio(0.7)
            .setSeed(1)
            .fit(numbered());
    assertThat(best.validationMetrics()[1]).isGreaterThan(best.validationMetrics()[0]);
    CrossValidatorModel validated =
        new CrossValidator()
            .setEstimator(estimator)
            .setEstimatorParamMaps(grid)
            .setEvaluator(accuracy)
            .setNumFolds(2)
            .setParallelism(2)
            .fit(numbered());
    assertThat(validated.avgMetrics()[1]).isGreaterThan(validated.avgMetrics()[0]);
    assertThat(((AfinaClassifierModel) (PipelineStage) validated.bestModel()).labels()).hasSize(3);
  }

  @Test
  void estimatorIsSavedAndCopied_andTheProgramFitsAndScores() throws IOException {
    String saved = work.resolve("estimator").toUri().toString();
    estimator().setSchedule("cosine").setLabels("a", "b").write().overwrite().save(saved);
    AfinaClassifier loaded = AfinaClassifier.load(saved);
    assertThat(params(loaded)).isEqualTo(params(estimator(loaded.uid())));
    assertThat(params(loaded.copy(new ParamMap()))).isEqualTo(params(loaded));

    String data = work.resolve("data.json").toString();
    Questions.data(spark).write().json(data);
    String model = work.resolve("program").toUri().toString();
    AfinaSpark.run(
        spark,
        "fit",
        "--input",
        data,
        "--format",
        "json",
        "--save",
        model,
        "--checkpoint",
        checkpoint,
        "--outputFolder",
        work.resolve("models").toString(),
        "--head",
        "replace",
        "--maxSteps",
        "2",
        "--learningRate",
        "1e-4");
    String scored = work.resolve("scored").toString();
    AfinaSpark.run(
        spark, "score", "--input", data, "--format", "json", "--load", model, "--output", scored);
    assertThat(spark.read().json(scored).filter("predictedLabel is not null").count())
        .isEqualTo(36);
    assertThat(Files.exists(Path.of(scored))).isTrue();
    assertThatThrownBy(() -> AfinaSpark.run(spark, "fit", "--input", data, "--speed", "9"))
        .hasMessageStartingWith("--save is missing: expected fit --input DATA");
    assertThatThrownBy(
            () ->
                AfinaSpark.run(
                    spark,
                    "fit",
                    "--input",
                    data,
                    "--format",
                    "json",
                    "--save",
                    "x",
                    "--epochs",
                    "many"))
        .hasMessage("--epochs: expected a number, got \"many\"");
  }

  private static String params(AfinaClassifier estimator) {
    String labels = String.join(" ", estimator.getOrDefault(estimator.labels()));
    return labels + estimator.explainParams().replaceAll("@[0-9a-f]+", "");
  }

  private static AfinaClassifier estimator(String uid) {
    return new AfinaClassifier(uid)
        .setCheckpoint(checkpoint)
        .setOutputFolder(work.resolve("models").toString())
        .setHead("replace")
        .setMaxSteps(3)
        .setBatchSize(8)
        .setSchedule("cosine")
        .setLabels("a", "b");
  }
}
