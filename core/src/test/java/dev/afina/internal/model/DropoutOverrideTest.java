package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.ParameterSpec;
import dev.afina.internal.model.layers.PlainForm;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One rate given is that rate at each place where the architecture drops, and at no other. */
class DropoutOverrideTest {

  /** A folder and the options of its rates. */
  private static final String[][] RATES = {
    {"bert/model", "hidden_dropout_prob attention_probs_dropout_prob classifier_dropout"},
    {
      "deberta/model", "hidden_dropout_prob attention_probs_dropout_prob cls_dropout pooler_dropout"
    },
    {"deberta-v2/model", "hidden_dropout_prob attention_probs_dropout_prob pooler_dropout"},
    {
      "deberta-v2/odd/model",
      "hidden_dropout_prob attention_probs_dropout_prob cls_dropout pooler_dropout"
    },
    {"distilbert/model", "dropout attention_dropout seq_classif_dropout"},
    {"modernbert/model", "embedding_dropout attention_dropout mlp_dropout classifier_dropout"},
    {"roberta/model", "hidden_dropout_prob attention_probs_dropout_prob classifier_dropout"},
    {"xlm-roberta/model", "hidden_dropout_prob attention_probs_dropout_prob classifier_dropout"},
    {"camembert/model", "hidden_dropout_prob attention_probs_dropout_prob classifier_dropout"},
    {"electra/model", "hidden_dropout_prob attention_probs_dropout_prob classifier_dropout"},
    {"albert/model", "hidden_dropout_prob attention_probs_dropout_prob classifier_dropout_prob"},
    {"mpnet/model", "hidden_dropout_prob attention_probs_dropout_prob"},
  };

  static Stream<Arguments> rates() {
    return Arrays.stream(RATES).map(row -> Arguments.of(row[0], row[1]));
  }

  @ParameterizedTest
  @MethodSource("rates")
  void override_equalsTheSameRateInTheConfiguration(String checkpoint, String keys)
      throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path(checkpoint));
        Tokenizer tokenizer = Tokenizer.load(Golden.path(checkpoint));
        Model model = ModelLoader.load(files, 3, ModelLoader.HeadWeights.REQUIRED, 0);
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      Architecture configured = configured(model, keys, 0.5);
      List<Encoding> texts = List.of(tokenizer.encode("what a happy day", 20));
      assertThat(logits(model.architecture(), model, texts, OptionalDouble.of(0.5), scope))
          .isEqualTo(logits(configured, model, texts, OptionalDouble.empty(), scope));
    }
  }

  private static Architecture configured(Model model, String keys, double rate) throws IOException {
    JsonObject config = model.config();
    for (String key : keys.split(" ", -1)) {
      config.addProperty(key, rate);
    }
    return Architectures.of(new ConfigJson(config, "test"), 3);
  }

  /** As in transformers: nothing is left of the text, and nothing becomes NaN on the way. */
  @ParameterizedTest
  @MethodSource("rates")
  void rateOfOne_leavesTheLastBias(String checkpoint, String keys) throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path(checkpoint));
        Tokenizer tokenizer = Tokenizer.load(Golden.path(checkpoint));
        Model model = ModelLoader.load(files, 3, ModelLoader.HeadWeights.REQUIRED, 0);
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      Architecture configured = configured(model, keys, 1.0);
      List<Encoding> texts = List.of(tokenizer.encode("what a happy day", 20));
      String bias =
          configured.spec().parameters().stream()
              .filter(p -> p.part() == ParameterSpec.Part.OUTPUT && p.shape().dimension() == 1)
              .map(ParameterSpec::key)
              .findFirst()
              .orElseThrow();
      assertThat(logits(configured, model, texts, OptionalDouble.empty(), scope))
          .isEqualTo(model.array(bias).toFloatArray());
    }
  }

  private static float[] logits(
      Architecture architecture,
      Model model,
      List<Encoding> texts,
      OptionalDouble override,
      NDManager scope) {
    return architecture
        .bind(new Binder(new PlainForm(model.arrays(), model.constants())))
        .logits(model.batch(texts, scope), Dropout.seeded(1, override))
        .toFloatArray();
  }
}
