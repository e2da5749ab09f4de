package dev.afina.benchmarks;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A place on the plots of scaling: training and prediction of random texts, all of one length.
 *
 * @param series what varies: "length", "batch" or "model"
 * @param x its value, as the plot shows it
 * @param length tokens of each text
 * @param batch texts of a step, and of a call
 * @param threads of both sides
 */
record Point(String series, String x, ModelSize model, int length, int batch, int threads) {
  private static final List<String> LABELS = List.of("a", "b");
  private static final int TOKENS_OF_A_ROUND = 2048;

  /**
   * The first update of a training also fetches the memory that the next ones reuse, so a round of
   * one update would measure that.
   */
  private static final int LEAST_UPDATES = 4;

  private static final int GATE_STEPS = 2;
  private static final double LOSS_TOLERANCE = 2e-4;
  private static final double SCORE_TOLERANCE = 1e-5;
  private static final double MEBIBYTE = 1 << 20;

  /** All of them, for each number of threads. */
  static List<Point> all(List<Integer> threads, boolean quick) {
    List<Point> points = new ArrayList<>();
    for (int n : threads) {
      for (int length = 16; length <= (quick ? 32 : 512); length *= 2) {
        points.add(new Point("length", Integer.toString(length), ModelSize.MINILM, length, 16, n));
      }
      for (int batch = 1; batch <= (quick ? 2 : 64); batch *= 2) {
        points.add(new Point("batch", Integer.toString(batch), ModelSize.MINILM, 32, batch, n));
      }
      for (ModelSize model : ModelSize.values()) {
        if (model != ModelSize.MINILM && (!quick || model.work() < 0.1)) {
          points.add(new Point("model", model.title(), model, 64, 16, n));
        }
      }
    }
    return points;
  }

  /**
   * Measures it with fresh processes, whose peak memory it tells too.
   *
   * @throws GateFailedException if losses or scores do not agree
   */
  JsonObject measure(Lab lab) throws IOException {
    Path model = lab.random(new Texts(lab.fewTexts(LABELS), LABELS), model());
    Path data = lab.file("texts-%d-%d.jsonl".formatted(length, texts()));
    lab.askPython(
        Json.object(
            "do", "texts",
            "tokenizer", model,
            "tokens", length,
            "count", texts(),
            "labels", LABELS,
            "seed", Lab.SEED,
            "file", data));
    try (Child ours = lab.ours("-Dai.djl.pytorch.num_threads=" + threads);
        Child peer = lab.python().start()) {
      JsonObject json =
          Json.object(
              "series", series,
              "x", x,
              "model", model().title(),
              "length", length,
              "batch", batch,
              "threads", threads);
      json.add("predict", predict(lab, ours, peer, model, data));
      json.add("train", train(lab, ours, peer, model, data));
      return json;
    }
  }

  /**
   * The figures of a measured point as tables show them: series, x, threads; texts/s of training,
   * ours, the peer's and their ratio; the same of prediction; both peaks in MiB.
   */
  static Object[] cells(JsonObject point) {
    JsonObject train = point.getAsJsonObject("train");
    JsonObject predict = point.getAsJsonObject("predict");
    return new Object[] {
      point.get("series").getAsString(),
      point.get("x").getAsString(),
      point.get("threads").getAsString(),
      median(train, "ours"),
      median(train, "peer"),
      Report.number(train.get("ratio").getAsDouble()),
      median(predict, "ours"),
      median(predict, "peer"),
      Report.number(predict.get("ratio").getAsDouble()),
      Report.number(train.get("peakMiBOurs").getAsDouble()),
      Report.number(train.get("peakMiBPeer").getAsDouble())
    };
  }

  private static String median(JsonObject work, String side) {
    return Report.number(work.getAsJsonObject(side).get("median").getAsDouble());
  }

  /** Whole batches; less for larger models, but not less than {@link #LEAST_UPDATES}. */
  private int texts() {
    double wanted = TOKENS_OF_A_ROUND / (length * Math.max(1, model.work()));
    return (int) Math.max(LEAST_UPDATES, Math.round(wanted / batch)) * batch;
  }

  private JsonObject predict(Lab lab, Child ours, Child peer, Path model, Path data)
      throws IOException {
    JsonObject request = request("predict", model, data);
    request.addProperty("mode", "chunks");
    ours.ask(request);
    peer.ask(request);
    JsonObject gate = Json.object("do", "gate");
    String agreed =
        Gate.agree(
            "score of each label of each text",
            Json.doubles(ours.ask(gate).get("scores")),
            PredictionRows.flat(peer.ask(gate)),
            SCORE_TOLERANCE);
    return measured(
        lab,
        ours,
        peer,
        PredictionRows.speed("Afina", ours),
        PredictionRows.speed("HF pipeline", peer),
        agreed);
  }

  private JsonObject train(Lab lab, Child ours, Child peer, Path model, Path data)
      throws IOException {
    JsonObject request = request("train", model, data);
    request.addProperty("learningRate", 5e-5);
    request.addProperty("seed", Lab.SEED);
    ours.ask(request);
    peer.ask(request);
    JsonObject gate = Json.object("do", "gate", "steps", GATE_STEPS);
    String agreed =
        Gate.agree(
            "loss of each of " + GATE_STEPS + " updates without dropout",
            Json.doubles(ours.ask(gate).get("losses")),
            Json.doubles(peer.ask(gate).get("losses")),
            LOSS_TOLERANCE);
    return measured(
        lab,
        ours,
        peer,
        PredictionRows.speed("Afina", ours),
        PredictionRows.speed("HF Trainer", peer),
        agreed);
  }

  private JsonObject request(String task, Path model, Path data) {
    return Json.object(
        "do", "prepare",
        "task", task,
        "model", model,
        "data", data,
        "batchSize", batch,
        "maxTokens", length,
        "threads", threads);
  }

  private static JsonObject measured(
      Lab lab, Child ours, Child peer, Side ourSide, Side peerSide, String gate)
      throws IOException {
    Comparison figures =
        Comparison.alternate(
            ourSide,
            peerSide,
            lab.scale().rounds(),
            (i, a, b) -> lab.log("  round %d: %.1f texts/s, the peer %.1f", i, a, b));
    return Json.object(
        "unit", Unit.TEXTS_PER_SECOND.symbol(),
        "ours", figures.ours().json(),
        "peer", figures.peer().json(),
        "ratio", figures.ours().median() / figures.peer().median(),
        "gate", gate,
        "peakMiBOurs", peak(ours),
        "peakMiBPeer", peak(peer));
  }

  private static double peak(Child child) throws IOException {
    JsonElement bytes = child.ask(Json.object("do", "memory")).get("bytes");
    return bytes.getAsDouble() / MEBIBYTE;
  }
}
