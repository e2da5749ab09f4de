package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.afina.CheckpointException;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.TokenRows;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PackedBatchTest {
  private NDManager scope;
  private Tokenizer tokenizer;

  @BeforeEach
  void open() throws IOException {
    scope = PyTorch.newManager();
    tokenizer = Tokenizer.load(Golden.path("bert/model"));
  }

  @AfterEach
  void close() {
    tokenizer.close();
    scope.close();
  }

  private Encoding text(String text) {
    return tokenizer.encode(text, 64);
  }

  @Test
  void texts_areSortedByLength_andKnowWhereTheyCameFrom() throws IOException {
    Encoding longer = text("what a wonderful day");
    Encoding shorter = text("day");
    PackedBatch batch =
        new PackedBatch(List.of(longer, shorter, longer), 300, 64, scope, TokenRows.IDS);
    assertThat(batch.tokens()).isEqualTo(2 * longer.size() + shorter.size());
    assertThat(new int[] {batch.index(0), batch.index(1), batch.index(2)}).containsExactly(1, 0, 2);
    assertThat(batch.groups())
        .containsExactly(
            new PackedBatch.Group(1, shorter.size()), new PackedBatch.Group(2, longer.size()));
    long[] ids = batch.tokenRows();
    assertThat(ids[0]).isEqualTo(shorter.id(0));
    assertThat(ids[shorter.size()]).isEqualTo(longer.id(0));
    assertThat(batch.firstTokens().toLongArray())
        .containsExactly(0, shorter.size(), shorter.size() + longer.size());
    assertThat(batch.positions()[shorter.size() + 1]).isEqualTo(1);
  }

  @Test
  void positionsAfterPadding_skipAPaddingTokenInTheText() throws IOException {
    Encoding text = tokenizer.encode("day [PAD] day", 64); // the padding id is 0
    long[] positions =
        new PackedBatch(List.of(text), 300, 64, scope, TokenRows.IDS).positionsAfter(0);
    int at = 0;
    int expected = 0;
    for (int id : text.ids()) {
      assertThat(positions[at++]).isEqualTo(id == 0 ? 0 : ++expected);
    }
    assertThat(positions).contains(0);
  }

  /** As transformers counts where the id is -1, which no token has. */
  @Test
  void positionsAfterMinusOne_beginAtZero() throws IOException {
    Encoding text = text("what a wonderful day");
    assertThat(new PackedBatch(List.of(text), 300, 64, scope, TokenRows.IDS).positionsAfter(-1))
        .startsWith(0, 1, 2)
        .doesNotContain(-1);
  }

  @Test
  void whatNativeCodeCannotTake_isRefusedBefore() throws IOException {
    Encoding text = text("what a wonderful day");
    assertThatThrownBy(() -> new PackedBatch(List.of(text), 10, 64, scope, TokenRows.IDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("outside the model's vocabulary of 10");
    assertThatThrownBy(() -> new PackedBatch(List.of(text), 300, 4, scope, TokenRows.IDS))
        .hasMessageContaining("expected 1 to 4 tokens, got " + text.size());
    Encoding pair = tokenizer.encode("day", "night", 64);
    PackedBatch batch = new PackedBatch(List.of(pair), 300, 64, scope, TokenRows.IDS);
    assertThat(batch.typeIds(2)).endsWith(1);
    assertThatThrownBy(() -> batch.typeIds(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it takes no pairs of texts");
    assertThatThrownBy(() -> new PackedBatch(List.of(), 300, 4, scope, TokenRows.IDS))
        .hasMessage("texts: expected 1 or more, got none");
  }

  @Test
  void dropout_keepsTheMean_andDropsTheShare() {
    NDArray ones = scope.ones(new Shape(400, 500));
    float[] dropped = Dropout.seeded(42, OptionalDouble.empty()).apply(ones, 0.1).toFloatArray();
    double sum = 0;
    int zeros = 0;
    for (float x : dropped) {
      sum += x;
      zeros += x == 0 ? 1 : 0;
      assertThat(x == 0 || Math.abs(x - 1 / 0.9f) < 1e-6).isTrue();
    }
    // Four standard deviations of a binomial of 200,000 trials.
    assertThat(zeros / 200_000.0).isCloseTo(0.1, within(0.0027));
    assertThat(sum / 200_000.0).isCloseTo(1, within(0.003));
  }

  @Test
  void dropout_isOfItsSeed_andOffWhereNoneIsWanted() {
    NDArray ones = scope.ones(new Shape(1001));
    float[] first = Dropout.seeded(1, OptionalDouble.empty()).apply(ones, 0.5).toFloatArray();
    assertThat(Dropout.seeded(1, OptionalDouble.empty()).apply(ones, 0.5).toFloatArray())
        .isEqualTo(first);
    assertThat(Dropout.seeded(2, OptionalDouble.empty()).apply(ones, 0.5).toFloatArray())
        .isNotEqualTo(first);
    assertThat(Dropout.NONE.apply(ones, 0.5)).isSameAs(ones);
    assertThat(Dropout.seeded(1, OptionalDouble.of(0)).apply(ones, 0.5)).isSameAs(ones);
  }

  @Test
  void config_saysWhatIsMissingOrWrong() {
    JsonObject json = new JsonObject();
    json.addProperty("model_type", "bert");
    assertThatThrownBy(() -> Architectures.of(new ConfigJson(json, "x/config.json"), 2))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x/config.json: hidden_size is missing; expected a whole number");
    json.addProperty("hidden_size", -8);
    assertThatThrownBy(() -> Architectures.of(new ConfigJson(json, "x/config.json"), 2))
        .hasMessageStartingWith("x/config.json: hidden_size: expected a whole number from 1");
    json.addProperty("hidden_size", "wide");
    assertThatThrownBy(() -> Architectures.of(new ConfigJson(json, "x/config.json"), 2))
        .isInstanceOf(CheckpointException.class);
    json.addProperty("hidden_size", 8);
    json.addProperty("vocab_size", 10);
    json.addProperty("num_hidden_layers", 1);
    json.addProperty("num_attention_heads", 3);
    assertThatThrownBy(() -> Architectures.of(new ConfigJson(json, "x/config.json"), 2))
        .hasMessageContaining("num_attention_heads 3 does not divide the hidden size 8");
    json.addProperty("num_attention_heads", 2);
    json.addProperty("intermediate_size", 16);
    json.addProperty("max_position_embeddings", 16);
    json.addProperty("hidden_act", "maxout");
    assertThatThrownBy(() -> Architectures.of(new ConfigJson(json, "x/config.json"), 2))
        .hasMessageContaining("hidden_act \"maxout\" is not supported; supported are gelu");
  }
}
