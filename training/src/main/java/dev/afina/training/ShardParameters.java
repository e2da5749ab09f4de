package dev.afina.training;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.DeferredLinear;
import org.jspecify.annotations.Nullable;

/**
 * The parameters as one {@link TrainingTask.Shard} computes with them: on the parameters' storage,
 * with gradients of its own, so that no two threads add to the same array. Used by one thread at a
 * time.
 */
public interface ShardParameters {

  /**
   * A parameter, recorded. It costs a gradient as large as itself for each part.
   *
   * @param name of one of {@link TrainingTask#parameters()}
   * @return the same array at each call; stays the property of the leaves
   */
  NDArray array(String name);

  /**
   * A linear layer whose weight and bias get their gradients after the backward pass of all parts
   * of the batch, in common.
   *
   * @param x (R, in)
   * @param weight the name of a parameter of shape (out, in)
   * @param bias the name of a parameter of shape (out), or null for none; a layer has its weight
   *     and bias to itself, but may be used often
   * @return (R, out), in x's manager
   */
  NDArray linear(DeferredLinear layer, NDArray x, String weight, @Nullable String bias);
}
