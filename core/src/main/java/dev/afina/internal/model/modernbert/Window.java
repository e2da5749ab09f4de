package dev.afina.internal.model.modernbert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.Rows;
import java.util.List;

/**
 * Attention to neighbours only.
 *
 * @param reach how many tokens before and behind it a token sees
 */
record Window(int reach) {
  /** Added to what is not seen: after softmax it is exactly 0. */
  private static final float UNSEEN = -1e30f;

  /** What keeps each token to its window; nothing where all texts fit into it. */
  Positions positions(PackedBatch batch, Rows rows) {
    List<PackedBatch.Group> groups = batch.groups();
    if (groups.stream().allMatch(group -> group.length() <= reach + 1)) {
      return Positions.NONE;
    }
    return Positions.biases(
        groups.stream().map(group -> bias(batch.manager(), group.length(), rows)).toList());
  }

  /** (1, 1, queries, length). */
  private NDArray bias(NDManager manager, int length, Rows rows) {
    int queries = rows == Rows.ALL ? length : 1;
    NDArray distances =
        manager
            .arange(queries)
            .reshape(queries, 1)
            .sub(manager.arange(length).reshape(1, length))
            .abs();
    NDArray unseen = distances.gt(Autograd.indexes(manager, reach));
    return unseen
        .toType(DataType.FLOAT32, false)
        .mul(Autograd.scalar(manager, UNSEEN))
        .reshape(new Shape(1, 1, queries, length));
  }
}
