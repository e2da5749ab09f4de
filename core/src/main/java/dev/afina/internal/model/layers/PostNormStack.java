package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import dev.afina.internal.engine.AttentionCall;
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
   * @param layers only the last may be asked for first tokens; none gives the input back
   */
  public PostNormStack(Binder form, List<PostNormLayer> layers) {
    this.layers = List.copyOf(layers);
    this.packed = layers.isEmpty() ? Optional.empty() : form.stack(this.layers);
  }

  /**
   * The layers "0" to {@code count} − 1, of which the last one may be asked for first tokens.
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
   * @param rows which tokens the last layer is asked for
   * @param positions of all tokens
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

  /** All layers as one; empty where they are called one by one. */
  Optional<PackedStack> packed() {
    return packed;
  }

  /** How the layers attend, of which there is one at least. */
  AttentionCall call(PackedBatch batch, Rows rows, Positions positions) {
    return layers.get(0).attention().call(batch, rows, positions);
  }
}
