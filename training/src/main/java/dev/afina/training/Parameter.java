package dev.afina.training;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/**
 * One array that training changes in place.
 *
 * @param name its key in the checkpoint
 * @param array float32; stays the property of whoever gave it
 * @param decayed whether weight decay applies; biases and norms are spared
 */
public record Parameter(String name, NDArray array, boolean decayed) {
  public Parameter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(array, "array");
  }
}
