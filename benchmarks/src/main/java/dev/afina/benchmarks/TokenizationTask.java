package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.TextPair;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Makes token ids of texts, all in one call and on all cores; nothing is cut. */
final class TokenizationTask implements Task {
  private static final int WARM_UPS = 2;

  private final Tokenizer tokenizer;
  private final List<TextPair> texts;
  private final long bytes;

  /** Opens the tokenizer and warms up. */
  TokenizationTask(JsonObject options) throws IOException {
    texts =
        Dataset.jsonLines(Path.of(options.get("data").getAsString())).stream()
            .map(row -> TextPair.of(row.text()))
            .toList();
    bytes = texts.stream().mapToLong(t -> t.text().getBytes(StandardCharsets.UTF_8).length).sum();
    tokenizer = Tokenizer.load(Path.of(options.get("model").getAsString()));
    for (int i = 0; i < WARM_UPS; i++) {
      round();
    }
  }

  /** The ids of all texts, one after the other. */
  @Override
  public JsonObject gate(JsonObject request) {
    JsonArray ids = new JsonArray();
    for (Encoding encoding : tokenizer.encodeAll(texts, Integer.MAX_VALUE)) {
      for (int id : encoding.ids()) {
        ids.add(id);
      }
    }
    return Json.object("ids", ids);
  }

  @Override
  public JsonObject round() {
    long begun = System.nanoTime();
    tokenizer.encodeAll(texts, Integer.MAX_VALUE);
    return Json.object("seconds", (System.nanoTime() - begun) / 1e9, "bytes", bytes);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
