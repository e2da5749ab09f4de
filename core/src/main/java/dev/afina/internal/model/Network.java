package dev.afina.internal.model;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.OneCall;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Rows;
import java.util.Optional;

/**
 * An encoder and its classification head, with layers that are bound to parameters. With {@link
 * Dropout#NONE} it predicts. Results belong to the manager of the batch. As thread safe as the
 * parameters.
 */
public interface Network {

  /**
   * The encoder's last hidden state, as in transformers' base model.
   *
   * @param rows the tokens to compute it for
   * @return (R, H)
   */
  NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout);

  /** The tokens whose hidden states the head reads. Default: the first ones. */
  default Rows headRows() {
    return Rows.FIRST;
  }

  /**
   * Applies the head.
   *
   * @param hidden (R, H) of {@link #headRows()}
   * @return logits (B, C)
   */
  NDArray head(NDArray hidden, PackedBatch batch, Dropout dropout);

  /**
   * The whole forward pass in a single call of native code, for prediction.
   *
   * @return empty if the parts are called one by one
   */
  default Optional<OneCall> oneCall() {
    return Optional.empty();
  }

  /** The whole forward pass: logits (B, C) in the order of the batch. */
  default NDArray logits(PackedBatch batch, Dropout dropout) {
    Optional<OneCall> oneCall = dropout == Dropout.NONE ? oneCall() : Optional.empty();
    return oneCall
        .map(call -> call.logits(batch))
        .orElseGet(() -> head(hidden(batch, headRows(), dropout), batch, dropout));
  }
}
