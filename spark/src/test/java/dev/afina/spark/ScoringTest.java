package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.Classifier;
import dev.afina.Prediction;
import dev.afina.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Spark needs winutils.exe there")
@EnabledForJreRange(maxVersion = 23, disabledReason = "Hadoop needs a security manager")
class ScoringTest {
  private static final List<String> TEXTS =
      List.of(
          "where is my new card?",
          "How do I change my PIN?",
          "my card was stolen",
          "what is the exchange rate",
          "please close my account");

  private static SparkSession spark;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start(2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
    SharedModels.closeUnused();
  }

  private static Dataset<Row> rows(List<String> texts) {
    return spark.createDataset(texts, Encoders.STRING()).toDF("text").repartition(3);
  }

  private static AfinaClassifierModel model() {
    return new AfinaClassifierModel().setModel(TinyModels.CLASSIFIER);
  }

  @Test
  void transform_givesWhatTheClassifierSays_withTheNamesOfTheLabels() throws IOException {
    Dataset<Row> scored = model().setRawPredictionCol("raw").transform(rows(TEXTS));
    assertThat(scored.columns())
        .containsExactly("text", "raw", "probability", "prediction", "predictedLabel");
    try (Classifier classifier = TinyModels.classifier()) {
      Attribute attribute = Attribute.fromStructField(scored.schema().apply("prediction"));
      assertThat(attribute).isInstanceOf(NominalAttribute.class);
      assertThat(((NominalAttribute) attribute).values().get())
          .containsExactly(classifier.labels().names().toArray(new String[0]));
      for (Row row : scored.collectAsList()) {
        Prediction expected = classifier.predict(row.<String>getAs("text"));
        assertThat(row.<String>getAs("predictedLabel")).isEqualTo(expected.label());
        assertThat(row.<Double>getAs("prediction")).isEqualTo(expected.index());
        assertThat(row.<Vector>getAs("probability").toArray())
            .containsExactly(expected.probabilities(), within(1e-5));
        assertThat(row.<Vector>getAs("raw").toArray()[0])
            .isCloseTo(expected.logits()[0], within(1e-4));
      }
    }
    Dataset<Row> named =
        new IndexToString().setInputCol("prediction").setOutputCol("name").transform(scored);
    assertThat(named.filter("name = predictedLabel").count()).isEqualTo(TEXTS.size());
  }

  @Test
  void aModel_isLoadedOnce_andClosedOnlyWhenNoTaskUsesIt() throws IOException {
    SharedModels.Key key =
        new SharedModels.Key(
            new ModelPlace(TinyModels.CLASSIFIER), "", dev.afina.Precision.FLOAT32, 0);
    SharedModels.Key shorter =
        new SharedModels.Key(
            new ModelPlace(TinyModels.CLASSIFIER), "", dev.afina.Precision.FLOAT32, 8);
    SharedModels.Key shortest =
        new SharedModels.Key(
            new ModelPlace(TinyModels.CLASSIFIER), "", dev.afina.Precision.FLOAT32, 6);
    try (SharedModels.Lease first = SharedModels.lease(key);
        SharedModels.Lease second = SharedModels.lease(key);
        SharedModels.Lease third = SharedModels.lease(shorter)) {
      assertThat(second.model()).isSameAs(first.model());
      assertThat(third.model().maxTokens()).isEqualTo(8);
      SharedModels.lease(shortest).close(); // one too many: none of the others may be closed
      assertThat(first.model().predict("where is my new card?").label()).isEqualTo("card_arrival");
      assertThat(third.model().predict("where is my new card?").label()).isNotBlank();
    }
    SharedModels.closeUnused();
    assertThat(SharedModels.loaded()).isZero();
  }

  @Test
  void nullTexts_areKept_skippedOrRefused() {
    Dataset<Row> rows =
        rows(TEXTS)
            .withColumn(
                "text",
                functions
                    .when(functions.col("text").like("%card%"), null)
                    .otherwise(functions.col("text")));
    assertThat(model().transform(rows).filter("prediction is null and probability is null").count())
        .isEqualTo(2);
    assertThat(model().setHandleInvalid("skip").transform(rows).count()).isEqualTo(3);
    assertThatThrownBy(() -> model().setHandleInvalid("error").transform(rows).collectAsList())
        .hasStackTraceContaining("a text is null; setHandleInvalid(\"keep\") or (\"skip\")");
  }

  @Test
  void thresholds_chooseTheLargestQuotient() {
    Dataset<Row> scored = model().setThresholds(0, 1, 1, 1, 1, 1).transform(rows(TEXTS));
    assertThat(scored.select("predictedLabel").distinct().as(Encoders.STRING()).collectAsList())
        .containsExactly("age_limit");
    assertThatThrownBy(() -> model().setThresholds(1, 2).transform(rows(TEXTS)))
        .hasMessage(
            "thresholds: expected 6 numbers, 0 or more and at most one of them 0, got [1.0, 2.0]");
  }

