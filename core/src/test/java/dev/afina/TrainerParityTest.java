package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.model.Golden;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Fine-tuning with dropout 0 is the Hugging Face Trainer's, step by step: same new head, same
 * order, same losses. Golden files of interop/golden_models.py.
 */
class TrainerParityTest {
  @TempDir Path folder;

  private static final class Steps implements TrainingListener {
    final List<Step> all = new ArrayList<>();

    @Override
    public void stepped(Step step) {
      all.add(step);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bert/base, bert/training.json",
    "bert/base, bert/training_strong.json",
    "deberta-v2/base, deberta-v2/training.json",
    "deberta-v2/base, deberta-v2/training_strong.json",
    "distilbert/base, distilbert/training.json",
    "distilbert/base, distilbert/training_strong.json",
    "roberta/base, roberta/training.json",
    "roberta/base, roberta/training_strong.json",
    "xlm-roberta/base, xlm-roberta/training.json",
    "xlm-roberta/base, xlm-roberta/training_strong.json",
    "camembert/base, camembert/training.json",
    "camembert/base, camembert/training_strong.json",
    "electra/base, electra/training.json",
    "electra/base, electra/training_strong.json",
    "albert/base, albert/training.json",
    "albert/base, albert/training_strong.json",
    "mpnet/base, mpnet/training.json",
    "mpnet/base, mpnet/training_strong.json"
  })
  void fiftySteps_haveTheTrainersLosses(String checkpoint, String file) throws IOException {
    JsonObject golden = Golden.json(file);
    JsonObject options = golden.getAsJsonObject("options");
    Dataset data = rows(golden);
    Steps steps = new Steps();
    try (Classifier classifier =
        Classifier.builder()
            .checkpoint(Golden.path(checkpoint))
            .labels("0", "1", "2")
            .options(options(options))
            .dropout(0)
            .maxTokens(options.get("max_tokens").getAsInt())
            .listener(steps)
            .fit(data)) {
      JsonArray expected = golden.getAsJsonArray("steps");
      assertThat(steps.all).hasSize(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        JsonObject e = expected.get(i).getAsJsonObject();
        TrainingListener.Step got = steps.all.get(i);
        assertThat(got.learningRate())
            .isCloseTo(e.get("learningRate").getAsDouble(), within(1e-12));
        assertThat(got.loss())
            .as("loss of step %d", i + 1)
            .isCloseTo(e.get("loss").getAsDouble(), within(1e-4));
        double norm = e.get("gradientNorm").getAsDouble();
        assertThat(got.gradientNorm())
            .as("gradient norm of step %d", i + 1)
            .isCloseTo(norm, within(1e-3 * norm));
      }
      assertThat(classifier.evaluate(data).loss())
          .isCloseTo(golden.get("evalLoss").getAsDouble(), within(1e-4));
      classifier.save(folder);
      assertWeightsHaveTheNorms(golden.getAsJsonObject("parameterNorms"));
    }
  }

  /**
   * Where a parameter was decayed that should not be, its norm is off by 1.2e-4 and more. New
   * biases that are still near 0 are compared absolutely: those of the Trainer itself are up to
   * 2.4e-5 of themselves away from the same training in float64.
   */
  private void assertWeightsHaveTheNorms(JsonObject norms) throws IOException {
    try (TensorSource weights = Safetensors.open(folder.resolve("model.safetensors"))) {
      for (String key : norms.keySet()) {
        FloatBuffer values = weights.floats(key).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        double squares = 0;
        while (values.hasRemaining()) {
          squares += Math.pow(values.get(), 2);
        }
        double expected = norms.get(key).getAsDouble();
        assertThat(Math.sqrt(squares))
            .as("norm of %s", key)
            .isCloseTo(expected, within(2e-5 * Math.max(expected, 0.1)));
      }
    }
  }

  @Test
  void accumulation_equalsTheBigBatch() throws IOException {
    JsonObject golden = Golden.json("bert/training.json");
    TrainingOptions.Builder options =
        options(golden.getAsJsonObject("options")).toBuilder().maxSteps(15);
    Steps big = new Steps();
    Steps accumulated = new Steps();
    fit(golden, options.batchSize(8).accumulationSteps(1).build(), big);
    fit(golden, options.batchSize(2).accumulationSteps(4).build(), accumulated);
    for (int i = 0; i < 15; i++) {
      assertThat(accumulated.all.get(i).loss()).isCloseTo(big.all.get(i).loss(), within(1e-5));
    }
  }

  private static void fit(JsonObject golden, TrainingOptions options, TrainingListener listener)
      throws IOException {
    Classifier.builder()
        .checkpoint(Golden.path("bert/base"))
        .labels("0", "1", "2")
        .options(options)
        .dropout(0)
        .maxTokens(24)
        .listener(listener)
        .fit(rows(golden))
        .close();
  }

  private static TrainingOptions options(JsonObject options) {
    return TrainingOptions.builder()
        .batchSize(options.get("per_device_train_batch_size").getAsInt())
        .learningRate(options.get("learning_rate").getAsDouble())
        .weightDecay(options.get("weight_decay").getAsDouble())
        .warmup(options.get("warmup_steps").getAsDouble())
        .maxGradientNorm(options.get("max_grad_norm").getAsDouble())
        .maxSteps(options.get("max_steps").getAsInt())
        .seed(options.get("seed").getAsInt())
        .build();
  }

  private static Dataset rows(JsonObject golden) {
    List<Example> rows = new ArrayList<>();
    for (JsonElement element : golden.getAsJsonArray("rows")) {
      JsonObject row = element.getAsJsonObject();
      rows.add(Example.of(row.get("text").getAsString(), row.get("label").getAsString()));
    }
    return Dataset.of(rows);
  }
}
