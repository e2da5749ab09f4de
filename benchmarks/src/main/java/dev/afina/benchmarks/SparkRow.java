package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Scoring on Spark's local mode, against one call without Spark; both ours.
 *
 * <p>Spark is started with the class path that the build of the module {@code spark} has left in
 * its folder {@code target}, so this program's jar does not carry it.
 */
final class SparkRow {
  private static final int COPIES = 4; // of the tweets, so that a round takes longer than a job
  private static final double SCORE_TOLERANCE = 1e-5;

  private SparkRow() {}

  /** Texts a second on all cores, by both. */
  static Outcome score(Lab lab) throws IOException {
    JsonObject request = PredictionRows.request(lab);
    request.addProperty("data", copies(lab).toString());
    try (Child spark = Child.start("Spark", command(target()), Map.of());
        Child plain = lab.ours()) {
      spark.ask(request);
      plain.ask(request);
      JsonObject gate = Json.object("do", "gate");
      String agreed =
          Gate.agree(
              "score of each label of each text",
              Json.doubles(spark.ask(gate).get("scores")),
              Json.doubles(plain.ask(gate).get("scores")),
              SCORE_TOLERANCE);
      return new Outcome(
          Comparison.alternate(
              PredictionRows.speed("Afina on Spark, local mode", spark),
              PredictionRows.speed("Afina, one call", plain),
              lab.scale().rounds(),
              (i, a, b) -> lab.log("  round %d: %.1f texts/s, without Spark %.1f", i, a, b)),
          agreed);
    }
  }

  private static Path copies(Lab lab) throws IOException {
    List<String> tweets = Files.readAllLines(PredictionRows.texts(lab).file());
    List<String> all = new ArrayList<>();
    for (int i = 0; i < COPIES; i++) {
      all.addAll(tweets);
    }
    return Files.write(lab.file("spark-score.jsonl"), all);
  }

  /** The folder {@code spark/target} of the checkout that this program was built in. */
  private static Path target() throws IOException {
    try {
      Path jar =
          Path.of(SparkRow.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.resolve("../../../spark/target").normalize();
    } catch (URISyntaxException e) {
      throw new IOException("spark-score: where is this program's jar? " + e.getMessage(), e);
    }
  }

  private static List<String> command(Path target) throws IOException {
    Path classPath = target.resolve("test-classpath.txt");
    if (!Files.isRegularFile(classPath)) {
      throw new NoSuchFileException(
          classPath
              + ": no such file; spark-score runs in a checkout after ./mvnw -DskipTests package");
    }
    Path tests = target.resolve("test-classes");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(Files.readString(tests.resolve("java.options")).strip().split(" +")));
    command.add("-cp");
    command.add(
        String.join(
            System.getProperty("path.separator"),
            tests.toString(),
            target.resolve("classes").toString(),
            Files.readString(classPath).strip()));
    command.add("dev.afina.spark.ScoringPeer");
    return command;
  }
}
