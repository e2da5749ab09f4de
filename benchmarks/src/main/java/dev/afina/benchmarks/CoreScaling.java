package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What more cores bring: training at a batch of 64 and prediction of a list, ours alone, with 1, 2,
 * 4, … workers in turns.
 *
 * <p>Beside each speed-up stands the one that Amdahl's law expects of the share that two workers
 * have shown to run on both.
 */
final class CoreScaling {
  private static final int BATCH = 64;
  private static final int GATE_STEPS = 3;
  private static final double LOSS_TOLERANCE = 2e-4;

  private final Lab lab;
  private final List<Integer> counts;

  /**
   * @param cores of this machine
   */
  CoreScaling(Lab lab, int cores) {
    this.lab = lab;
    this.counts = counts(cores);
  }

  /** 1, 2, 4, … and all. */
  static List<Integer> counts(int cores) {
    List<Integer> counts = new ArrayList<>();
    for (int n = 1; n < cores; n *= 2) {
      counts.add(n);
    }
    counts.add(cores);
    return counts;
  }

  /**
   * The share of the work that runs on all workers, by what two of them bring; in [0, 1].
   *
   * @param speedUp of two workers
   */
  static double parallelShare(double speedUp) {
    return Math.min(1, Math.max(0, 2 * (1 - 1 / speedUp)));
  }

  /** Amdahl's law. */
  static double expected(double parallelShare, int workers) {
    return 1 / (1 - parallelShare + parallelShare / workers);
  }

  /**
   * Measures training, then prediction.
   *
   * @throws GateFailedException if losses or logits depend on the number of workers
   */
  JsonObject measure() throws IOException {
    JsonObject training = TrainingRow.standard("", TrainingSetting.EMOTION).request(lab);
    training.addProperty("batchSize", BATCH);
    JsonObject prediction = PredictionRows.request(lab);
    return Json.object(
        "training", work("training, batch 64", training),
        "prediction", work("prediction of a list", prediction));
  }

  private JsonObject work(String name, JsonObject request) throws IOException {
    List<Child> children = new ArrayList<>();
    try {
      for (int n : counts) {
        Child child = lab.ours("-Dafina.workers=" + n);
        children.add(child);
        child.ask(request);
      }
      String agreed = agreed(request, children);
      List<List<Double>> speeds = new ArrayList<>();
      counts.forEach(n -> speeds.add(new ArrayList<>()));
      for (int round = 1; round <= lab.scale().rounds(); round++) {
        for (int i = 0; i < counts.size(); i++) {
          double speed = PredictionRows.speed("", children.get(i)).round();
          speeds.get(i).add(speed);
          lab.log("  %s, round %d, %d workers: %.1f texts/s", name, round, counts.get(i), speed);
        }
      }
      return Json.object("work", name, "gate", agreed, "workers", rows(speeds));
    } finally {
      children.forEach(Child::close);
    }
  }

  private String agreed(JsonObject request, List<Child> children) throws IOException {
    boolean trains = request.get("task").getAsString().equals("train");
    String member = trains ? "losses" : "logits";
    JsonObject gate =
        trains ? Json.object("do", "gate", "steps", GATE_STEPS) : Json.object("do", "gate");
    double[] ofOne = Json.doubles(children.get(0).ask(gate).get(member));
    String agreed = "one worker by itself";
    for (int i = 1; i < counts.size(); i++) {
      agreed =
          Gate.agree(
              member + " of " + counts.get(i) + " workers and of one",
              Json.doubles(children.get(i).ask(gate).get(member)),
              ofOne,
              trains ? LOSS_TOLERANCE : PredictionRows.LOGIT_TOLERANCE);
    }
    return agreed;
  }

  private JsonArray rows(List<List<Double>> speeds) {
    List<Series> series = speeds.stream().map(values -> new Series("Afina", values)).toList();
    double one = series.get(0).median();
    JsonArray rows = new JsonArray();
    for (int i = 0; i < counts.size(); i++) {
      JsonObject row =
          Json.object(
              "workers", counts.get(i),
              "textsPerSecond", series.get(i).json(),
              "speedUp", series.get(i).median() / one);
      if (i > 0) {
        double share = parallelShare(series.get(1).median() / one);
        row.addProperty("expected", expected(share, counts.get(i)));
      }
      rows.add(row);
    }
    return rows;
  }

  /** What was measured, as a table for people. */
  static String table(JsonObject measured) {
    StringBuilder table = new StringBuilder();
    for (String work : List.of("training", "prediction")) {
      JsonObject part = measured.getAsJsonObject(work);
      table.append(part.get("work").getAsString()).append('\n');
      for (var element : part.getAsJsonArray("workers")) {
        JsonObject row = element.getAsJsonObject();
        table.append(
            String.format(
                Locale.ROOT,
                "  %3d workers %9.1f texts/s   %5.2f times one%s%n",
                row.get("workers").getAsInt(),
                row.getAsJsonObject("textsPerSecond").get("median").getAsDouble(),
                row.get("speedUp").getAsDouble(),
                row.has("expected")
                    ? String.format(
                        Locale.ROOT, ", by two workers %.2f", row.get("expected").getAsDouble())
                    : ""));
      }
    }
    return table.toString();
  }
}
