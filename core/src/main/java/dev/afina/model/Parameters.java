package dev.afina.model;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** What a forward pass computes with: a model's parameters by checkpoint key. */
public interface Parameters {

  /** Arrays as they are. */
  static Parameters of(Map<String, NDArray> arrays) {
    return key -> {
      NDArray array = arrays.get(key);
      if (array == null) {
        throw new IllegalStateException("no parameter \"" + key + "\"");
      }
      return array;
    };
  }

  /** The parameter of this key; it stays the property of whoever has it. */
  NDArray array(String key);

  /**
   * The linear layer of this name, most of a model's work: x · weightᵀ + bias, recorded where the
   * thread records.
   *
   * @param x (R, in)
   * @return (R, out), in x's manager
   */
  default NDArray linear(String name, NDArray x) {
    return x.getNDArrayInternal()
        .linear(x, array(name + ".weight"), array(name + ".bias"))
        .singletonOrThrow();
  }
}
