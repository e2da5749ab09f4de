package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.AttentionCall;
import dev.afina.internal.engine.PackedStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stack of {@link PostNormLayer}s, computed in a single call of native code if the form can. */
public final class PostNormStack {
  private final List<PostNormLayer> layers;
  private final Optional<PackedStack> packed;

  /**
   * @param form a binder that the layers were made with
   * @param layers only the last one may be computed for first tokens only; without layers the
   *     result is the input
   */
  public PostNormStack(Binder form, List<PostNormLayer> layers) {
    this.layers = List.copyOf(layers);
    this.packed = layers.isEmpty() ? Optional.empty() : form.stack(this.layers);
  }

  /**
   * Makes the layers "0" to {@code count} − 1, of which the last one may be computed for first
   * tokens only.
   *
   * @param encoder the binder of the layers
   */
  public static PostNormStack of(
      Binder encoder, int count, PostNormLayer.Keys keys, PostNormLayer.Options options) {
    List<PostNormLayer> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(
          new PostNormLayer(encoder.at(Integer.toString(i)), keys, options, Rows.of(i, count)));
    }
    return new PostNormStack(encoder, layers);
  }

  /**
   * Applies all layers.
   *
   * @param x (T, H); freed
   * @param rows the tokens to compute the last layer for
   * @param positions the positions of all tokens
   * @return (R, H), in x's manager
   */
  public NDArray apply(
      NDArray x, PackedBatch batch, Rows rows, Positions positions, Dropout dropouts) {
    if (packed.isPresent()) {
      return PostNormLayer.scoped(x, in -> packed.get().apply(in, call(batch, rows, positions)));
    }
    NDArray y = x;
    for (int i = 0; i < layers.size(); i++) {
      PostNormLayer layer = layers.get(i);
      Rows asked = i < layers.size() - 1 ? Rows.ALL : rows;
      y = PostNormLayer.scoped(y, in -> layer.apply(in, batch, asked, positions, dropouts));
    }
    return y;
  }

  /** All layers as a single call; empty if they are called one by one. */
  Optional<PackedStack> packed() {
    return packed;
  }

  /** The layers in their order. */
  List<PostNormLayer> layers() {
    return layers;
  }

  /** The attention of the layers, of which there must be at least one. */
  AttentionCall call(PackedBatch batch, Rows rows, Positions positions) {
    return layers.get(0).attention().call(batch, rows, positions);
  }
}
