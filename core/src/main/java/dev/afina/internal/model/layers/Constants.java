package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A model's arrays that are no parameters, each made at its first use. Thread safe. */
public final class Constants {
  private final NDManager manager;
  private final Map<String, NDArray> arrays = new ConcurrentHashMap<>();

  /**
   * @param manager owner of the arrays
   */
  public Constants(NDManager manager) {
    this.manager = manager;
  }

  /** The array of this name. */
  public NDArray get(String name, Function<NDManager, NDArray> maker) {
    return arrays.computeIfAbsent(
        name,
        n -> {
          NDArray made = maker.apply(manager);
          made.attach(manager);
          return made;
        });
  }
}
