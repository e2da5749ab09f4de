package dev.afina.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * An encoder with a classification head: which parameters it has, and what it computes from them.
 * Immutable; the weights are passed in, so the same object serves training and prediction.
 */
public interface Architecture {

  /** The name of the class that opens such a checkpoint in transformers. */
  String transformersClass();

  /** What the keys of the encoder begin with in a checkpoint with a head, for example "bert.". */
  String prefix();

  /** Every parameter, in the order in which transformers would initialise missing ones. */
  List<ParameterSpec> parameters();

  /** The standard deviation of new weights. */
  float initializerRange();

  /** The number of rows of the word embedding: every token id is smaller. */
  int vocabularySize();

  /** The longest text it can take, in tokens, the special ones included. */
  int maxTokens();

  /**
   * The forward pass.
   *
   * @param weights by checkpoint key, all that {@link #parameters()} lists
   * @param dropout {@link Dropout#NONE} for prediction
   * @return logits (B, C) in the order of the batch, owned by the batch's manager
   */
  NDArray logits(PackedBatch batch, Weights weights, Dropout dropout);
}
