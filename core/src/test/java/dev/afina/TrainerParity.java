package dev.afina;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.model.Difference;
import dev.afina.internal.model.Golden;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how far a training by Afina is from the same by the Hugging Face Trainer, by the golden
 * files of interop/golden_models.py. {@link TrainerParityTest} says how far it may be.
 */
final class TrainerParity {
  /** The runs of each family: at the usual rate, and at one that shows smaller mistakes. */
  static final List<String> RUNS = List.of("training", "training_strong");

  private TrainerParity() {}

  /**
   * Differences of a training.
   *
   * @param steps ours
   * @param theirSteps the Trainer's
   * @param rates of each step, absolute
   * @param losses of each step and of the evaluation at the end, absolute
   * @param gradientNorms of each step, relative
   * @param weightNorms of each parameter at the end, relative; where a norm is below 0.1, to 0.1:
   *     new biases that are still near 0 are in the Trainer itself up to 2.4e-5 of themselves away
   *     from the same training in float64
   */
  record Training(
      int steps,
      int theirSteps,
      List<Difference> rates,
      List<Difference> losses,
      List<Difference> gradientNorms,
      List<Difference> weightNorms) {}

  /** Keeps what a training tells. */
  static final class Steps implements TrainingListener {
    final List<Step> all = new ArrayList<>();

    @Override
    public void stepped(Step step) {
      all.add(step);
    }
  }

  /**
   * Trains a family's base as the Trainer did.
   *
   * @param run one of {@link #RUNS}
   * @param folder that the model is saved to
   */
  static Training train(String family, String run, Path folder) throws IOException {
    JsonObject golden = Golden.json(family + "/" + run + ".json");
    JsonObject options = golden.getAsJsonObject("options");
    Dataset data = rows(golden);
    Steps steps = new Steps();
    List<Difference> rates = new ArrayList<>();
    List<Difference> losses = new ArrayList<>();
    List<Difference> gradientNorms = new ArrayList<>();
    try (Classifier classifier =
        Classifier.builder()
            .checkpoint(Golden.path(family + "/base"))
            .labels("0", "1", "2")
            .options(options(options))
            .dropout(0)
            .maxTokens(options.get("max_tokens").getAsInt())
            .listener(steps)
            .fit(data)) {
      JsonArray expected = golden.getAsJsonArray("steps");
      for (int i = 0; i < Math.min(steps.all.size(), expected.size()); i++) {
        JsonObject theirs = expected.get(i).getAsJsonObject();
        TrainingListener.Step ours = steps.all.get(i);
        String step = "step " + (i + 1);
        rates.add(Difference.absolute(step, ours.learningRate(), number(theirs, "learningRate")));
        losses.add(Difference.absolute(step, ours.loss(), number(theirs, "loss")));
        gradientNorms.add(
            Difference.relative(step, ours.gradientNorm(), number(theirs, "gradientNorm")));
      }
      losses.add(
          Difference.absolute(
              "evaluation", classifier.evaluate(data).loss(), number(golden, "evalLoss")));
      classifier.save(folder);
      return new Training(
          steps.all.size(),
          expected.size(),
          rates,
          losses,
          gradientNorms,
          weightNorms(folder, golden.getAsJsonObject("parameterNorms")));
    }
  }

  /** How far the norms of saved weights are from those of the Trainer. */
  static List<Difference> weightNorms(Path folder, JsonObject norms) throws IOException {
    List<Difference> differences = new ArrayList<>();
    try (TensorSource weights = Safetensors.open(folder.resolve("model.safetensors"))) {
      for (String key : norms.keySet()) {
        FloatBuffer values = weights.floats(key).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        double squares = 0;
        while (values.hasRemaining()) {
          squares += Math.pow(values.get(), 2);
        }
        double expected = number(norms, key);
        differences.add(
            new Difference(key, Math.abs(Math.sqrt(squares) - expected) / Math.max(expected, 0.1)));
      }
    }
    return differences;
  }

  /** The options of a golden file. */
  static TrainingOptions options(JsonObject options) {
    return TrainingOptions.standard()
        .batchSize(options.get("per_device_train_batch_size").getAsInt())
        .optimizer(
            o ->
                o.learningRate(options.get("learning_rate").getAsDouble())
                    .weightDecay(options.get("weight_decay").getAsDouble())
                    .maxGradientNorm(options.get("max_grad_norm").getAsDouble()))
        .warmup(options.get("warmup_steps").getAsDouble())
        .maxSteps(options.get("max_steps").getAsInt())
        .seed(options.get("seed").getAsInt());
  }

  /** The rows of a golden file. */
  static Dataset rows(JsonObject golden) {
    List<Example> rows = new ArrayList<>();
    for (JsonElement element : golden.getAsJsonArray("rows")) {
      JsonObject row = element.getAsJsonObject();
      rows.add(Example.of(row.get("text").getAsString(), row.get("label").getAsString()));
    }
    return Dataset.of(rows);
  }

  private static double number(JsonObject object, String name) {
    return object.get(name).getAsDouble();
  }
}
