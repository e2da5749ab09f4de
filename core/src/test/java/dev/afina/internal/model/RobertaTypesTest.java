package dev.afina.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import dev.afina.internal.checkpoint.CheckpointFiles;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PyTorch;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.PlainForm;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A RoBERTa with the tokenizer of a BERT, whose second texts have a type of their own. */
class RobertaTypesTest {
  private static final String TYPES = "roberta.embeddings.token_type_embeddings.weight";

  @Test
  void secondType_counts_ifTheModelHasOne() throws IOException {
    try (CheckpointFiles files = CheckpointFiles.folder(Golden.path("roberta/model"));
        Tokenizer tokenizer = Tokenizer.load(Golden.path("bert/model"));
        Model model = ModelLoader.load(files, 3, ModelLoader.HeadWeights.REQUIRED, 0);
        Autograd.Mode off = Autograd.off();
        NDManager scope = PyTorch.newManager()) {
      Encoding single = tokenizer.encode("what a happy day", 20);
      Encoding pair = tokenizer.encode("what a day", "happy", 20);
      Architecture one = model.architecture();
      float[] ofSingle = logits(one, model, model.arrays(), single, scope);
      float[] ofPair = logits(one, model, model.arrays(), pair, scope);

      JsonObject config = model.config();
      config.addProperty("type_vocab_size", 2);
      Architecture two = Architectures.of(new ConfigJson(config, "test"), 3);
      Map<String, NDArray> arrays = new HashMap<>(model.arrays());
      NDArray row = model.array(TYPES).duplicate();
      row.attach(scope);
      arrays.put(TYPES, row.concat(row, 0));
      assertThat(logits(two, model, arrays, pair, scope)).isEqualTo(ofPair);
      arrays.put(TYPES, row.concat(row.neg(), 0));
      assertThat(logits(two, model, arrays, single, scope)).isEqualTo(ofSingle);
      assertThat(logits(two, model, arrays, pair, scope)).isNotEqualTo(ofPair);
    }
  }

  private static float[] logits(
      Architecture architecture,
      Model model,
      Map<String, NDArray> arrays,
      Encoding text,
      NDManager scope) {
    return architecture
        .bind(new Binder(new PlainForm(arrays, model.constants())))
        .logits(model.batch(List.of(text), scope), Dropout.NONE)
        .toFloatArray();
  }
}
