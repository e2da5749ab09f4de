package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.PackedStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Layers of an encoder of BERT's kin, one after the other: in one call where the form can. */
public final class PostNormStack {
  private final List<PostNormLayer> layers;
  private final Optional<PackedStack> packed;

  /**
   * @param form any view of what the layers were made with
   * @param layers only the last may compute first tokens; none gives the input back
   */
  public PostNormStack(Binder form, List<PostNormLayer> layers) {
    this.layers = List.copyOf(layers);
    this.packed = layers.isEmpty() ? Optional.empty() : form.stack(this.layers);
  }

  /**
   * The layers "0" to {@code count} − 1, of which the last one computes the first token of each
   * text only.
   *
   * @param encoder the view that holds them
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
   * The last layer's result.
   *
   * @param x (T, H); used up
   * @param positions of all tokens
   * @return (R, H), in x's manager
   */
  public NDArray apply(NDArray x, PackedBatch batch, Positions positions, Dropout dropouts) {
    if (packed.isPresent()) {
      return PostNormLayer.scoped(
          x, in -> packed.get().apply(in, layers.get(0).attention().call(batch, positions)));
    }
    NDArray y = x;
    for (PostNormLayer layer : layers) {
      y = PostNormLayer.scoped(y, in -> layer.apply(in, batch, positions, dropouts));
    }
    return y;
  }
}
