package dev.afina;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.Form;
import java.util.function.Function;

/**
 * For gradients by a text's input: in the place of the table of word embeddings stands one of the
 * batch's own, a row for each of its tokens. All else is the model's, by plain operators, and not
 * differentiated.
 *
 * @param words (T, E), the only leaf
 */
record InputForm(Model model, NDArray words) implements Form {

  @Override
  public NDArray array(String key) {
    return key.equals(model.architecture().spec().tokenEmbedding()) ? words : model.array(key);
  }

  @Override
  public NDArray constant(String name, Function<NDManager, NDArray> maker) {
    return model.constants().get(name, maker);
  }
}
