package dev.afina.training;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/**
 * One array that training changes in place.
 *
 * @param name its key in the checkpoint
 * @param array float32; owned by the task
 * @param decayed whether weight decay applies, which it does not to biases and norms
 * @param rateShare the factor applied to the learning rate, 0 or more
 */
public record Parameter(String name, NDArray array, boolean decayed, double rateShare) {
  public Parameter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(array, "array");
  }

  /** A parameter that is updated at the full learning rate. */
  public Parameter(String name, NDArray array, boolean decayed) {
    this(name, array, decayed, 1);
  }
}
