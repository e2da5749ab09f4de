package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.function.Function;

/** Arrays as they are, by plain operators. */
public final class PlainForm implements Form {
  private final Map<String, NDArray> arrays;
  private final Constants constants;

  /**
   * Takes over nothing.
   *
   * @param arrays by checkpoint key
   */
  public PlainForm(Map<String, NDArray> arrays, Constants constants) {
    this.arrays = arrays;
    this.constants = constants;
  }

  @Override
  public NDArray array(String key) {
    NDArray array = arrays.get(key);
    if (array == null) {
      throw new IllegalStateException("no parameter \"" + key + "\"");
    }
    return array;
  }

  @Override
  public NDArray constant(String name, Function<NDManager, NDArray> maker) {
    return constants.get(name, maker);
  }
}
