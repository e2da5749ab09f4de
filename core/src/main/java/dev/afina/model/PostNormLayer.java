package dev.afina.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.afina.engine.PackedEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The encoder layer of BERT and its kin: attention, then a feed-forward network, each added to its
 * input and normalised after the addition.
 *
 * @param keys what the checkpoint calls its parts
 * @param attentionDropout the rate after the attention's output; empty where the architecture drops
 *     nothing there, whatever the rates
 * @param outputDropout the rate after the feed-forward network
 * @param epsilon of the LayerNorms
 */
public record PostNormLayer(
    Keys keys,
    Attention attention,
    Activation activation,
    OptionalDouble attentionDropout,
    double outputDropout,
    double epsilon) {

  /** The keys of the parts, relative to the layer. */
  public record Keys(
      String query,
      String key,
      String value,
      String attentionOutput,
      String attentionNorm,
      String intermediate,
      String output,
      String outputNorm) {}

  /** Lists the layer's parameters under {@code path}. */
  public void describe(ParameterSpecs specs, String path, int hidden, int feedForward) {
    specs
        .linear(path + "." + keys.query, hidden, hidden)
        .linear(path + "." + keys.key, hidden, hidden)
        .linear(path + "." + keys.value, hidden, hidden)
        .linear(path + "." + keys.attentionOutput, hidden, hidden)
        .layerNorm(path + "." + keys.attentionNorm, hidden)
        .linear(path + "." + keys.intermediate, hidden, feedForward)
        .linear(path + "." + keys.output, feedForward, hidden)
        .layerNorm(path + "." + keys.outputNorm, hidden);
  }

  /**
   * Runs {@code count} layers, the last one for the first token of each text only.
   *
   * @param x (T, H); used up
   * @param layers the view that holds the layers "0", "1", …
   * @return (B, H)
   */
  public NDArray stack(NDArray x, Weights layers, int count, PackedBatch batch, Dropout dropouts) {
    if (layers.packed().isPresent()) {
      return layers
          .packed()
          .get()
          .apply(x, batch.groupTexts(), batch.groupLengths(), batch.firstTokens());
    }
    NDArray hidden = x;
    for (int i = 0; i < count; i++) {
      Rows rows = i < count - 1 ? Rows.ALL : Rows.FIRST;
      hidden = scoped(hidden, layers.at(Integer.toString(i)), batch, rows, dropouts);
    }
    return hidden;
  }

  /**
   * Packs {@code count} layers for prediction.
   *
   * @param layers the view that holds the layers "0", "1", …
   */
  public Optional<PackedEncoder> pack(Weights layers, int count, PackedEncoder.Format format) {
    List<PackedEncoder.Layer> packed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Weights w = layers.at(Integer.toString(i));
      packed.add(
          new PackedEncoder.Layer(
              w.linear(keys.query),
              w.linear(keys.key),
              w.linear(keys.value),
              w.linear(keys.attentionOutput),
              w.norm(keys.attentionNorm),
              w.linear(keys.intermediate),
              w.linear(keys.output),
              w.norm(keys.outputNorm)));
    }
    return PackedEncoder.of(format, packed, attention.heads(), activation.packed(), epsilon);
  }

  /** Frees the layer's intermediate results at its end; autograd keeps what it needs. */
  private NDArray scoped(
      NDArray x, Weights weights, PackedBatch batch, Rows rows, Dropout dropouts) {
    NDManager outer = x.getManager();
    try (NDManager inner = outer.newSubManager()) {
      x.attach(inner);
      NDArray y = forward(x, weights, batch, rows, dropouts);
      y.attach(outer);
      return y;
    }
  }

  private NDArray forward(
      NDArray x, Weights weights, PackedBatch batch, Rows rows, Dropout dropouts) {
    NDArray input = rows.of(x, batch); // (R, H)
    NDArray context =
        attention.apply(
            weights.linear(keys.query, input),
            weights.linear(keys.key, x),
            weights.linear(keys.value, x),
            batch,
            rows,
            dropouts); // (R, H)
    NDArray projected = weights.linear(keys.attentionOutput, context);
    if (attentionDropout.isPresent()) {
      projected = dropouts.apply(projected, attentionDropout.getAsDouble());
    }
    NDArray attended = weights.layerNorm(keys.attentionNorm, projected.add(input), epsilon);
    NDArray expanded = activation.apply(weights.linear(keys.intermediate, attended)); // (R, F)
    return weights.layerNorm(
        keys.outputNorm,
        dropouts.apply(weights.linear(keys.output, expanded), outputDropout).add(attended),
        epsilon); // (R, H)
  }
}
