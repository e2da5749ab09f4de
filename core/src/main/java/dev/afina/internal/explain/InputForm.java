package dev.afina.internal.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.internal.model.Model;
import dev.afina.internal.model.layers.Form;
import java.util.function.Function;

/**
 * The form for gradients by the input: the token embedding is replaced by a table with a row for
 * each token of the batch. All other parameters are those of the model, computed by plain operators
 * and not differentiated.
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
