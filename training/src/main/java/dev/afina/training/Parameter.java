package dev.afina.training;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/**
 * One array that training changes in place.
 *
 * @param name its key in the checkpoint
 * @param array float32; stays the property of whoever gave it
 * @param decayed whether weight decay applies; biases and norms are spared
 * @param rateShare of the update's learning rate that it steps with, 0 or more
 */
public record Parameter(String name, NDArray array, boolean decayed, double rateShare) {
  public Parameter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(array, "array");
  }

  /** One that steps with the whole rate. */
  public Parameter(String name, NDArray array, boolean decayed) {
    this(name, array, decayed, 1);
  }
}
