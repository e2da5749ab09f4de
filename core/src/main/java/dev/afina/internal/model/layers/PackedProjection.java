package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import dev.afina.internal.engine.AttentionCall;
import dev.afina.internal.engine.PackedLinear;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One product for query, key and value; two where queries may be asked for some tokens only.
 *
 * @param hidden H
 * @param specs query, key and value where the checkpoint has each as a layer; or none
 * @param first query, key and value side by side; the query alone where there is a second
 * @param keyValue key and value side by side, or null
 */
record PackedProjection(
    int hidden, List<LinearSpec> specs, PackedLinear first, @Nullable PackedLinear keyValue)
    implements Projection {

  @Override
  public NDList apply(NDArray input, NDArray x) {
    if (keyValue == null) {
      NDArray all = first.apply(x);
      return new NDList(columns(all, 0), columns(all, 1), columns(all, 2));
    }
    NDArray both = keyValue.apply(x);
    return new NDList(first.apply(input), columns(both, 0), columns(both, 1));
  }

  @Override
  public NDArray attend(
      NDArray input,
      NDArray x,
      Attention attention,
      PackedBatch batch,
      Rows rows,
      Positions positions,
      Dropout dropouts) {
    AttentionCall call = attention.call(batch, rows, positions);
    return keyValue == null
        ? first.selfAttention(x, hidden, call)
        : first.queryAttention(input, keyValue, x, hidden, call);
  }

  /** All in one, or the query and then the others. */
  List<PackedLinear> layers() {
    return keyValue == null ? List.of(first) : List.of(first, keyValue);
  }

  private NDArray columns(NDArray all, int part) {
    return all.get(new NDIndex(":, {}:{}", part * hidden, (part + 1) * hidden));
  }
}
