package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.Classifier;
import dev.afina.data.Example;
import dev.afina.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What takes minutes: {@code -Dafina.spark.long=true}. */
@EnabledIfSystemProperty(named = "afina.spark.long", matches = "true")
class LongSparkTest {
  @TempDir Path work;

  private AfinaClassifier estimator(String checkpoints) {
    return new AfinaClassifier()
        .setCheckpoint(work.resolve("checkpoint").toString())
        .setOutputFolder(work.resolve("models").toString())
        .setCheckpointFolder(work.resolve(checkpoints).toString())
        .setHead("replace")
        .setDropout(0.2)
        .setBatchSize(8)
        .setMaxSteps(200)
        .setSaveEvery(5)
        .setLearningRate(1e-3);
  }

  @Test
  void aKilledExecutor_costsTheStepsSinceTheLastCheckpoint_andNoBit() throws Exception {
    try (Classifier tiny = TinyModels.classifier()) {
      tiny.save(work.resolve("checkpoint"));
    }
    try (LoopbackCluster cluster = new LoopbackCluster(work, 2);
        SparkSession spark = cluster.session()) {
      Dataset<Row> rows = Questions.data(spark);
      Map<String, float[]> whole = Weights.of(estimator("whole").fit(rows).getModel());
      Thread killer =
          new Thread(() -> killWhenThere(cluster, work.resolve("killed/checkpoint-20")));
      killer.start();
      Map<String, float[]> killed = Weights.of(estimator("killed").fit(rows).getModel());
      killer.join();
      whole.forEach((key, values) -> assertThat(killed.get(key)).as(key).isEqualTo(values));
      assertThat(Files.readString(work.resolve("killed.txt"))).contains("killed executor");
    }
  }

  private void killWhenThere(LoopbackCluster cluster, Path checkpoint) {
    try {
      while (!Files.exists(checkpoint)) {
        Thread.sleep(5);
      }
      ProcessHandle executor = cluster.executors().get(1);
      boolean killed = executor.destroyForcibly(); // SIGKILL
      Files.writeString(
          work.resolve("killed.txt"),
          killed
              ? "killed executor " + executor.pid() + " at " + newest(checkpoint.getParent())
              : "no");
      System.out.println(Files.readString(work.resolve("killed.txt")));
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String newest(Path folder) throws java.io.IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList().toString();
    }
  }

  private static Dataset<Row> many(SparkSession spark, long rows, int partitions) {
    return spark
        .range(0, rows, 1, partitions)
        .select(
            functions
                .concat(
                    functions.lit("where is my new card number "),
                    functions.col("id"),
                    functions.lit("? It was sent to the "),
                    functions.col("id").mod(97),
                    functions.lit(" street two weeks ago"))
                .as("text"));
  }

  @Test
  void twoHundredThousandRows_areScoredInASmallHeap() throws Exception {
    try (LoopbackCluster cluster = new LoopbackCluster(work, 2);
        SparkSession spark = cluster.session()) {
      long begun = System.nanoTime();
      Dataset<Row> scored =
          new AfinaClassifierModel()
              .setModel(TinyModels.CLASSIFIER)
              .transform(many(spark, 200_000, 2));
      assertThat(scored.agg(functions.count("prediction")).first().getLong(0)).isEqualTo(200_000);
      System.out.printf(
          Locale.ROOT,
          "200,000 rows on 2 executors of 768 MB: %.1f s%n",
          (System.nanoTime() - begun) / 1e9);
    }
  }

  /** Scoring by Spark and by a loop take turns, on all cores, with MiniLM. */
  @Test
  void throughput_besideThePlainLoop() throws Exception {
    Path folder = work.resolve("minilm");
    int texts = Integer.getInteger("afina.spark.texts", 2_000);
    System.setProperty("ai.djl.pytorch.num_threads", "2");
    try (Classifier model =
        Classifier.builder()
            .checkpoint("classpath:all-minilm-l6-v2.onnx")
            .maxSteps(1)
            .fit(
                dev.afina.data.Dataset.of(
                    Questions.rows().stream()
                        .map(row -> Example.of(row.getString(0), row.getString(1)))
                        .toList()))) {
      model.save(folder);
    }
    try (SparkSession spark = LocalSpark.start(2);
        Classifier plain = Classifier.load(folder)) {
      AfinaClassifierModel model = new AfinaClassifierModel().setModel(folder.toString());
      Dataset<Row> rows = many(spark, texts, 2).cache();
      var examples =
          rows.collectAsList().stream().map(row -> Example.of(row.getString(0))).toList();
      double[] ratios = new double[5];
      for (int round = -1; round < ratios.length; round++) {
        double bySpark =
            seconds(
                () -> model.transform(rows).agg(functions.count("prediction")).first().getLong(0));
        double byLoop =
            seconds(() -> plain.predict(examples.stream()).filter(p -> p.index() >= 0).count());
        if (round >= 0) {
          ratios[round] = byLoop / bySpark;
        }
        System.out.printf(
            Locale.ROOT,
            "round %d: Spark %.0f texts/s, loop %.0f texts/s%n",
            round,
            texts / bySpark,
            texts / byLoop);
      }
      double median = Arrays.stream(ratios).sorted().toArray()[ratios.length / 2];
      System.out.printf(Locale.ROOT, "Spark at %.3f of the loop, median%n", median);
    }
    SharedModels.closeUnused();
  }

  private interface Counted {
    long count();
  }

  private static double seconds(Counted work) {
    long begun = System.nanoTime();
    assertThat(work.count()).isPositive();
    return Duration.ofNanos(System.nanoTime() - begun).toNanos() / 1e9;
  }
}
