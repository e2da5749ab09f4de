package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * From texts to token ids on all cores: the WordPiece of MiniLM in the row, and beside it a
 * byte-level BPE and a Unigram model that the peer trains on the same texts. Of each also what
 * Afina makes with the native library, which it uses for what does not run in Java.
 */
final class TokenizerRow {
  private static final int PIECES = 8_000;
  private static final double MEGABYTE = 1e6;
  private static final String ONLY_NATIVE = "-Dafina.javaTokenizer=false";

  private TokenizerRow() {}

  static Outcome measure(Lab lab) throws IOException {
    Texts texts = lab.data().take(BenchData.Source.IMDB, lab.scale().testTexts());
    Outcome wordPiece = measure(lab, "WordPiece", texts, lab.start(texts, Lab.MAX_TOKENS));
    JsonObject details = wordPiece.details().deepCopy();
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
      Outcome outcome = measure(lab, kind, texts, folder);
      details.addProperty(kind + ", Afina", outcome.figures().ours().median());
      details.addProperty(kind + ", tokenizers", outcome.figures().peer().median());
      outcome.details().asMap().forEach(details::add);
    }
    return new Outcome(wordPiece.figures(), wordPiece.gate(), details);
  }

  private static Outcome measure(Lab lab, String kind, Texts texts, Path model) throws IOException {
    JsonObject request =
        Json.object("do", "prepare", "task", "tokenize", "model", model, "data", texts.file());
    JsonObject gate = Json.object("do", "gate");
    try (Child ours = lab.ours();
        Child library = lab.ours(ONLY_NATIVE);
        Child peer = lab.python().start()) {
      ours.ask(request);
      library.ask(request);
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
      Comparison natives =
          Comparison.alternate(
              speed("Afina", ours),
              speed("the native library", library),
              lab.scale().rounds(),
              (i, a, b) -> lab.log("  %s, round %d: %.2f MB/s, native %.2f", kind, i, a, b));
      JsonObject details = new JsonObject();
      details.addProperty(kind + ", native library", natives.peer().median());
      return new Outcome(figures, agreed, details);
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
