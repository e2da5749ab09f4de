package dev.afina.model;

import ai.djl.ndarray.NDArray;
import dev.afina.engine.PackedEncoder;
import java.util.Optional;

/**
 * An encoder with a classification head: which parameters it has, and what it computes from them.
 * Immutable; the weights are passed in, so the same object serves training and prediction.
 */
public interface Architecture {

  /** Parameters, names and limits. */
  ModelSpec spec();

  /**
   * The forward pass.
   *
   * @param weights by checkpoint key, all that {@link ModelSpec#parameters()} lists
   * @param dropout {@link Dropout#NONE} for prediction
   * @return logits (B, C) in the order of the batch, owned by the batch's manager
   */
  NDArray logits(PackedBatch batch, Weights weights, Dropout dropout);

  /**
   * The encoder's layers packed for prediction; the caller closes them.
   *
   * @return empty where they cannot be packed
   */
  Optional<PackedEncoder> pack(Weights weights, PackedEncoder.Format format);
}
