package dev.afina.internal.model.modernbert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.afina.CheckpointException;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Architectures;
import dev.afina.internal.model.ConfigJson;
import dev.afina.internal.model.Golden;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.ModelLoader;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json may say of a ModernBERT, beside what the golden files show. */
class ModernBertTest {

  @Test
  void olderWords_sayTheSame() throws IOException {
    JsonObject config = config("variant/model");
    ModernBertConfig today = ModernBertConfig.read(new ConfigJson(config, "today"));
    JsonObject older = config.deepCopy();
    older.remove("layer_types");
    older.remove("rope_parameters");
    older.addProperty("global_attn_every_n_layers", 3);
    older.addProperty("global_rope_theta", 500.0);
    older.addProperty("local_rope_theta", 70.0);
    ModernBertConfig once = ModernBertConfig.read(new ConfigJson(older, "older"));
    assertThat(once.globalTheta()).isEqualTo(today.globalTheta()).isEqualTo(500);
    assertThat(once.localTheta()).isEqualTo(today.localTheta()).isEqualTo(70);
    assertThat(today.localLayers()).containsExactly(true, false, true);
    assertThat(once.localLayers()).containsExactly(false, true, true);
    assertThat(once.reach()).isEqualTo(2);
  }

  @Test
  void withoutOptions_theyAreThoseOfTransformers() throws CheckpointException {
    ModernBertConfig config =
        ModernBertConfig.read(
            new ConfigJson(
                JsonParser.parseString(
                        "{vocab_size: 9, hidden_size: 8, num_attention_heads: 2,"
                            + " intermediate_size: 4, max_position_embeddings: 16,"
                            + " num_hidden_layers: 5}")
                    .getAsJsonObject(),
                "test"));
    assertThat(config.localLayers()).containsExactly(false, true, true, false, true);
    assertThat(config.reach()).isEqualTo(64);
    assertThat(config.globalTheta()).isEqualTo(160_000);
    assertThat(config.localTheta()).isEqualTo(10_000);
    assertThat(config.initializerCutoff()).isEqualTo(2);
    assertThat(config.normEpsilon()).isEqualTo(1e-5);
    assertThat(config.head().poolsMean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_attention_heads | 32 | gives heads of 1 numbers, which cannot be turned in pairs",
        "rope_scaling | {\"type\":\"yarn\"} | rope_scaling {\"type\":\"yarn\"} is not supported",
        "rope_parameters | {\"rope_theta\":5} | rope_parameters: \"rope_theta\" is not supported;"
            + " supported are full_attention, sliding_attention",
        "rope_parameters | {\"full_attention\":{\"rope_type\":\"yarn\"}} | rope_parameters:"
            + " full_attention: rope_type \"yarn\" is not supported",
        "rope_parameters | {\"full_attention\":{\"factor\":2}} | \"factor\" is not supported",
        "layer_types | [\"full_attention\"] | layer_types: expected 3 times \"full_attention\" or"
            + " \"sliding_attention\", got [\"full_attention\"]",
        "classifier_pooling | \"max\" | classifier_pooling: expected \"cls\" or \"mean\", got"
            + " \"max\"",
        "norm_bias | 1 | norm_bias: expected true or false, got 1",
        "sliding_window | 7 | sliding_window 7 is not supported",
        "initializer_cutoff_factor | 0.1 | initializer_cutoff_factor: expected a number from 0.4",
      })
  void otherOptions_areRefusedByName(String key, String value, String message) throws IOException {
    JsonObject config = config("model");
    config.add(key, JsonParser.parseString(value));
    assertThatThrownBy(() -> Architectures.of(new ConfigJson(config, "test"), 3))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("test: ")
        .hasMessageContaining(message);
  }

  @Test
  void rotaryPositions_areRefusedWhereThereAreNone() throws IOException {
    JsonObject config = Golden.json("bert/model/config.json");
    config.add("rope_parameters", JsonParser.parseString("{\"rope_theta\":5}"));
    assertThatThrownBy(() -> Architectures.of(new ConfigJson(config, "test"), 3))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("rope_parameters");
  }

  @Test
  void prediction_leavesNothing() throws IOException {
    try (Model model = Golden.model("modernbert/model", ModelLoader.HeadWeights.REQUIRED);
        Tokenizer tokenizer = Tokenizer.load(Golden.path("modernbert/model"));
        Autograd.Mode off = Autograd.off()) {
      predict(model, tokenizer); // makes the tables
      int before = LiveArrays.count();
      predict(model, tokenizer);
      assertThat(LiveArrays.count()).isEqualTo(before);
    }
  }

  private static void predict(Model model, Tokenizer tokenizer) {
    try (NDManager scope = PyTorch.newManager()) {
      PackedBatch batch =
          model.batch(
              List.of(tokenizer.encode("a day", 64), tokenizer.encode("what a day ".repeat(9), 64)),
              scope);
      NDArray logits = model.logits(batch);
      assertThat(logits.getShape().get(0)).isEqualTo(2);
    }
  }

  private static JsonObject config(String folder) throws IOException {
    return Golden.json("modernbert/" + folder + "/config.json");
  }
}
