package dev.afina.internal.model;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.OneCall;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Rows;
import java.util.Optional;

/**
 * An encoder and its classification head, whose layers are bound to parameters. As thread safe as
 * the parameters. With {@link Dropout#NONE} it predicts; what it returns is owned by the batch's
 * manager.
 */
public interface Network {

  /**
   * The encoder's last hidden state, as transformers' base model gives it.
   *
   * @param rows the tokens that are wanted
   * @return (R, H)
   */
  NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout);

  /** The tokens whose hidden states the head reads: the first ones, unless said otherwise. */
  default Rows headRows() {
    return Rows.FIRST;
  }

  /**
   * The head.
   *
   * @param hidden (R, H) of {@link #headRows()}
   * @return logits (B, C)
   */
  NDArray head(NDArray hidden, PackedBatch batch, Dropout dropout);

  /**
   * The forward pass of both in one call of native code, for prediction.
   *
   * @return empty where the parts are called one by one
   */
  default Optional<OneCall> oneCall() {
    return Optional.empty();
  }

  /** The forward pass of both: logits (B, C) in the order of the batch. */
  default NDArray logits(PackedBatch batch, Dropout dropout) {
    Optional<OneCall> oneCall = dropout == Dropout.NONE ? oneCall() : Optional.empty();
    return oneCall
        .map(call -> call.logits(batch))
        .orElseGet(() -> head(hidden(batch, headRows(), dropout), batch, dropout));
  }
}
