package dev.afina.internal.model.deberta;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Norm;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.layers.Rows;

/** A convolution along each text, beside the first layer: norm(activation(conv(x)) + layer(x)). */
final class Convolution {
  private final DebertaConfig config;
  private final Binder.Array weight;
  private final Binder.Array bias;
  private final Norm norm;

  /**
   * Makes the layer.
   *
   * @param binder the view that holds it
   */
  Convolution(DebertaConfig config, Binder binder) {
    this.config = config;
    int hidden = config.hiddenSize();
    int width = config.convolution().width();
    this.weight =
        binder.array(
            "conv.weight", Part.ENCODER, hidden, hidden / config.convolution().groups(), width);
    this.bias = binder.array("conv.bias", Part.ENCODER, hidden);
    this.norm = binder.norm("LayerNorm", hidden, config.layerNormEpsilon());
  }

  /**
   * The layer's result.
   *
   * @param x (T, H), what the first layer gets
   * @param residual (R, H), what it gives
   * @param rows which tokens it computes
   * @return (R, H), in x's manager
   */
  NDArray apply(NDArray x, NDArray residual, PackedBatch batch, Rows rows, Dropout dropouts) {
    NDList parts = batch.byGroup(x, Rows.ALL);
    NDList results = new NDList();
    for (int g = 0; g < parts.size(); g++) {
      results.add(along(parts.get(g), batch.groups().get(g)));
    }
    NDArray all = parts.size() == 1 ? results.get(0) : NDArrays.concat(results); // (T, H)
    NDArray dropped = dropouts.apply(rows.of(all, batch), config.hiddenDropout());
    return norm.apply(config.convolution().activation().apply(dropped).add(residual));
  }

  /** Beyond a text's ends there are zeros. */
  private NDArray along(NDArray x, PackedBatch.Group group) {
    long hidden = x.getShape().get(1);
    NDArray channels = x.reshape(group.texts(), -1, hidden).swapAxes(1, 2); // (B, H, S)
    return channels
        .getNDArrayInternal()
        .convolution(
            channels,
            weight.get(),
            bias.get(),
            new Shape(1),
            new Shape(config.convolution().width() / 2),
            new Shape(1),
            config.convolution().groups())
        .singletonOrThrow()
        .swapAxes(1, 2)
        .reshape(-1, hidden);
  }
}
