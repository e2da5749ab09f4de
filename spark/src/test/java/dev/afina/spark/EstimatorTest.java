package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.afina.Classifier;
import dev.afina.testing.TinyModels;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.apache.spark.sql.functions;
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
            assertThat(two.get(key)).as(key).containsExactly(weights, within(1e-5f));
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

  /** What a listener is told, but for updates, of which the driver hears some only. */
  private static final class Diary implements TrainingListener {
    final List<String> told = new ArrayList<>();
    final List<Double> numbers = new ArrayList<>();
    int lastStep;

    @Override
    public void started(Plan plan) {
      told.add(plan.toString());
    }

    @Override
    public void epochStarted(int epoch) {
      told.add("epoch " + epoch);
    }

    @Override
    public void stepped(Step step) {
      assertThat(step.step()).isGreaterThan(lastStep);
      assertThat(step.examplesPerSecond()).isPositive();
      lastStep = step.step();
    }

    @Override
    public void evaluated(Evaluated evaluation) {
      told.add("evaluated " + evaluation.step() + evaluation.metrics().keySet());
      numbers.addAll(evaluation.metrics().values());
    }

    @Override
    public void saved(int step) {
      told.add("saved " + step);
    }

    @Override
    public void epochEnded(Epoch epoch) {
      told.add("ended " + epoch.epoch() + epoch.metrics().keySet() + epoch.best());
      numbers.add(epoch.trainingLoss());
    }
  }

  @Test
  void theDriver_isToldWhatTheTrainingDoes() throws IOException {
    Diary onDriver = new Diary();
    AfinaClassifier estimator =
        estimator()
            .setMaxSteps(0)
            .setEpochs(3)
            .setEvaluateEvery(3)
            .setDropout(0)
            .setCheckpointFolder(work.resolve("told").toString())
            .setValidationIndicatorCol("held")
            .setListener(onDriver);
    Object unused = estimator.copy(new ParamMap()).fit(Questions.data(spark));

    Diary single = new Diary();
    estimator.setCheckpointFolder(work.resolve("told-single").toString());
    TrainingRecipe.of(estimator.options(), checkpoint)
        .validation(Questions.examples(true))
        .listener(single)
        .fit(Questions.examples(false))
        .close();
    assertThat(onDriver.told).isEqualTo(single.told).hasSizeGreaterThan(12);
    assertThat(onDriver.lastStep).isEqualTo(12);
    for (int i = 0; i < single.numbers.size(); i++) {
      assertThat(onDriver.numbers.get(i)).isCloseTo(single.numbers.get(i), within(1e-5));
    }
  }

  @Test
  void aListenerThatThrows_endsTheTrainingWhileItRuns() {
    AtomicInteger started = new AtomicInteger();
    AtomicInteger reached = new AtomicInteger();
    TrainingListener enough =
        new TrainingListener() {
          @Override
          public void started(Plan plan) {
            started.incrementAndGet(); // of so many events the end would not know it any more
          }

          @Override
          public void stepped(Step step) {
            reached.set(step.step());
            throw new IllegalStateException("that is enough");
          }
        };
    assertThatThrownBy(
            () -> estimator().setMaxSteps(20_000).setListener(enough).fit(Questions.data(spark)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("that is enough");
    assertThat(started).hasValue(1);
    assertThat(reached.get()).isBetween(1, 19_999);
  }

  @Test
  void searchResults_haveARowForEachTrial() {
    AfinaClassifier estimator = estimator().setLabelCol("number").setNumWorkers(1).setMaxSteps(20);
    ParamMap[] few = {
      new ParamMap()
          .put(estimator.learningRate(), 1e-7)
          .put(estimator.seed(), 1)
          .put(estimator.balancedClasses(), true),
      new ParamMap()
          .put(estimator.learningRate(), 2e-3)
          .put(estimator.seed(), 1)
          .put(estimator.head(), "replace")
    };
    TrainValidationSplitModel found =
        new TrainValidationSplit()
            .setEstimator(estimator)
            .setEstimatorParamMaps(few)
            .setEvaluator(new MulticlassClassificationEvaluator().setLabelCol("number"))
            .setParallelism(2)
            .setSeed(1)
            .fit(numbered());
    Dataset<Row> results = SearchResults.of(spark, found);
    assertThat(results.schema().simpleString())
        .isEqualTo(
            "struct<trial:int,balancedClasses:boolean,head:string,learningRate:double,seed:int,"
                + "metric:double,best:boolean>");
    List<Row> rows = results.orderBy("trial").collectAsList();
    assertThat(rows).hasSize(2);
    for (int trial = 0; trial < 2; trial++) {
      Row row = rows.get(trial);
      assertThat(row.<Double>getAs("learningRate"))
          .isEqualTo(few[trial].apply(estimator.learningRate()));
      assertThat(row.<Double>getAs("metric")).isEqualTo(found.validationMetrics()[trial]);
    }
    assertThat(rows.get(0).<Boolean>getAs("balancedClasses")).isTrue();
    assertThat(rows.get(1).<Boolean>getAs("balancedClasses")).isNull();
    assertThat(rows.get(0).<String>getAs("head")).isNull();
    assertThat(rows.get(1).<String>getAs("head")).isEqualTo("replace");
    boolean second = found.validationMetrics()[1] > found.validationMetrics()[0];
    assertThat(second).isTrue();
    assertThat(rows.get(0).<Boolean>getAs("best")).isFalse();
    assertThat(rows.get(1).<Boolean>getAs("best")).isTrue();

    assertThatThrownBy(() -> SearchResults.of(null, found))
        .hasMessage("spark: null, expected the session that makes the DataFrame");
    assertThatThrownBy(() -> SearchResults.of(spark, (TrainValidationSplitModel) null))
        .hasMessage("model: null, expected what fit of the search returned");
    assertThatThrownBy(() -> SearchResults.of(spark, (CrossValidatorModel) null))
        .hasMessage("model: null, expected what fit of the search returned");
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
    assertThat(SearchResults.of(spark, validated).filter("best").first().<Double>getAs("metric"))
        .isEqualTo(validated.avgMetrics()[1]);
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
    assertThat(spark.read().json(scored).columns()).contains("probability");
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

  @Test
  void foldersForTheResult_areCheckedBeforeTheTraining() throws IOException {
    AtomicInteger started = new AtomicInteger();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void started(Plan plan) {
            started.incrementAndGet();
          }
        };
    AfinaClassifier estimator = estimator().setMaxSteps(1).setListener(listener);
    for (String elsewhere : List.of("hdfs://node:9000/models", "s3a://bucket/models")) {
      assertThatThrownBy(() -> estimator.setOutputFolder(elsewhere).fit(Questions.data(spark)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "outputFolder: got \"%s\", expected the path of a mounted folder, such as"
                      .formatted(elsewhere)
                  + " /shared/models; on another file system the model can be saved after the"
                  + " training, by model.save");
      assertThatThrownBy(
              () ->
                  estimator
                      .setOutputFolder(work.resolve("models").toString())
                      .setCheckpointFolder(elsewhere)
                      .transformSchema(Questions.SCHEMA))
          .hasMessage(
              "checkpointFolder: got \"%s\", expected the path of a mounted folder, such as"
                      .formatted(elsewhere)
                  + " /shared/models");
      estimator.setCheckpointFolder("");
    }
    Path file = Files.writeString(work.resolve("file"), "in the way");
    assertThatThrownBy(() -> estimator.setOutputFolder(file + "/models").fit(Questions.data(spark)))
        .isInstanceOf(java.io.UncheckedIOException.class)
        .hasMessageContaining("outputFolder: the driver cannot write to " + file + "/models: ");
    estimator.setOutputFolder(work.resolve("models").toString());
    assertThatThrownBy(
            () -> estimator.setCheckpointFolder(file + "/steps").fit(Questions.data(spark)))
        .isInstanceOf(java.io.UncheckedIOException.class)
        .hasMessageContaining("rank 0 on ")
        .hasMessageContaining("checkpointFolder: cannot write to " + file + "/steps: ");
    assertThat(started).hasValue(0);
    assertThat(Path.of("hdfs:")).doesNotExist();
  }

  @Test
  void outputColumnsThatAreThere_areRefusedBeforeTheTraining_andCanBeNamed() throws IOException {
    Dataset<Row> rows =
        Questions.data(spark)
            .selectExpr("*", "1 as id", "2 as id", "3.0 as prediction", "'x' as PROBABILITY");
    AtomicInteger started = new AtomicInteger();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void started(Plan plan) {
            started.incrementAndGet();
          }
        };
    assertThatThrownBy(() -> estimator().transformSchema(rows.schema()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "column \"probability\" is there already, as \"PROBABILITY\"; choose another name for"
                + " it, or \"\" for none");
    assertThatThrownBy(() -> estimator().setProbabilityCol("").setListener(listener).fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "column \"prediction\" is there already; choose another name for it, or \"\" for none");
    assertThat(started).hasValue(0);

    String saved = work.resolve("named").toString();
    estimator()
        .setMaxSteps(1)
        .setProbabilityCol("")
        .setPredictionCol("number")
        .setRawPredictionCol("logits")
        .setPredictedLabelCol("intent")
        .save(saved);
    AfinaClassifier estimator = AfinaClassifier.load(saved);
    String[] expected = {
      "text", "label", "held", "id", "id", "prediction", "PROBABILITY", "logits", "number", "intent"
    };
    assertThat(estimator.transformSchema(rows.schema()).fieldNames()).containsExactly(expected);
    Dataset<Row> scored = estimator.fit(rows).transform(rows);
    assertThat(scored.columns()).containsExactly(expected);
    assertThat(scored.filter("number is not null and intent is not null").count()).isEqualTo(36);
  }

  @Test
  void whatWouldBeIgnored_isRefused() {
    for (String none : List.of("false", "true")) {
      Dataset<Row> rows = Questions.data(spark).withColumn("some", functions.expr(none));
      assertThatThrownBy(() -> estimator().setValidationIndicatorCol("some").fit(rows))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "validationIndicatorCol: column \"some\" is true in %s of 36 rows; expected rows to"
                      .formatted(none.equals("true") ? 36 : 0)
                  + " evaluate on and rows to train on");
    }
    assertThatThrownBy(() -> estimator().setResume(true).transformSchema(Questions.SCHEMA))
        .hasMessage(
            "resume: there is no checkpointFolder to go on from; call setCheckpointFolder(...)");
    assertThatThrownBy(() -> run(List.of("fit"), "--save", "x", "--overwrite", "yes"))
        .hasMessage("--overwrite: expected true or false, got \"yes\"");
  }

  @Test
  void foldersForTheResult_mayBeUrisOfFiles_andRelative() throws IOException {
    Path spaced = work.resolve("my models");
    Path relative =
        Path.of("").toAbsolutePath().relativize(work.toAbsolutePath()).resolve("relative steps");
    AfinaClassifierModel model =
        estimator()
            .setMaxSteps(1)
            .setOutputFolder(spaced.toUri().toString())
            .setCheckpointFolder(relative.toString())
            .setNumWorkers(2)
            .fit(Questions.data(spark));
    assertThat(Path.of(model.getModel())).hasParent(spaced);
    assertThat(model.transform(Questions.data(spark)).filter("prediction is null").count())
        .isZero();
    assertThat(work.resolve("relative steps/checkpoint-1")).isDirectory();
    try (var files = Files.list(spaced)) {
      assertThat(files).containsExactly(Path.of(model.getModel())); // and no probe is left
    }
    try (var files = Files.list(work.resolve("relative steps"))) {
      assertThat(files).hasSize(1);
    }
    assertThat(Path.of("file:")).doesNotExist();
  }

  @Test
  void theProgram_overwritesOnlyWhenTold_andNeverItsOwnModel() throws IOException {
    String data = work.resolve("few.json").toString();
    Questions.data(spark).write().json(data);
    Path there = Files.createDirectories(work.resolve("precious"));
    Path kept = Files.writeString(there.resolve("kept.txt"), "x");
    List<String> fit =
        List.of("fit", "--input", data, "--format", "json", "--checkpoint", checkpoint);
    assertThatThrownBy(
            () ->
                run(
                    fit,
                    "--outputFolder",
                    work.resolve("models").toString(),
                    "--save",
                    there.toString()))
        .hasMessage(
            "--save: "
                + there
                + " exists; choose another folder, or delete it with --overwrite"
                + " true");
    for (String save : List.of(there.toString(), work.toString())) {
      assertThatThrownBy(
              () ->
                  run(
                      fit,
                      "--outputFolder",
                      there.resolve("models").toString(),
                      "--overwrite",
                      "true",
                      "--save",
                      save))
          .hasMessage(
              "--save: "
                  + save
                  + " contains --outputFolder "
                  + there
                  + "/models, where the training leaves the model; choose another folder");
    }
    assertThat(kept).exists();
    run(
        fit,
        "--outputFolder",
        work.resolve("models").toString(),
        "--maxSteps",
        "1",
        "--head",
        "replace",
        "--overwrite",
        "true",
        "--save",
        there.toString());
    assertThat(kept).doesNotExist();
    assertThat(AfinaClassifierModel.load(there.toString()).labels()).hasSize(3);
  }

  @Test
  void theProgram_neverDeletesWhatItReads() throws IOException {
    Path save = Files.createDirectories(work.resolve("both"));
    Path inside = save.resolve("data.json");
    Questions.data(spark).write().json(inside.toString());
    Path outside = work.resolve("outside.json");
    Questions.data(spark).write().json(outside.toString());
    Path base = save.resolve("base");
    try (Classifier tiny = TinyModels.classifier()) {
      tiny.save(base);
    }
    List<String> fit =
        List.of(
            "fit",
            "--format",
            "json",
            "--overwrite",
            "true",
            "--save",
            save.toString(),
            "--outputFolder",
            work.resolve("models").toString());
    for (String input : List.of(inside.toString(), inside.toUri().toString(), work + "/bo*/d*n")) {
      assertThatThrownBy(() -> run(fit, "--input", input, "--checkpoint", checkpoint))
          .hasMessage(contains(save, "input", input, "from which the training reads"));
    }
    for (String model : List.of(base.toString(), base.toUri().toString())) {
      assertThatThrownBy(() -> run(fit, "--input", outside.toString(), "--checkpoint", model))
          .hasMessage(contains(save, "checkpoint", model, "from which the training starts"));
    }
    assertThatThrownBy(
            () ->
                AfinaSpark.run(
                    spark,
                    "fit",
                    "--format",
                    "json",
                    "--input",
                    outside.toString(),
                    "--overwrite",
                    "true",
                    "--save",
                    "else://" + save,
                    "--outputFolder",
                    work.resolve("models").toString(),
                    "--checkpoint",
                    "else://" + base))
        .hasMessageContaining(" contains --checkpoint else://" + base + ", from which");
    String steps = save.resolve("steps").toString();
    assertThatThrownBy(
            () ->
                run(
                    fit,
                    "--input",
                    outside.toString(),
                    "--checkpoint",
                    checkpoint,
                    "--checkpointFolder",
                    steps))
        .hasMessage(
            contains(save, "checkpointFolder", steps, "where the training leaves its checkpoints"));
    assertThat(spark.read().json(inside.toString()).count()).isEqualTo(36);
    Classifier.load(base).close();
  }

  private static String contains(Path save, String option, String value, String what) {
    return "--save: %s contains --%s %s, %s; choose another folder"
        .formatted(save, option, value, what);
  }

  private static void run(List<String> first, String... more) throws IOException {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    AfinaSpark.run(spark, all.toArray(new String[0]));
  }

  @Test
  void csv_goesInAndOut_withHeader_lineBreaksAndQuotes() throws IOException {
    Path csv =
        Files.writeString(
            work.resolve("texts.csv"),
            "text,id\n\"I lost\nmy \"\"new\"\" card, sorry\",1\nchange \\ my PIN,2\n,3\n  spaced  ,4\n");
    String scored = work.resolve("scored.csv").toString();
    try (Logged logged = new Logged(AfinaSpark.class)) {
      AfinaSpark.run(
          spark,
          "score",
          "--input",
          csv.toString(),
          "--format",
          "CSV",
          "--load",
          saved(),
          "--output",
          scored);
      assertThat(logged.lines())
          .containsExactly(
              "WARN --format CSV has no vectors: column probability (probabilityCol) is left out;"
                  + " json and parquet have it");
    }
    List<Row> rows =
        spark
            .read()
            .option("header", "true")
            .option("multiLine", "true")
            .option("escape", "\"")
            .csv(scored)
            .orderBy("id")
            .collectAsList();
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly("text", "id", "prediction", "predictedLabel");
    assertThat(rows.get(0).getString(0)).isEqualTo("I lost\nmy \"new\" card, sorry");
    assertThat(rows.get(1).getString(0)).isEqualTo("change \\ my PIN");
    assertThat(rows.get(2).isNullAt(0)).isTrue();
    assertThat(rows.get(3).getString(0)).isEqualTo("  spaced  ");
    assertThat(rows.get(0).getString(3)).isNotBlank();
    String again = work.resolve("again.csv").toString(); // its own output is read by it
    AfinaSpark.run(
        spark,
        "score",
        "--input",
        scored,
        "--format",
        "csv",
        "--load",
        saved(),
        "--output",
        again,
        "--predictionCol",
        "second",
        "--predictedLabelCol",
        "");
    assertThat(spark.read().option("header", "true").option("multiLine", "true").csv(again).count())
        .isEqualTo(4);
  }

  @Test
  void everyOtherFormat_hasTheProbabilities() throws IOException {
    for (String format : List.of("Parquet", "orc")) {
      String data = work.resolve("texts-" + format).toString();
      Questions.data(spark).write().format(format).save(data);
      String scored = work.resolve("scored-" + format).toString();
      run(
          List.of("score", "--input", data, "--format", format),
          "--load",
          saved(),
          "--output",
          scored);
      Dataset<Row> rows = spark.read().format(format).load(scored);
      assertThat(rows.filter("probability is not null").count()).isEqualTo(36);
    }
  }

  private static String saved() throws IOException {
    String saved = work.resolve("saved").toString();
    new AfinaClassifierModel().setModel(checkpoint).write().overwrite().save(saved);
    return saved;
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
