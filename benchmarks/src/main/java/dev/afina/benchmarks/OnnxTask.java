package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Predicts texts by ONNX Runtime, with the fastest of the graphs and batch sizes that there are;
 * its preparation tries them all.
 */
final class OnnxTask implements Task {
  private static final List<Integer> BATCHES = List.of(32, 64);

  private final List<String> texts;
  private final String mode;
  private final SingleCalls calls;
  private final OnnxModel model;
  private final Path graph;
  private final int batchSize;

  /** Tries the graphs, and keeps the best. */
  OnnxTask(JsonObject options) throws IOException {
    this.texts =
        Dataset.jsonLines(Path.of(options.get("data").getAsString())).stream()
            .map(Example::text)
            .toList();
    this.mode = Json.text(options, "mode", "batched");
    this.calls = new SingleCalls(Json.number(options, "pause", 0));
    List<Integer> batches = mode.equals("single") ? List.of(1) : BATCHES;
    Best best = null;
    for (JsonElement candidate : options.getAsJsonArray("graphs")) {
      Path file = Path.of(candidate.getAsString());
      OnnxModel tried =
          new OnnxModel(
              file,
              Path.of(options.get("model").getAsString(), "tokenizer.json"),
              options.get("maxTokens").getAsInt(),
              Json.number(options, "threads", 0));
      Best found = best(tried, file, batches);
      if (best == null || found.seconds < best.seconds) {
        close(best);
        best = found;
      } else {
        tried.close();
      }
    }
    Best chosen = Objects.requireNonNull(best, "graphs: expected 1 or more");
    this.model = chosen.model;
    this.graph = chosen.graph;
    this.batchSize = chosen.batchSize;
  }

  @Override
  public JsonObject description() {
    String name = String.valueOf(graph.getFileName()).replace(".onnx", "");
    return Json.object("graph", name, "batchSize", batchSize);
  }

  @Override
  public JsonObject gate(JsonObject request) throws IOException {
    JsonArray logits = new JsonArray();
    for (float[] row : model.logits(texts, batchSize)) {
      for (float logit : row) {
        logits.add(logit);
      }
    }
    return Json.object("logits", logits);
  }

  @Override
  public JsonObject round() throws IOException {
    if (mode.equals("single")) {
      return calls.measure(texts, text -> label(model.logits(List.of(text), 1)[0]));
    }
    return Json.object("seconds", seconds(model, batchSize), "texts", texts.size());
  }

  @Override
  public void close() {
    model.close();
  }

  /** A graph and the batch size that suits it. */
  private record Best(OnnxModel model, Path graph, int batchSize, double seconds) {}

  private Best best(OnnxModel tried, Path file, List<Integer> batches) throws IOException {
    seconds(tried, batches.get(0)); // warms up
    Best best = new Best(tried, file, 0, Double.POSITIVE_INFINITY);
    for (int batch : batches) {
      double seconds = Math.min(seconds(tried, batch), seconds(tried, batch));
      if (seconds < best.seconds) {
        best = new Best(tried, file, batch, seconds);
      }
    }
    return best;
  }

  private static void close(@Nullable Best best) {
    if (best != null) {
      best.model.close();
    }
  }

  private double seconds(OnnxModel tried, int batch) throws IOException {
    long begun = System.nanoTime();
    for (float[] row : tried.logits(texts, batch)) {
      label(row);
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  private static int label(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
