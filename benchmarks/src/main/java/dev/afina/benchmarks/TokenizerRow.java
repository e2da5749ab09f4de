package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * From texts to token ids on all cores: the WordPiece of MiniLM in the row, and beside it a
 * byte-level BPE and a Unigram model that the peer trains on the same texts.
 */
final class TokenizerRow {
  private static final int PIECES = 8_000;
  private static final double MEGABYTE = 1e6;

  private TokenizerRow() {}

  static Outcome measure(Lab lab) throws IOException {
    Texts texts = lab.data().take(BenchData.Source.IMDB, lab.scale().testTexts());
    Outcome wordPiece = measure(lab, "WordPiece", texts, lab.start(texts, Lab.MAX_TOKENS));
    JsonObject details = new JsonObject();
    for (String kind : new String[] {"BPE", "Unigram"}) {
      Path folder = Files.createDirectories(lab.file("tokenizer-" + kind));
      lab.askPython(
          Json.object(
              "do",
              "tokenizer",
              "kind",
              kind,
              "data",
              texts.file(),
              "folder",
              folder,
              "pieces",
              PIECES));
      Comparison figures = measure(lab, kind, texts, folder).figures();
      details.addProperty(kind + ", Afina", figures.ours().median());
      details.addProperty(kind + ", tokenizers", figures.peer().median());
    }
    return new Outcome(wordPiece.figures(), wordPiece.gate(), details);
  }

  private static Outcome measure(Lab lab, String kind, Texts texts, Path model) throws IOException {
    JsonObject request =
        Json.object("do", "prepare", "task", "tokenize", "model", model, "data", texts.file());
    JsonObject gate = Json.object("do", "gate");
    try (Child ours = lab.ours();
        Child peer = lab.python().start()) {
      ours.ask(request);
      peer.ask(request);
      String agreed =
          Gate.agree(
              "each token id of each text",
              Json.doubles(ours.ask(gate).get("ids")),
              Json.doubles(peer.ask(gate).get("ids")),
              0);
      Comparison figures =
          Comparison.alternate(
              speed("Afina", ours),
              speed("tokenizers (Python), encode_batch_fast", peer),
              lab.scale().rounds(),
              (i, a, b) -> lab.log("  %s, round %d: %.2f MB/s, the peer %.2f", kind, i, a, b));
      return new Outcome(figures, agreed);
    }
  }

  private static Side speed(String name, Child child) {
    return Side.of(
        name,
        () -> {
          JsonObject round = child.ask(Json.object("do", "round"));
          return round.get("bytes").getAsDouble() / MEGABYTE / round.get("seconds").getAsDouble();
        });
  }
}
