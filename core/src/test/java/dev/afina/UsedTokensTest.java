package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Golden;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsedTokensTest {
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";

  @TempDir Path folder;

  @Test
  void writeBack_changesTheUsedRowsOnly() throws IOException {
    int before = LiveArrays.count();
    try (Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/model"));
        NDManager manager = PyTorch.newManager()) {
      Encoding text = tokenizer.encode("what a happy day", 64);
      NDArray all =
          manager
              .arange(0, 300 * 2, 1)
              .toType(ai.djl.ndarray.types.DataType.FLOAT32, true)
              .reshape(new Shape(300, 2));
      float[] original = all.toFloatArray();
      try (UsedTokens words = new UsedTokens(List.of(text, text), all)) {
        assertThat(words.table().getShape().get(0))
            .isEqualTo(Arrays.stream(text.ids()).distinct().count());
        int id = text.id(2);
        assertThat(words.table().get(words.row(id)).toFloatArray())
            .containsExactly(2 * id, 2 * id + 1);
        words.table().addi(1000f);
        words.writeBack();
      }
      float[] changed = all.toFloatArray();
      for (int token = 0; token < 300; token++) {
        int t = token;
        boolean used = Arrays.stream(text.ids()).anyMatch(id -> id == t);
        assertThat(changed[2 * token]).isEqualTo(original[2 * token] + (used ? 1000 : 0));
      }
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  @Test
  void tokenOutsideTheTable_isRefused() throws IOException {
    int before = LiveArrays.count();
    try (Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/model"));
        NDManager manager = PyTorch.newManager()) {
      Encoding text = tokenizer.encode("what a happy day", 64);
      NDArray table = manager.zeros(new Shape(20, 2));
      assertThatThrownBy(() -> new UsedTokens(List.of(text), table))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("outside the model's vocabulary of 20");
    }
    assertThat(LiveArrays.count()).isEqualTo(before);
  }

  /** The best epoch is restored into the small table, so the last copy must come after that. */
  @Test
  void fit_withAndWithoutTheWholeTable_givesTheSameWeights() throws IOException {
    float[] small = trained(0);
    // So little decay that no float32 weight moves by it, but the whole table is trained.
    float[] whole = trained(1e-30);
    assertThat(small).containsExactly(whole, within(1e-6f));
    float[] untrained = words(Golden.path("bert/base"), "embeddings.word_embeddings.weight");
    assertThat(small).isNotEqualTo(untrained);
  }

  private float[] trained(double weightDecay) throws IOException {
    Path model = folder.resolve("model" + weightDecay);
    try (Classifier classifier =
        ClassifierTest.quick()
            .epochs(4)
            .dropout(0.1)
            .weightDecay(weightDecay)
            .validation(ClassifierTest.rows())
            .keepBest("accuracy")
            .fit(ClassifierTest.rows())) {
      classifier.save(model);
    }
    return words(model, WORDS);
  }

  private static float[] words(Path model, String key) throws IOException {
    try (TensorSource source = Safetensors.open(model.resolve("model.safetensors"))) {
      FloatBuffer values = source.floats(key).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      float[] floats = new float[values.remaining()];
      values.get(floats);
      return floats;
    }
  }
}
