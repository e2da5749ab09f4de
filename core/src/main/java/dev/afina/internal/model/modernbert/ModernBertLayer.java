package dev.afina.internal.model.modernbert;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.LinearSpec;
import dev.afina.internal.model.layers.Norm;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.Rows;
import dev.afina.internal.model.layers.SelfAttention;
import java.util.Optional;

/** Attention, then a gated feed-forward network, each on normalised input and added to it. */
final class ModernBertLayer {
  private final ModernBertConfig config;
  private final Optional<Norm> attentionNorm;
  private final SelfAttention attention;
  private final Linear attentionOutput;
  private final Norm feedForwardNorm;
  private final Linear intermediate;
  private final Linear output;

  /**
   * Makes the layer.
   *
   * @param layer the view of its keys
   * @param isFirst the embeddings are normalised already
   * @param rows the fewest tokens that it is asked for
   */
  ModernBertLayer(Binder layer, ModernBertConfig config, boolean isFirst, Rows rows) {
    int hidden = config.hiddenSize();
    int feedForward = config.intermediateSize();
    this.config = config;
    attentionNorm = isFirst ? Optional.empty() : Optional.of(norm(layer, config, "attn_norm"));
    attention =
        layer.selfAttention(
            rows,
            config.attention(),
            LinearSpec.of("attn.Wqkv", hidden, 3 * hidden).withBias(config.attentionBias()));
    attentionOutput =
        layer.linear(LinearSpec.of("attn.Wo", hidden, hidden).withBias(config.attentionBias()));
    feedForwardNorm = norm(layer, config, "mlp_norm");
    intermediate =
        layer.gated(
            LinearSpec.of("mlp.Wi", hidden, 2 * feedForward)
                .withBias(config.mlpBias())
                .then(config.activation()));
    output = layer.linear(LinearSpec.of("mlp.Wo", feedForward, hidden).withBias(config.mlpBias()));
  }

  /** A norm of the encoder. */
  static Norm norm(Binder place, ModernBertConfig config, String name) {
    return place.norm(
        Part.ENCODER, name, config.hiddenSize(), config.normBias(), config.normEpsilon());
  }

  /**
   * The layer's result.
   *
   * @param x (T, H)
   * @param rows which tokens are asked for
   * @return (R, H), in x's manager
   */
  NDArray apply(NDArray x, PackedBatch batch, Rows rows, Positions positions, Dropout dropouts) {
    NDArray normed = attentionNorm.map(norm -> norm.apply(x)).orElse(x); // (T, H)
    NDArray asking = rows.of(normed, batch); // (R, H)
    NDArray context = attention.apply(asking, normed, batch, rows, positions, dropouts); // (R, H)
    NDArray gathered = dropouts.apply(attentionOutput.apply(context), config.attentionDropout());
    NDArray attended = rows.of(x, batch).add(gathered); // (R, H)
    NDArray wide = intermediate.apply(feedForwardNorm.apply(attended)); // (R, F)
    return attended.add(output.apply(dropouts.apply(wide, config.mlpDropout())));
  }
}