  @Test
  void savedPipeline_hasTheModelWithIt() throws IOException {
    Path folder = work.resolve("model");
    try (Classifier classifier = TinyModels.classifier()) {
      classifier.save(folder);
    }
    PipelineModel pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new AfinaClassifierModel().setModel(folder.toString()).setProbabilityCol("p"),
                  new IndexToString().setInputCol("prediction").setOutputCol("name")
                })
            .fit(rows(TEXTS));
    String saved = work.resolve("pipeline").toUri().toString();
    pipeline.save(saved);
    List<Row> before = pipeline.transform(rows(TEXTS)).orderBy("text").collectAsList();
    Files.move(folder, work.resolve("elsewhere"));
    PipelineModel loaded = PipelineModel.load(saved);
    List<Row> after = loaded.transform(rows(TEXTS)).orderBy("text").collectAsList();
    assertThat(after).hasSameSizeAs(before);
    for (int i = 0; i < after.size(); i++) {
      assertThat(after.get(i).<String>getAs("name")).isEqualTo(before.get(i).<String>getAs("name"));
      assertThat(after.get(i).<Vector>getAs("p").toArray()) // sums depend on who shares the cores
          .containsExactly(before.get(i).<Vector>getAs("p").toArray(), within(1e-6));
    }
    assertThat(loaded.transform(rows(TEXTS)).columns()).contains("p", "name");
  }

  @Test
  void aStream_isScored() throws Exception {
    Path in = Files.createDirectory(work.resolve("in"));
    Files.write(in.resolve("a.txt"), TEXTS);
    Dataset<Row> stream = spark.readStream().text(in.toString()).withColumnRenamed("value", "text");
    var query =
        model().transform(stream).writeStream().format("memory").queryName("scored").start();
    try {
      query.processAllAvailable();
      assertThat(spark.sql("select * from scored where predictedLabel is not null").count())
          .isEqualTo(TEXTS.size());
    } finally {
      query.stop();
    }
  }

  @Test
  void aFunctionOfSql_givesTheLabel() {
    model().registerFunction(spark, "intent");
    rows(TEXTS).createOrReplaceTempView("questions");
    assertThat(
            spark
                .sql("select intent(text) from questions where text like '%stolen%'")
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactly("lost_or_stolen_card");
    assertThat(spark.sql("select intent(null)").collectAsList().get(0).isNullAt(0)).isTrue();
  }

  @Test
  void aFunctionOfSql_followsTheThresholds() {
    model().setThresholds(0, 1, 1, 1, 1, 1).registerFunction(spark, "by_thresholds");
    rows(TEXTS).createOrReplaceTempView("questions");
    assertThat(
            spark
                .sql("select distinct by_thresholds(text) from questions")
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactly("age_limit");
    assertThatThrownBy(() -> model().setThresholds(1, 2).registerFunction(spark, "wrong"))
        .hasMessage(
            "thresholds: expected 6 numbers, 0 or more and at most one of them 0, got [1.0, 2.0]");
  }

  @Test
  void aFunctionOfSql_takesBothTextsOfAPair() throws IOException {
    AfinaClassifierModel model = model().setPairCol("second");
    model.registerFunction(spark, "of_pairs");
    Dataset<Row> pairs =
        rows(TEXTS)
            .withColumn("second", functions.lit("my card was stolen, please help, stolen card"));
    List<Row> scored =
        model
            .transform(pairs)
            .selectExpr("text", "second", "predictedLabel", "of_pairs(text, second)")
            .collectAsList();
    assertThat(scored).hasSameSizeAs(TEXTS);
    int others = 0;
    try (Classifier classifier = TinyModels.classifier()) {
      for (Row row : scored) {
        String label = classifier.predict(row.getString(0), row.getString(1)).label();
        assertThat(row.getString(2)).isEqualTo(label);
        assertThat(row.getString(3)).isEqualTo(label);
        others += classifier.predict(row.getString(0)).label().equals(label) ? 0 : 1;
      }
    }
    assertThat(others).isPositive(); // the second text counts
    for (String none : List.of("of_pairs('a', null)", "of_pairs(null, 'a')")) {
      assertThat(spark.sql("select " + none).collectAsList().get(0).isNullAt(0)).isTrue();
    }
  }

  @Test
  void severalFunctionsInAQuery_loadEachModelOncePerTask() {
    SharedModels.closeUnused();
    for (int length : List.of(6, 7, 8)) { // one model more than are kept
      model().setMaxTokens(length).registerFunction(spark, "of_" + length);
    }
    rows(TEXTS).repartition(1).createOrReplaceTempView("few");
    long before = SharedModels.loads();
    assertThat(spark.sql("select of_6(text), of_7(text), of_8(text) from few").collectAsList())
        .hasSameSizeAs(TEXTS);
    assertThat(SharedModels.loads() - before).isEqualTo(3);
    SharedModels.closeUnused();
    assertThat(SharedModels.loaded()).isZero(); // no task has kept one
  }

  @Test
  void columnsWithEqualNames_passThrough() {
    Metadata metadata = new MetadataBuilder().putString("from", "here").build();
    Dataset<Row> rows =
        rows(TEXTS)
            .select(
                functions.lit(1).as("id", metadata),
                functions.col("text"),
                functions.lit(2).as("id"),
                functions.lit(3).as("ID"),
                functions.lit(4).as("a.b`c"));
    Dataset<Row> scored = model().transform(rows);
    assertThat(scored.columns())
        .containsExactly(
            "id", "text", "id", "ID", "a.b`c", "probability", "prediction", "predictedLabel");
    assertThat(scored.schema().apply(0).metadata()).isEqualTo(metadata);
    List<Row> all = scored.collectAsList();
    assertThat(all).hasSameSizeAs(TEXTS);
    for (Row row : all) {
      assertThat(List.of(row.getInt(0), row.getInt(2), row.getInt(3), row.getInt(4)))
          .containsExactly(1, 2, 3, 4);
      assertThat(row.isNullAt(7)).isFalse();
    }
    assertThatThrownBy(() -> model().transform(rows(TEXTS).selectExpr("text", "text")))
        .hasMessage(
            "inputCol: column \"text\" occurs more than once among [text, text]; rename or drop the"
                + " others");
  }

  @Test
  void outputColumns_areComparedAsTheSessionComparesNames() {
    Dataset<Row> rows = rows(TEXTS).withColumn("Prediction", functions.lit(1));
    assertThatThrownBy(() -> model().transform(rows))
        .hasMessage(
            "column \"prediction\" is there already, as \"Prediction\"; choose another name for it,"
                + " or \"\" for none");
    spark.conf().set("spark.sql.caseSensitive", true);
    try {
      Dataset<Row> scored = model().transform(rows);
      assertThat(scored.columns()).contains("Prediction", "prediction");
      assertThat(scored.filter("Prediction = 1 and prediction is not null").count()).isEqualTo(5);
    } finally {
      spark.conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void aModelThatChanges_isLoadedAgain() throws IOException {
    Path folder = work.resolve("changes");
    try (Classifier classifier = TinyModels.classifier()) {
      classifier.save(folder);
      AfinaClassifierModel model = new AfinaClassifierModel().setModel(folder.toString());
      long sure = model.transform(rows(TEXTS)).filter("prediction is not null").count();
      assertThat(sure).isEqualTo(5);
      try (Classifier shy =
          classifier.deciding(dev.afina.DecisionRules.none().confidence(0.999999))) {
        shy.save(folder);
      }
      assertThat(model.transform(rows(TEXTS)).filter("prediction is null").count())
          .isGreaterThan(0);
    }
  }

  private List<Row> scoredBy(String model) {
    return new AfinaClassifierModel()
        .setModel(model)
        .transform(rows(TEXTS))
        .orderBy("text")
        .select("text", "predictedLabel")
        .collectAsList();
  }

  @Test
  void aModel_isFoundByEachKindOfReference() throws IOException {
    Path folder = work.resolve("my intents");
    Path zip = work.resolve("packed.zip");
    try (Classifier classifier = TinyModels.classifier()) {
      classifier.save(folder);
    }
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        out.putNextEntry(new ZipEntry(file.getFileName().toString()));
        Files.copy(file, out);
      }
    }
    List<Row> expected = scoredBy(TinyModels.CLASSIFIER); // classpath:
    assertThat(scoredBy(folder.toString())).isEqualTo(expected);
    assertThat(scoredBy(folder.toUri().toString())).isEqualTo(expected); // file:///
    spark.sparkContext().addArchive(zip + "#unpacked");
    assertThat(scoredBy("sparkfiles:unpacked")).isEqualTo(expected);
    Path added = Files.move(folder, work.resolve("added"));
    spark.sparkContext().addFile(added.toString(), true);
    assertThat(scoredBy("sparkfiles:added")).isEqualTo(expected);
  }

  @Test
  void aModelOnAFileSystemOfHadoop_isCopiedOnce_andAgainWhenItChanges() throws IOException {
    Path folder = work.resolve("far");
    String far = "else://" + folder;
    try (Classifier classifier = TinyModels.classifier()) {
      classifier.save(folder);
      List<Row> expected = scoredBy(TinyModels.CLASSIFIER);
      assertThat(scoredBy(far)).isEqualTo(expected);
      int opened = ElsewhereFileSystem.OPENED.get();
      assertThat(opened).isPositive();
      assertThat(scoredBy(far)).isEqualTo(expected);
      assertThat(ElsewhereFileSystem.OPENED).hasValue(opened);
      try (Classifier shy =
          classifier.deciding(dev.afina.DecisionRules.none().confidence(0.999999))) {
        shy.save(folder);
      }
      assertThat(scoredBy(far)).isNotEqualTo(expected);
    }
    assertThatThrownBy(() -> scoredBy("else:///nowhere/at/all"))
        .hasMessageContaining("model \"else:///nowhere/at/all\": ");
  }

  @Test
  void settingsOfTheProgram_reachTheExecutors() throws IOException {
    Path folder = work.resolve("far");
    try (Classifier classifier = TinyModels.classifier()) {
      classifier.save(folder);
    }
    var settings = spark.sparkContext().hadoopConfiguration();
    settings.set("fs.late.impl", ElsewhereFileSystem.Late.class.getName());
    try {
      assertThat(scoredBy("late://" + folder)).isEqualTo(scoredBy(TinyModels.CLASSIFIER));
      new AfinaClassifierModel().setModel("late://" + folder).registerFunction(spark, "late");
      rows(TEXTS).createOrReplaceTempView("late_questions");
      assertThat(spark.sql("select late(text) from late_questions").count()).isEqualTo(5);
    } finally {
      settings.unset("fs.late.impl");
    }
  }

  @Test
  void labels_areReadAsByTheClassifier() throws IOException {
    Path folder = work.resolve("numbered");
    try (Classifier classifier = TinyModels.classifier()) {
      classifier.save(folder);
    }
    Path config = folder.resolve("config.json");
    JsonObject json = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
    json.remove("id2label");
    json.remove("label2id");
    json.addProperty("num_labels", 6);
    Files.writeString(config, json.toString());
    AfinaClassifierModel model = new AfinaClassifierModel().setModel(folder.toString());
    try (Classifier classifier = Classifier.load(folder)) {
      assertThat(model.labels()).isEqualTo(classifier.labels().names()).hasSize(6);
      for (Row row : model.transform(rows(TEXTS)).collectAsList()) {
        assertThat(row.<String>getAs("predictedLabel"))
            .isEqualTo(classifier.predict(row.<String>getAs("text")).label());
      }
    }
    json.remove("problem_type");
    json.addProperty("num_labels", 1);
    Files.writeString(config, json.toString());
    assertThatThrownBy(() -> model.transform(rows(TEXTS)))
        .hasMessageContaining("is of problem_type regression, expected single_label_class");
  }

  @Test
  void wrongColumnsAndModels_areNamed() {
    assertThatThrownBy(() -> model().setInputCol("body").transform(rows(TEXTS)))
        .hasMessage("inputCol: no column \"body\" among [text]");
    assertThatThrownBy(
            () ->
                model()
                    .setInputCol("n")
                    .transform(
                        rows(TEXTS).withColumn("n", functions.lit(1).cast(DataTypes.IntegerType))))
        .hasMessage("inputCol: column \"n\" is of type int, expected string");
    assertThatThrownBy(() -> model().setPredictionCol("text").transform(rows(TEXTS)))
        .hasMessage(
            "column \"text\" is there already; choose another name for it, or \"\" for none");
    assertThatThrownBy(() -> new AfinaClassifierModel().transform(rows(TEXTS)))
        .hasMessageStartingWith("model: none given; call setModel(...)");
    assertThatThrownBy(
            () -> new AfinaClassifierModel().setModel("/nowhere/at/all").transform(rows(TEXTS)))
        .hasMessageStartingWith("java.io.IOException: model \"/nowhere/at/all\": ");
    assertThatThrownBy(
            () -> new AfinaClassifierModel().setModel("sparkfiles:gone").transform(rows(TEXTS)))
        .hasMessageContaining("no folder \"gone\" among Spark's files; call addArchive(");
    assertThatThrownBy(
            () ->
                new AfinaClassifierModel()
                    .setModel(TinyModels.MULTI_LABEL_CLASSIFIER)
                    .transform(rows(TEXTS)))
        .hasMessageContaining("is of problem_type multi_label_classification");
    assertThatThrownBy(() -> model().setPrecision("half").transform(rows(TEXTS)))
        .hasMessageStartingWith("precision: expected one of [float32, ")
        .hasMessageEndingWith(", got \"half\"");
  }
}
