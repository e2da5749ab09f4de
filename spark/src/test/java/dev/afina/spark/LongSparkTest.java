package dev.afina.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.Classifier;
import dev.afina.data.Example;
import dev.afina.hub.testing.LocalHub;
import dev.afina.hub.testing.LocalRepository;
import dev.afina.testing.TinyModels;
import dev.afina.training.TrainingListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
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

  /** 320 rows to train on and 32 to evaluate on, of three labels. */
  private static List<Row> sentences() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; rows.size() < 352; i++) {
      for (Row row : Questions.rows()) {
        if (rows.size() < 352) {
          String text = row.getString(0) + " I wrote " + (i + 2) + " times about it";
          rows.add(RowFactory.create(text, row.getString(1), rows.size() >= 320));
        }
      }
    }
    return rows;
  }

  private static dev.afina.data.Dataset examples(List<Row> rows, boolean held) {
    return dev.afina.data.Dataset.of(
        rows.stream()
            .filter(row -> row.getBoolean(2) == held)
            .map(row -> Example.of(row.getString(0), row.getString(1)))
            .toList());
  }

  /** The mean loss of each epoch, and the loss of each evaluation. */
  private static final class Losses implements TrainingListener {
    final List<Double> all = new ArrayList<>();

    @Override
    public void evaluated(Evaluated evaluation) {
      all.add(Objects.requireNonNull(evaluation.metrics().get("loss")));
    }

    @Override
    public void epochEnded(Epoch epoch) {
      all.add(epoch.trainingLoss());
    }
  }

  /** 1 × 32 = 2 × 16 = 4 × 8, with MiniLM (22 million numbers), 50 updates without dropout. */
  @Test
  void oneTwoAndFourExecutors_trainTheSameMiniLm() throws Exception {
    AfinaClassifier estimator =
        estimator("unused")
            .setCheckpointFolder("")
            .setCheckpoint("classpath:all-minilm-l6-v2.onnx")
            .setHead("keep")
            .setDropout(0)
            .setBatchSize(32)
            .setMaxSteps(50)
            .setSaveEvery(0)
            .setEvaluateEvery(5)
            .setValidationIndicatorCol("held")
            .setLearningRate(2e-5);
    List<Row> sentences = sentences();
    Losses single = new Losses();
    Map<String, float[]> expected;
    try (Classifier one =
        TrainingRecipe.of(estimator.options(), "classpath:all-minilm-l6-v2.onnx")
            .validation(examples(sentences, true))
            .listener(single)
            .fit(examples(sentences, false))) {
      one.save(work.resolve("single"));
      expected = Weights.of(work.resolve("single").toString());
    }
    assertThat(single.all).hasSize(15); // five epochs, ten evaluations
    System.out.println("losses of one machine: " + single.all);
    try (LoopbackCluster cluster = new LoopbackCluster(work, 4);
        SparkSession spark = cluster.session()) {
      for (int ranks : new int[] {2, 4}) {
        Losses losses = new Losses();
        AfinaClassifierModel model =
            estimator
                .setNumWorkers(ranks)
                .setListener(losses)
                .fit(spark.createDataFrame(sentences, Questions.SCHEMA));
        double furthest = 0;
        assertThat(losses.all).hasSameSizeAs(single.all);
        for (int i = 0; i < single.all.size(); i++) {
          furthest = Math.max(furthest, Math.abs(losses.all.get(i) - single.all.get(i)));
        }
        System.out.println(ranks + " ranks: losses differ by at most " + furthest);
        assertThat(furthest).as("losses of %s ranks", ranks).isLessThan(1e-5);
        Map<String, float[]> trained = Weights.of(model.getModel());
        double apart = 0;
        for (Map.Entry<String, float[]> each : expected.entrySet()) {
          if (!each.getKey().endsWith("key.bias")) { // undetermined: softmax does not see it
            double most = apart(each.getValue(), trained.get(each.getKey()));
            if (most > apart) {
              apart = most;
              System.out.println(ranks + " ranks, " + each.getKey() + ": " + most);
            }
          }
        }
        assertThat(apart).as("weights of %s ranks", ranks).isLessThan(1e-5);
      }
    }
  }

  private static double apart(float[] one, float[] other) {
    assertThat(other).hasSameSizeAs(one);
    double most = 0;
    for (int i = 0; i < one.length; i++) {
      most = Math.max(most, Math.abs((double) one[i] - other[i]));
    }
    return most;
  }

  /** SIGSTOP: the connection stays, and nobody answers. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals there")
  void anExecutorThatHangs_isNamed_andTheTrainingGoesOn() throws Exception {
    try (Classifier tiny = TinyModels.classifier()) {
      tiny.save(work.resolve("checkpoint"));
    }
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    try (LoopbackCluster cluster = new LoopbackCluster(work, 2);
        SparkSession spark =
            cluster.session(
                Map.of(
                    "spark.network.timeout", "20s",
                    "spark.network.timeoutInterval", "5s",
                    "spark.barrier.sync.timeout", "20s",
                    "spark.executor.heartbeatInterval", "2s"))) {
      spark
          .sparkContext()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                  failures.add(end.reason().toString());
                }
              });
      Dataset<Row> rows = Questions.data(spark);
      Map<String, float[]> whole = Weights.of(estimator("whole").fit(rows).getModel());
      Path checkpoint = work.resolve("stopped/checkpoint-20");
      Thread stopper = new Thread(() -> stopWhenThere(cluster, checkpoint));
      stopper.start();
      Map<String, float[]> stopped =
          Weights.of(estimator("stopped").setTimeout(5).fit(rows).getModel());
      stopper.join();
      whole.forEach((key, values) -> assertThat(stopped.get(key)).as(key).isEqualTo(values));
      assertThat(failures)
          .as("what the tasks say")
          .anyMatch(
              reason ->
                  reason.matches(
                      "(?s).*rank \\d on 127.0.0.1:\\d+: lost rank \\d on 127.0.0.1:\\d+: no answer"
                          + " for 5 s; it hangs, or needs a longer timeout.*"));
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals there")
  void anExecutorThatHangs_isNamedByFit_whereSparkTriesNoMore() throws Exception {
    try (Classifier tiny = TinyModels.classifier()) {
      tiny.save(work.resolve("checkpoint"));
    }
    try (LoopbackCluster cluster = new LoopbackCluster(work, 2);
        SparkSession spark = cluster.session(Map.of("spark.stage.maxConsecutiveAttempts", "1"))) {
      Dataset<Row> rows = Questions.data(spark);
      Path checkpoint = work.resolve("stopped/checkpoint-20");
      Thread stopper = new Thread(() -> stopWhenThere(cluster, checkpoint));
      stopper.start();
      assertThatThrownBy(() -> estimator("stopped").setTimeout(5).fit(rows))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "the stage that trains failed: rank \\d on 127.0.0.1:\\d+: lost rank \\d on"
                  + " 127.0.0.1:\\d+: no answer for 5 s; it hangs, or needs a longer timeout"
                  + " \\(Spark: .+\\)");
      stopper.join();
    }
  }

  private static void stopWhenThere(LoopbackCluster cluster, Path checkpoint) {
    try {
      while (!Files.exists(checkpoint)) {
        Thread.sleep(5);
      }
      long executor = cluster.executors().get(1).pid();
      int code = new ProcessBuilder("kill", "-STOP", Long.toString(executor)).start().waitFor();
      System.out.println("stopped executor " + executor + ": exit code " + code);
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In a process of its own, whose environment names the Hub. */
  @Test
  void aModelOnTheHub_isFoundByNameAndCommit() throws Exception {
    try (LocalHub hub = LocalHub.start();
        Classifier tiny = TinyModels.classifier()) {
      LocalRepository repository = hub.model("acme/intents");
      tiny.save(work.resolve("model"));
      try (var files = Files.list(work.resolve("model"))) {
        for (Path file : files.toList()) {
          repository.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
      String commit = repository.commitId("main");
      repository.put("config.json", "{}".getBytes(StandardCharsets.UTF_8)); // main is broken now
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(System.getProperty("afina.spark.opens").split(" ")));
      command.addAll(
          List.of(
              "-cp",
              System.getProperty("java.class.path"),
              ScoringByReference.class.getName(),
              "acme/intents@" + commit));
      Path log = work.resolve("log.txt");
      ProcessBuilder java =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      java.environment().put("HF_ENDPOINT", hub.endpoint().toString());
      java.environment().put("HF_TOKEN", hub.token());
      java.environment().put("HF_HOME", work.resolve("hf").toString());
      java.environment().remove("HF_HUB_OFFLINE");
      java.environment().remove("HF_HUB_CACHE");
      int code = java.start().waitFor();
      assertThat(code).as(Files.readString(log)).isZero();
      assertThat(Files.readString(log)).contains("scored: where is my new card? card_arrival");
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
