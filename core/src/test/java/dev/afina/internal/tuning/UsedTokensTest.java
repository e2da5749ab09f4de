package dev.afina.internal.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.LiveArrays;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.Golden;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsedTokensTest {
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
}
