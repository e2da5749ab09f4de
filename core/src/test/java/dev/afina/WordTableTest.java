package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.afina.internal.checkpoint.Safetensors;
import dev.afina.internal.checkpoint.TensorSource;
import dev.afina.internal.model.Golden;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training of the used rows of the word embedding, beside one of all rows. */
class WordTableTest {
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";

  @TempDir Path folder;

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
