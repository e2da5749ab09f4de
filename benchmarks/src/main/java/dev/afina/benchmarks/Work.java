package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.data.Dataset;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.TextPair;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How much a pass over some texts has to compute.
 *
 * @param texts B
 * @param tokens T, the real ones
 * @param squares the sum of the squares of the texts' lengths
 * @param flops useful floating point operations of training on each text once
 */
record Work(int texts, long tokens, long squares, double flops) {

  /** The sizes of an encoder and its head that decide about its work. */
  record Size(int layers, int hidden, int feedForward, int labels) {}

  /** The work of a model folder with these texts; of BERT only, whose operations are known. */
  static Optional<Work> of(Path model, Dataset data, int maxTokens) {
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      JsonObject config =
          JsonParser.parseString(Files.readString(model.resolve("config.json"))).getAsJsonObject();
      if (!config.get("model_type").getAsString().equals("bert")) {
        return Optional.empty();
      }
      List<TextPair> texts = data.stream().map(e -> new TextPair(e.text(), e.pair())).toList();
      int[] lengths =
          tokenizer.encodeAll(texts, maxTokens).stream().mapToInt(Encoding::size).toArray();
      return Optional.of(of(size(config), lengths));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Three times the forward pass, whose operations are two a multiplication. Counted are the linear
   * layers and the products of attention, and only what Afina computes: in the last layer queries,
   * output and feed-forward of each text's first token alone.
   */
  static Work of(Size size, int[] lengths) {
    long tokens = 0;
    long squares = 0;
    for (int length : lengths) {
      tokens += length;
      squares += (long) length * length;
    }
    double texts = lengths.length;
    double h = size.hidden;
    double keysAndValues = 2 * h * h;
    double rest = 2 * h * h + 2 * h * size.feedForward; // queries, output, feed-forward
    double inner = 6 * (keysAndValues + rest) * tokens + 12 * h * squares;
    double last = 6 * (keysAndValues * tokens + rest * texts) + 12 * h * tokens;
    double head = 6 * texts * (h * h + h * size.labels);
    return new Work(lengths.length, tokens, squares, (size.layers - 1) * inner + last + head);
  }

  JsonObject json() {
    return Json.object("texts", texts, "tokens", tokens, "squares", squares, "flops", flops);
  }

  private static Size size(JsonObject config) {
    return new Size(
        config.get("num_hidden_layers").getAsInt(),
        config.get("hidden_size").getAsInt(),
        config.get("intermediate_size").getAsInt(),
        config.getAsJsonObject("id2label").size());
  }
}
