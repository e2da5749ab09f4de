package dev.afina.training;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.DeferredLinear;
import org.jspecify.annotations.Nullable;

/**
 * The parameters as seen by one {@link TrainingTask.Shard}: they share the storage of the task's
 * parameters but have their own gradients, so that no two threads add to the same array. Used by
 * one thread at a time.
 */
public interface ShardParameters {

  /**
   * A parameter, recorded by autograd. Each shard that uses it needs a gradient of the same size.
   *
   * @param name the name of one of {@link TrainingTask#parameters()}
   * @return the same array on each call; owned by this object
   */
  NDArray array(String name);

  /**
   * Applies a linear layer whose weight and bias get their gradients after the backward pass of all
   * shards of the batch, in one computation.
   *
   * @param x (R, in)
   * @param weight the name of a parameter of shape (out, in)
   * @param bias the name of a parameter of shape (out), or null for none; layers must not share
   *     weights or biases, but a layer may be applied several times
   * @return (R, out), in x's manager
   */
  NDArray linear(DeferredLinear layer, NDArray x, String weight, @Nullable String bias);
}
