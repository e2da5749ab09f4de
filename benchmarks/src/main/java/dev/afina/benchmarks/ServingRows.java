package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.io.IOException;

/** What a service does beside plain predictions. */
final class ServingRows {
  private static final int LONG_TOKENS = 256;
  private static final int LONG_CALLERS = 8;
  private static final double LOGIT_TOLERANCE = 1e-4;

  private static final int PASSES = 50;
  private static final int DROPOUT_TEXTS = 32;
  private static final int GATE_PASSES = 400;

  /** Five standard errors of the difference of two means of 400 passes that deviate by 0.14. */
  private static final double MEAN_TOLERANCE = 0.05;

  private ServingRows() {}

  /** Short texts of 8 callers: beside 8 callers with texts of 100,000 characters, and alone. */
  static Outcome mixedLengths(Lab lab) throws IOException {
    Texts texts = lab.data().take(BenchData.Source.EMOTION_TEST, lab.scale().testTexts());
    JsonObject request =
        Json.object(
            "do",
            "prepare",
            "task",
            "mixed",
            "model",
            lab.start(texts, LONG_TOKENS),
            "data",
            texts.file(),
            "longCallers",
            0);
    try (Child mixed = lab.ours();
        Child alone = lab.ours()) {
      alone.ask(request);
      request.addProperty("longCallers", LONG_CALLERS);
      mixed.ask(request);
      JsonObject gate = Json.object("do", "gate");
      String agreed =
          Gate.agree(
              "each logit of each short text",
              Json.doubles(mixed.ask(gate).get("logits")),
              Json.doubles(alone.ask(gate).get("logits")),
              LOGIT_TOLERANCE);
      return new Outcome(
          Comparison.alternate(
              p99("Afina, beside long texts, p99", mixed),
              p99("Afina, short texts alone, p99", alone),
              lab.scale().rounds(),
              (i, a, b) -> lab.log("  round %d: %.1f ms, alone %.1f", i, a, b)),
          agreed);
    }
  }

  /** Passes with dropout, against the same by transformers, all passes of a text as one batch. */
  static Outcome dropout(Lab lab) throws IOException {
    Texts texts =
        lab.data()
            .take(BenchData.Source.EMOTION_TEST, Math.min(DROPOUT_TEXTS, lab.scale().testTexts()));
    JsonObject request =
        Json.object(
            "do",
            "prepare",
            "task",
            "dropout",
            "model",
            lab.fineTuned(),
            "data",
            texts.file(),
            "maxTokens",
            Lab.MAX_TOKENS,
            "passes",
            PASSES);
    try (Child ours = lab.ours();
        Child peer = lab.python().start()) {
      ours.ask(request);
      peer.ask(request);
      JsonObject gate = Json.object("do", "gate", "passes", GATE_PASSES);
      String agreed =
          Gate.agree(
              "mean score of each label of each text over " + GATE_PASSES + " passes",
              Json.doubles(ours.ask(gate).get("scores")),
              PredictionRows.flat(peer.ask(gate)),
              MEAN_TOLERANCE);
      return new Outcome(
          Comparison.alternate(
              PredictionRows.speed("Afina", ours),
              PredictionRows.speed("transformers in train mode, one batch per text", peer),
              lab.scale().rounds(),
              (i, a, b) -> lab.log("  round %d: %.1f texts/s, the peer %.1f", i, a, b)),
          agreed);
    }
  }

  private static Side p99(String name, Child child) {
    return Side.of(name, () -> child.ask(Json.object("do", "round")).get("p99").getAsDouble());
  }
}
