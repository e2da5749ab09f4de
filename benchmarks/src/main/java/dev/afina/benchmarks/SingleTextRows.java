package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import dev.afina.Precision;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One text a call, against ONNX Runtime: median and p99 of the calls. The same is measured for a
 * caller who pauses for a few milliseconds, when threads have gone to sleep, and while another
 * program keeps a core busy.
 */
final class SingleTextRows {
  /** Of weights rounded to 11 bits. */
  private static final double FLOAT16_TOLERANCE = 0.02;

  private static final int PAUSE = 5;
  private static final int LONG_TEXTS = 400;

  private SingleTextRows() {}

  /** Our JVM. */
  enum Java {
    /** Without options: PyTorch computes. */
    AS_IT_COMES,
    /** With the Vector API, by which Java computes short texts. */
    VECTORS;

    String[] options() {
      return this == VECTORS
          ? new String[] {"--add-modules=jdk.incubator.vector"}
          : new String[] {};
    }

    /**
     * Looks at the threads of the Vector API, which are there once it has computed a text on
     * several cores.
     *
     * @throws GateFailedException if they are not as they should be
     */
    void check(Child ours) throws IOException {
      JsonObject gate = ours.ask(Json.object("do", "gate"));
      boolean hasHelper = gate.get("threads").toString().contains("\"afina-vector-0\"");
      if (this == VECTORS && !hasHelper) {
        throw new GateFailedException(
            "Java computed no text on several cores: no thread afina-vector-0; expected one if there are two cores or more");
      }
      if (this == AS_IT_COMES && hasHelper) {
        throw new GateFailedException(
            "a thread afina-vector-0 computes texts; expected a JVM without the Vector API");
      }
    }
  }

  /**
   * Tweets as they are.
   *
   * @param java what computes them on our side
   */
  static Outcome tweets(Lab lab, Java java) throws IOException {
    return againstFloat32(lab, PredictionRows.request(lab), PredictionRows.LOGIT_TOLERANCE, java);
  }

  /**
   * Texts of so many tokens: tweets joined until they are long enough, and cut.
   *
   * @param java what computes them on our side
   */
  static Outcome ofTokens(Lab lab, int tokens, Java java) throws IOException {
    JsonObject request = PredictionRows.request(lab);
    request.addProperty("data", joined(lab, tokens).toString());
    request.addProperty("maxTokens", tokens);
    return againstFloat32(lab, request, PredictionRows.LOGIT_TOLERANCE, java);
  }

  /** Tweets in 8 bits, against ONNX Runtime's 8 bits. */
  static Outcome int8(Lab lab) throws IOException {
    try (Child ours = lab.ours();
        Child peer = lab.onnx()) {
      JsonObject request = single(PredictionRows.request(lab));
      request.addProperty("precision", Precision.INT8.name());
      String name = PredictionRows.prepare(lab, ours, peer, request, "int8");
      String accuracies =
          "accuracy %.2f %%, the peer's int8 %.2f %%"
              .formatted(
                  100 * PredictionRows.accuracy(lab, ours),
                  100 * PredictionRows.accuracy(lab, peer));
      return measured(lab, ours, peer, request, "int8", name, accuracies);
    }
  }

  /** Tweets with weights of 16 bits on our side. */
  static Outcome float16Weights(Lab lab) throws IOException {
    JsonObject request = PredictionRows.request(lab);
    request.addProperty("precision", Precision.FLOAT16_WEIGHTS.name());
    return againstFloat32(lab, request, FLOAT16_TOLERANCE, Java.AS_IT_COMES);
  }

  private static Outcome againstFloat32(Lab lab, JsonObject batched, double tolerance, Java java)
      throws IOException {
    try (Child ours = lab.ours(java.options());
        Child peer = lab.onnx()) {
      JsonObject request = single(batched);
      String name = PredictionRows.prepare(lab, ours, peer, request, "float32");
      String agreed = PredictionRows.logitsAgree(ours, peer, tolerance);
      java.check(ours);
      return measured(lab, ours, peer, request, "float32", name, agreed);
    }
  }

  private static JsonObject single(JsonObject batched) {
    JsonObject request = batched.deepCopy();
    request.addProperty("mode", "single");
    return request;
  }

  private static Outcome measured(
      Lab lab,
      Child ours,
      Child peer,
      JsonObject request,
      String precisionOfPeer,
      String name,
      String agreed)
      throws IOException {
    Calls our = new Calls(ours);
    Calls theirs = new Calls(peer);
    Comparison figures =
        Comparison.alternate(
            Side.of("Afina, p50", our::p50),
            Side.of(name + ", p50", theirs::p50),
            lab.scale().rounds(),
            (i, a, b) -> lab.log("  round %d: %.2f ms, the peer %.2f", i, a, b));
    JsonObject details = Json.object("p99", our.medianP99(), "p99Peer", theirs.medianP99());
    JsonObject paused = request.deepCopy();
    paused.addProperty("pause", PAUSE);
    PredictionRows.prepare(lab, ours, peer, paused, precisionOfPeer);
    add(details, "AfterPause", Calls.one(ours));
    add(details, "AfterPausePeer", Calls.one(peer));
    try (BusyCore other = BusyCore.start()) {
      PredictionRows.prepare(lab, ours, peer, request, precisionOfPeer);
      add(details, "Busy", Calls.one(ours));
      Calls all = Calls.one(peer);
      JsonObject single = request.deepCopy();
      single.addProperty("threads", 1);
      PredictionRows.prepare(lab, ours, peer, single, precisionOfPeer);
      Calls one = Calls.one(peer);
      add(details, "BusyPeer", one.lastP50 < all.lastP50 ? one : all);
    }
    return new Outcome(figures, agreed, details);
  }

  private static void add(JsonObject details, String when, Calls calls) {
    details.addProperty("p50" + when, calls.lastP50);
    details.addProperty("p99" + when, calls.medianP99());
  }

  /** The rounds of one side. */
  private static final class Calls {
    private final Child child;
    private final List<Double> p99 = new ArrayList<>();
    private double lastP50;

    Calls(Child child) {
      this.child = child;
    }

    /** A single round. */
    static Calls one(Child child) throws IOException {
      Calls calls = new Calls(child);
      double unused = calls.p50();
      return calls;
    }

    double p50() throws IOException {
      JsonObject round = child.ask(Json.object("do", "round"));
      p99.add(round.get("p99").getAsDouble());
      lastP50 = round.get("p50").getAsDouble();
      return lastP50;
    }

    double medianP99() {
      return new Series("p99", p99).median();
    }
  }

  private static Path joined(Lab lab, int tokens) throws IOException {
    Dataset tweets = Dataset.jsonLines(PredictionRows.texts(lab).file());
    List<String> lines = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int words = 0;
    for (Example tweet : tweets) {
      text.append(text.isEmpty() ? "" : " ").append(tweet.text());
      words += tweet.text().split(" ").length;
      if (words >= tokens) { // a word is a token or more
        lines.add(Json.object("text", text.toString(), "label", tweet.label()).toString());
        text.setLength(0);
        words = 0;
      }
    }
    Path file = lab.file("joined-%d.jsonl".formatted(tokens));
    Files.write(file, lines.subList(0, Math.min(LONG_TEXTS, lines.size())));
    return file;
  }
}
