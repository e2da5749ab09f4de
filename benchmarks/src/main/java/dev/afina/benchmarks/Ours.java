package dev.afina.benchmarks;

import ai.djl.engine.Engine;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.data.Dataset;
import dev.afina.internal.engine.PyTorch;
import java.io.IOException;
import java.nio.file.Path;

/** The child process in which Afina works. */
final class Ours implements Worker.Tasks {
  private static final String MINILM = "classpath:all-minilm-l6-v2.onnx";

  private Ours() {}

  /** Serves standard input. */
  public static void main(String... args) throws IOException {
    Worker.serve(new Ours());
  }

  @Override
  public Task prepare(JsonObject request) throws IOException {
    String task = request.get("task").getAsString();
    return switch (task) {
      case "train" -> new TrainingTask(request);
      case "predict" -> new PredictionTask(request);
      case "mixed" -> new MixedTask(request);
      case "dropout" -> new DropoutTask(request);
      case "tokenize" -> new TokenizationTask(request);
      case "gemm" -> new GemmTask();
      default -> throw new IllegalArgumentException("task \"" + task + "\"");
    };
  }

  @Override
  public JsonObject single(JsonObject request) throws IOException {
    String what = request.get("do").getAsString();
    switch (what) {
      case "start" -> start(request);
      case "fine-tune" -> fineTune(request);
      case "versions" -> {
        PyTorch.newManager().close();
        return Json.object("torch", Engine.getEngine("PyTorch").getVersion());
      }
      default -> throw new IllegalArgumentException("do \"" + what + "\"");
    }
    return new JsonObject();
  }

  /** Saves MiniLM with a new head, from which both sides start: an update at the rate 0. */
  private static void start(JsonObject request) throws IOException {
    fit(request, Classifier.builder().checkpoint(MINILM).learningRate(0).maxSteps(1));
  }

  /** Saves MiniLM after some epochs. */
  private static void fineTune(JsonObject request) throws IOException {
    fit(
        request,
        Classifier.builder()
            .checkpoint(MINILM)
            .learningRate(request.get("learningRate").getAsDouble())
            .epochs(request.get("epochs").getAsDouble())
            .batchSize(request.get("batchSize").getAsInt()));
  }

  private static void fit(JsonObject request, ClassifierBuilder builder) throws IOException {
    String[] labels =
        request.getAsJsonArray("labels").asList().stream()
            .map(JsonElement::getAsString)
            .toArray(String[]::new);
    Dataset data = Dataset.jsonLines(Path.of(request.get("data").getAsString()));
    try (Classifier classifier =
        builder.labels(labels).maxTokens(request.get("maxTokens").getAsInt()).fit(data)) {
      classifier.save(Path.of(request.get("folder").getAsString()));
    }
  }
}
