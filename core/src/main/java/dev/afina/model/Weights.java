package dev.afina.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.util.Map;

/**
 * Arrays by checkpoint key, seen from one place of the key hierarchy, with the layers that use
 * them.
 *
 * <p>A view: it owns nothing. Results belong to the manager of their input.
 */
public final class Weights {
  private final Map<String, NDArray> arrays;
  private final String prefix;

  /** A view of all keys. */
  public Weights(Map<String, NDArray> arrays) {
    this(arrays, "");
  }

  private Weights(Map<String, NDArray> arrays, String prefix) {
    this.arrays = arrays;
    this.prefix = prefix;
  }

  /** The view of the keys under {@code path}. */
  public Weights at(String path) {
    return new Weights(arrays, prefix + path + ".");
  }

  /** x · weightᵀ + bias: (…, in) to (…, out). */
  public NDArray linear(String name, NDArray x) {
    return x.getNDArrayInternal()
        .linear(x, array(name + ".weight"), array(name + ".bias"))
        .singletonOrThrow();
  }

  /** Normalises the last axis. */
  public NDArray layerNorm(String name, NDArray x, double epsilon) {
    NDArray weight = array(name + ".weight");
    Shape size = weight.getShape();
    return x.getNDArrayInternal()
        .layerNorm(x, size, weight, array(name + ".bias"), (float) epsilon)
        .singletonOrThrow();
  }

  /** The rows of a table at {@code ids}: (R) to (R, size). */
  public NDArray embedding(String name, NDArray ids) {
    return rows(array(name + ".weight"), ids);
  }

  /** The rows of (R, size) at {@code indexes}, which must be in range. */
  static NDArray rows(NDArray table, NDArray indexes) {
    return indexes
        .getNDArrayInternal()
        .embedding(indexes, table, SparseFormat.DENSE)
        .singletonOrThrow();
  }

  private NDArray array(String name) {
    NDArray array = arrays.get(prefix + name);
    if (array == null) {
      throw new IllegalStateException("no parameter \"" + prefix + name + "\"");
    }
    return array;
  }
}
