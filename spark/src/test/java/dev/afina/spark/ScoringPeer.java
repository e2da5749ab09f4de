package dev.afina.spark;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The other end of the benchmarks' row {@code spark-score}: answers a line of JSON with a line of
 * JSON. "prepare" reads texts and opens the model, "gate" tells all probabilities, "round" scores
 * the texts once.
 */
final class ScoringPeer {
  private static final int WARM_UPS = 2;

  private final Dataset<Row> rows;
  private final AfinaClassifierModel model;
  private final long texts;

  private ScoringPeer(SparkSession spark, JsonObject request, int cores) {
    this.rows =
        spark
            .read()
            .json(request.get("data").getAsString())
            .withColumn("row", functions.monotonically_increasing_id())
            .repartition(cores)
            .cache();
    this.texts = rows.count();
    this.model = new AfinaClassifierModel().setModel(request.get("model").getAsString());
    for (int i = 0; i < WARM_UPS; i++) {
      JsonObject unused = round();
    }
  }

  /** Serves standard input; whatever else is printed goes to standard error. */
  public static void main(String... args) throws IOException {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    int cores = Runtime.getRuntime().availableProcessors();
    try (SparkSession spark = LocalSpark.start(cores);
        BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      ScoringPeer peer = null;
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        JsonObject request = JsonParser.parseString(line).getAsJsonObject();
        String what = request.get("do").getAsString();
        if (what.equals("quit")) {
          break;
        }
        if (peer == null) { // "prepare" comes first
          peer = new ScoringPeer(spark, request, cores);
          answers.println(new JsonObject());
        } else {
          answers.println(what.equals("gate") ? peer.gate() : peer.round());
        }
      }
    }
    SharedModels.closeUnused();
  }

  private JsonObject gate() {
    List<Row> scored = model.transform(rows).orderBy("row").select("probability").collectAsList();
    JsonArray all = new JsonArray();
    for (Row row : scored) {
      for (double probability : row.<Vector>getAs(0).toArray()) {
        all.add(probability);
      }
    }
    JsonObject answer = new JsonObject();
    answer.add("scores", all);
    return answer;
  }

  private JsonObject round() {
    long begun = System.nanoTime();
    long scored = model.transform(rows).agg(functions.count("prediction")).first().getLong(0);
    JsonObject answer = new JsonObject();
    answer.addProperty("seconds", (System.nanoTime() - begun) / 1e9);
    answer.addProperty("texts", scored);
    if (scored != texts) {
      answer.addProperty("error", "scored " + scored + " of " + texts + " texts");
    }
    return answer;
  }
}
