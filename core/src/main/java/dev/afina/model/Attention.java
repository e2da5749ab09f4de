package dev.afina.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.afina.engine.Autograd;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Scaled dot-product attention with several heads (Vaswani et al. 2017, arXiv 1706.03762) within
 * each text of a packed batch.
 *
 * <p>Texts of equal length are one dense array, so there is no padding and no mask.
 *
 * @param heads N
 * @param dropout the rate at which attention weights are dropped in training
 */
public record Attention(int heads, double dropout) {

  /**
   * What each query row gathers from its text.
   *
   * @param query (R, H)
   * @param key (T, H)
   * @param value (T, H)
   * @param rows which tokens the queries are
   * @return (R, H)
   */
  NDArray apply(
      NDArray query, NDArray key, NDArray value, PackedBatch batch, Rows rows, Dropout dropouts) {
    List<PackedBatch.Group> groups = batch.groups();
    long hidden = query.getShape().get(1);
    NDArray scale = Autograd.scalar(query.getManager(), 1 / Math.sqrt((double) hidden / heads));
    NDArray scaled = query.mul(scale);
    long[] weights = groups.stream().mapToLong(g -> weights(g, rows)).toArray();
    Optional<NDArray> mask =
        dropouts.mask(query.getManager(), LongStream.of(weights).sum(), dropout);
    if (groups.size() == 1) {
      return attend(scaled, key, value, groups.get(0), mask);
    }
    long[] tokens = groups.stream().mapToLong(g -> (long) g.texts() * g.length()).toArray();
    long[] queryRows =
        rows == Rows.ALL ? tokens : groups.stream().mapToLong(PackedBatch.Group::texts).toArray();
    NDList queries = scaled.split(bounds(queryRows));
    NDList keys = key.split(bounds(tokens));
    NDList values = value.split(bounds(tokens));
    Optional<NDList> masks = mask.map(m -> m.split(bounds(weights)));
    NDList contexts = new NDList(groups.size());
    for (int g = 0; g < groups.size(); g++) {
      int place = g;
      contexts.add(
          attend(
              queries.get(g),
              keys.get(g),
              values.get(g),
              groups.get(g),
              masks.map(all -> all.get(place))));
    }
    return NDArrays.concat(contexts);
  }

  private NDArray attend(
      NDArray query, NDArray key, NDArray value, PackedBatch.Group group, Optional<NDArray> mask) {
    NDArray q = split(query, group); // (B, N, S or 1, D)
    NDArray k = split(key, group); // (B, N, S, D)
    NDArray v = split(value, group); // (B, N, S, D)
    NDArray weights = q.matMul(k.swapAxes(2, 3)).softmax(-1); // (B, N, S or 1, S)
    NDArray kept = mask.map(m -> weights.mul(m.reshape(weights.getShape()))).orElse(weights);
    NDArray context = kept.matMul(v); // (B, N, S or 1, D)
    return context.swapAxes(1, 2).reshape(-1, key.getShape().get(1));
  }

  /** How many attention weights a group has. */
  private long weights(PackedBatch.Group group, Rows rows) {
    long queries = rows == Rows.ALL ? group.length() : 1;
    return queries * group.texts() * heads * group.length();
  }

  private NDArray split(NDArray x, PackedBatch.Group group) {
    long hidden = x.getShape().get(1);
    return x.reshape(group.texts(), -1, heads, hidden / heads).swapAxes(1, 2);
  }

  /** Where all after the first begin. */
  private static long[] bounds(long[] sizes) {
    long[] bounds = new long[sizes.length - 1];
    long at = 0;
    for (int i = 0; i < bounds.length; i++) {
      at += sizes[i];
      bounds[i] = at;
    }
    return bounds;
  }
}
