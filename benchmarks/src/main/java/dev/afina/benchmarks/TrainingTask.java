package dev.afina.benchmarks;

import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.Precision;
import dev.afina.data.Dataset;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Fine-tunes the same folder on the same texts, an epoch a round. The clock runs from the first
 * update to the last: the model is loaded and the texts are tokenized before, as on the other side.
 */
final class TrainingTask implements Task {
  private final Path model;
  private final Dataset data;
  private final JsonObject options;

  /** Reads the data and warms up with a quarter of an epoch. */
  TrainingTask(JsonObject options) throws IOException {
    this.options = options;
    this.model = Path.of(options.get("model").getAsString());
    this.data = Dataset.jsonLines(Path.of(options.get("data").getAsString()));
    int batchSize = options.get("batchSize").getAsInt();
    fit(builder().maxSteps(Math.max(1, (data.size() + batchSize - 1) / batchSize / 4)));
  }

  @Override
  public JsonObject description() {
    return Work.of(model, data, options.get("maxTokens").getAsInt())
        .map(Work::json)
        .orElseGet(JsonObject::new);
  }

  @Override
  public JsonObject gate(JsonObject request) throws IOException {
    Run run = fit(builder().dropout(0).maxSteps(request.get("steps").getAsInt()));
    return Json.object("losses", run.losses);
  }

  @Override
  public JsonObject round() throws IOException {
    Run run = fit(builder().epochs(1));
    return Json.object("seconds", run.seconds(), "texts", data.size(), "loss", run.meanLoss);
  }

  private ClassifierBuilder builder() {
    return Classifier.builder()
        .checkpoint(model)
        .batchSize(options.get("batchSize").getAsInt())
        .maxTokens(options.get("maxTokens").getAsInt())
        .learningRate(options.get("learningRate").getAsDouble())
        .seed(options.get("seed").getAsInt())
        .precision(Precision.valueOf(Json.text(options, "precision", Precision.FLOAT32.name())));
  }

  private Run fit(ClassifierBuilder builder) throws IOException {
    Run run = new Run();
    builder.listener(run).fit(data).close();
    return run;
  }

  /** Times one training and keeps its losses. */
  private static final class Run implements TrainingListener {
    private final List<Double> losses = new ArrayList<>();
    private long begun;
    private long ended;
    private double meanLoss;

    @Override
    public void started(Plan plan) {
      begun = System.nanoTime();
    }

    @Override
    public void stepped(Step step) {
      losses.add(step.loss());
    }

    @Override
    public void finished(TrainingResult result) {
      ended = System.nanoTime();
      meanLoss = result.trainingLoss();
    }

    double seconds() {
      return (ended - begun) / 1e9;
    }
  }
}
