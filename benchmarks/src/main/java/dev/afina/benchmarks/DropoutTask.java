package dev.afina.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.Uncertainty;
import dev.afina.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;

/** Predicts texts many times each with random elements dropped, from strings to mean scores. */
final class DropoutTask implements Task {
  private final Classifier classifier;
  private final Dataset texts;
  private final int passes;

  /** Loads the model and warms up. */
  DropoutTask(JsonObject options) throws IOException {
    this.texts = Dataset.jsonLines(Path.of(options.get("data").getAsString()));
    this.passes = options.get("passes").getAsInt();
    this.classifier = Classifier.load(Path.of(options.get("model").getAsString()));
    round();
  }

  /** The mean scores of all texts, of as many passes as are asked for. */
  @Override
  public JsonObject gate(JsonObject request) {
    JsonArray scores = new JsonArray();
    for (Uncertainty u :
        classifier.predictWithDropout(texts, request.get("passes").getAsInt(), Lab.SEED)) {
      classifier.labels().names().forEach(label -> scores.add(u.score(label)));
    }
    return Json.object("scores", scores);
  }

  @Override
  public JsonObject round() {
    long begun = System.nanoTime();
    classifier.predictWithDropout(texts, passes, Lab.SEED);
    double seconds = (System.nanoTime() - begun) / 1e9;
    return Json.object("seconds", seconds, "texts", texts.size());
  }

  @Override
  public void close() {
    classifier.close();
  }
}
