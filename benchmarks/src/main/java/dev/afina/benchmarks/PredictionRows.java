package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import dev.afina.Precision;
import dev.afina.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Prediction of the test texts, from strings to labels, by the model that was fine-tuned on
 * emotion.
 */
final class PredictionRows {
  static final double LOGIT_TOLERANCE = 1e-4;
  private static final double SCORE_TOLERANCE = 1e-5;
  private static final double INT8_POINTS = 0.5;

  private PredictionRows() {}

  /** All in one call, against the pipeline. */
  static Outcome pipeline(Lab lab) throws IOException {
    try (Child ours = lab.ours();
        Child peer = lab.python().start()) {
      JsonObject request = request(lab);
      request.addProperty("batchSize", 32);
      ours.ask(request);
      peer.ask(request);
      JsonObject gate = Json.object("do", "gate");
      String agreed =
          Gate.agree(
              "score of each label of each text",
              Json.doubles(ours.ask(gate).get("scores")),
              flat(peer.ask(gate)),
              SCORE_TOLERANCE);
      return new Outcome(
          speeds(lab, speed("Afina", ours), speed("HF pipeline, batch 32", peer)), agreed);
    }
  }

  /** All in one call, against ONNX Runtime. */
  static Outcome onnx(Lab lab) throws IOException {
    return onnx(lab, lab.fineTuned());
  }

  /** The same by a model of a family with random weights. */
  static Outcome family(Lab lab, String family) throws IOException {
    return onnx(lab, lab.family(texts(lab), family));
  }

  private static Outcome onnx(Lab lab, Path model) throws IOException {
    try (Child ours = lab.ours();
        Child peer = lab.onnx()) {
      String name = prepare(lab, ours, peer, request(lab, model), "float32");
      String agreed = logitsAgree(ours, peer);
      return new Outcome(speeds(lab, speed("Afina", ours), speed(name, peer)), agreed);
    }
  }

  /** All in one call in 8-bit integers, against ONNX Runtime's dynamic quantization. */
  static Outcome int8(Lab lab) throws IOException {
    double exact;
    try (Child ours = lab.ours()) {
      ours.ask(request(lab));
      exact = accuracy(lab, ours);
    }
    try (Child ours = lab.ours();
        Child peer = lab.onnx()) {
      JsonObject request = request(lab);
      request.addProperty("precision", Precision.INT8.name());
      String name = prepare(lab, ours, peer, request, "int8");
      double rounded = accuracy(lab, ours);
      double ofPeer = accuracy(lab, peer);
      String accuracies =
          String.format(
              Locale.ROOT,
              "accuracy %.2f %% in int8, %.2f %% in fp32, limit %.1f points; the peer's int8 %.2f %%",
              100 * rounded,
              100 * exact,
              INT8_POINTS,
              100 * ofPeer);
      if (100 * Math.abs(exact - rounded) > INT8_POINTS) {
        throw new GateFailedException(accuracies);
      }
      return new Outcome(
          speeds(lab, speed("Afina, int8", ours), speed(name, peer)),
          accuracies,
          Json.object("accuracyInt8", rounded, "accuracyFloat32", exact, "accuracyPeer", ofPeer));
    }
  }

  /** One text a call from 16 threads, against all in one call; both ours. */
  static Outcome concurrent(Lab lab) throws IOException {
    try (Child threads = lab.ours();
        Child batched = lab.ours()) {
      JsonObject request = request(lab);
      batched.ask(request);
      request.addProperty("mode", "threads");
      threads.ask(request);
      String agreed = logitsAgree(threads, batched);
      return new Outcome(
          speeds(
              lab,
              speed("Afina, 16 threads, a text a call", threads),
              speed("Afina, one call", batched)),
          agreed);
    }
  }

  /** What both sides predict, by the model that was fine-tuned. */
  static JsonObject request(Lab lab) throws IOException {
    return request(lab, lab.fineTuned());
  }

  static JsonObject request(Lab lab, Path model) throws IOException {
    Texts texts = texts(lab);
    return Json.object(
        "do",
        "prepare",
        "task",
        "predict",
        "model",
        model,
        "data",
        texts.file(),
        "maxTokens",
        Lab.MAX_TOKENS);
  }

  static Texts texts(Lab lab) throws IOException {
    return lab.data().take(BenchData.Source.EMOTION_TEST, lab.scale().testTexts());
  }

  /** The share of the texts whose highest logit is that of their label. */
  static double accuracy(Lab lab, Child child) throws IOException {
    Texts texts = texts(lab);
    Dataset rows = Dataset.jsonLines(texts.file());
    double[] logits = Json.doubles(child.ask(Json.object("do", "gate")).get("logits"));
    int classes = texts.labels().size();
    int right = 0;
    for (int row = 0; row < rows.size(); row++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = logits[row * classes + c] > logits[row * classes + best] ? c : best;
      }
      right += texts.labels().get(best).equals(rows.get(row).label()) ? 1 : 0;
    }
    return right / (double) rows.size();
  }

  static String prepare(Lab lab, Child ours, Child peer, JsonObject request, String precision)
      throws IOException {
    JsonObject ofPeer = request.deepCopy();
    Path model = Path.of(request.get("model").getAsString());
    ofPeer.add("graphs", lab.exported(model, precision));
    ours.ask(request);
    JsonObject chosen = peer.ask(ofPeer);
    return "ONNX Runtime (Java), graph "
        + chosen.get("graph").getAsString()
        + ", batch "
        + chosen.get("batchSize").getAsInt();
  }

  private static String logitsAgree(Child ours, Child peer) throws IOException {
    return logitsAgree(ours, peer, LOGIT_TOLERANCE);
  }

  static String logitsAgree(Child ours, Child peer, double tolerance) throws IOException {
    JsonObject gate = Json.object("do", "gate");
    return Gate.agree(
        "each logit of each text",
        Json.doubles(ours.ask(gate).get("logits")),
        Json.doubles(peer.ask(gate).get("logits")),
        tolerance);
  }

  private static Comparison speeds(Lab lab, Side ours, Side peer) throws IOException {
    return Comparison.alternate(
        ours,
        peer,
        lab.scale().rounds(),
        (i, a, b) -> lab.log("  round %d: %.1f texts/s, the peer %.1f", i, a, b));
  }

  static Side speed(String name, Child child) {
    return Side.of(
        name,
        () -> {
          JsonObject round = child.ask(Json.object("do", "round"));
          return round.get("texts").getAsDouble() / round.get("seconds").getAsDouble();
        });
  }

  /** The pipeline's scores, a list a text. */
  static double[] flat(JsonObject answer) {
    return answer.getAsJsonArray("scores").asList().stream()
        .flatMapToDouble(row -> Arrays.stream(Json.doubles(row)))
        .toArray();
  }
}
