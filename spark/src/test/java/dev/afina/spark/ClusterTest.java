package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.Classifier;
import dev.afina.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** On a master and two workers that the test starts. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Spark needs winutils.exe there")
@EnabledForJreRange(maxVersion = 23, disabledReason = "Hadoop needs a security manager")
class ClusterTest {
  @TempDir static Path work;
  private static LoopbackCluster cluster;
  private static SparkSession spark;
  private static Path checkpoint;

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster(work, 2);
    spark = cluster.session();
    checkpoint = work.resolve("checkpoint");
    try (Classifier tiny = TinyModels.classifier()) {
      tiny.save(checkpoint);
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
    cluster.close();
    SharedModels.closeUnused();
  }

  private static Dataset<Row> data() {
    return Questions.data(spark);
  }

  private static AfinaClassifier estimator() {
    return new AfinaClassifier()
        .setCheckpoint(checkpoint.toString())
        .setOutputFolder(work.resolve("models").toString())
        .setHead("replace")
        .setValidationIndicatorCol("held")
        .setKeepBest("loss")
        .setDropout(0)
        .setBatchSize(8)
        .setMaxSteps(50)
        .setLearningRate(1e-3);
  }

  @Test
  void twoExecutors_trainTheModelThatOneMachineTrains_andScoreWithIt() throws IOException {
    AfinaClassifierModel model;
    try (Logged logged = new Logged(AfinaClassifier.class)) {
      model = estimator().fit(data());
      assertThat(logged.lines().get(0))
          .isEqualTo(
              "INFO 2 ranks train together, one for each executor that is registered now;"
                  + " setNumWorkers(n) takes n");
    }
    Path single = work.resolve("single");
    AfinaClassifier estimator = estimator();
    try (Classifier one =
        TrainingRecipe.of(estimator.options(), checkpoint.toString())
            .validation(Questions.examples(true))
            .fit(Questions.examples(false))) {
      one.save(single);
      Map<String, float[]> trained = Weights.of(model.getModel());
      Weights.of(single.toString())
          .forEach(
              (key, expected) -> {
                if (!key.endsWith("key.bias")) { // undetermined: softmax does not see it
                  assertThat(trained.get(key)).as(key).containsExactly(expected, within(1e-5f));
                }
              });
      Dataset<Row> scored = model.transform(data());
      assertThat(scored.filter("label = predictedLabel").count()).isGreaterThan(30); // of 36
      for (Row row : scored.collectAsList()) {
        assertThat(row.<String>getAs("predictedLabel"))
            .isEqualTo(one.predict(row.<String>getAs("text")).label());
        assertThat(row.<Vector>getAs("probability").toArray())
            .containsExactly(one.predict(row.<String>getAs("text")).probabilities(), within(1e-4));
      }
    }
  }

  @Test
  void whatIsWrong_isToldInOneLine() {
    assertThatThrownBy(() -> estimator().setCheckpoint(work.resolve("gone").toString()).fit(data()))
        .isInstanceOf(java.io.UncheckedIOException.class)
        .hasMessageMatching("java.io.IOException: rank \\d on 127.0.0.1: .*gone.*");
    assertThatThrownBy(() -> estimator().setNumWorkers(5).fit(data()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("numWorkers: 5 tasks train together, so all must run at the same");
    assertThatThrownBy(() -> estimator().setLabels("a", "b").fit(data()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("rank 0 on 127.0.0.1: .*label.*");
    assertThatThrownBy(() -> estimator().fit(data().filter("label = 'change_pin'")))
        .hasMessage("labelCol: all rows have the label \"change_pin\", expected two or more");
    assertThatThrownBy(() -> estimator().fit(data().filter("false")))
        .hasMessage("fit: the DataFrame has no rows");
    assertThatThrownBy(
            () ->
                estimator()
                    .fit(
                        data()
                            .withColumn(
                                "label",
                                functions.when(functions.col("held"), null).otherwise("x"))))
        .hasMessage("labelCol: column \"label\" is null in 9 rows; leave them out, or label them");
    assertThatThrownBy(() -> estimator().setLabelCol("held").fit(data()))
        .hasMessage(
            "labelCol: column \"held\" is of type boolean, expected string or whole numbers");
    assertThatThrownBy(() -> estimator().setKeepBest("speed").fit(data()))
        .hasMessageStartingWith("keepBest: metric \"speed\": unknown");
    assertThatThrownBy(() -> new AfinaClassifier().fit(data()))
        .hasMessageStartingWith("checkpoint: none given");
  }

  @Test
  void anExecutor_knowsItsCoresWithoutASetting() {
    assertThat(
            spark
                .range(0, 2, 1, 2)
                .map(
                    (MapFunction<Long, Integer>)
                        any ->
                            ExecutorMachine.cores(
                                new SparkConf(false), System.getProperty("sun.java.command"), 64),
                    Encoders.INT())
                .collectAsList())
        .containsExactly(1, 1); // of 64
  }

  @Test
  void aFolderThatOnlyTheDriverSees_isNamedWithTheHost() throws IOException {
    Path folder = work.resolve("moved");
    try (Classifier tiny = TinyModels.classifier()) {
      tiny.save(folder);
    }
    Dataset<Row> scored = new AfinaClassifierModel().setModel(folder.toString()).transform(data());
    Files.move(folder, work.resolve("moved-away"));
    assertThatThrownBy(scored::collectAsList)
        .hasStackTraceContaining("on 127.0.0.1 cannot load model \"" + folder + "\"")
        .hasStackTraceContaining("a folder must be on a file system that all executors see");
  }
}
