package dev.afina.internal.model;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.layers.Rows;

/**
 * A family's encoder with a plain head: {@code classifier(dropout(last_hidden_state[:, 0]))}, or
 * the same on the mean of all tokens. The family's own head is left out.
 */
final class PlainHead implements Network {
  /**
   * The entry in config.json instead of a class of transformers, which has none that computes this.
   */
  static final String CLASS = "PlainHead";

  private final Network encoder;
  private final Linear output;
  private final HeadForm form;

  /**
   * @param encoder bound {@linkplain Binder#withoutHead() without its head}
   */
  PlainHead(Network encoder, int hiddenSize, int labels, HeadForm form, Binder binder) {
    this.encoder = encoder;
    this.output = binder.linear(LinearSpec.of("classifier", hiddenSize, labels).of(Part.OUTPUT));
    this.form = form;
  }

  @Override
  public NDArray hidden(PackedBatch batch, Rows rows, Dropout dropout) {
    return encoder.hidden(batch, rows, dropout);
  }

  @Override
  public Rows headRows() {
    return form.readsMean() ? Rows.ALL : Rows.FIRST;
  }

  @Override
  public NDArray head(NDArray hidden, PackedBatch batch, Dropout dropout) {
    NDArray pooled = form.readsMean() ? batch.means(hidden) : hidden; // (B, H)
    return output.apply(dropout.apply(pooled, form.plainDropout())); // (B, C)
  }
}
