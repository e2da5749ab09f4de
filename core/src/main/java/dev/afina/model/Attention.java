package dev.afina.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.afina.engine.Autograd;
import java.util.List;
import java.util.Optional;

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
    Optional<NDArray> mask = dropouts.mask(query.getManager(), weights(groups, rows), dropout);
    if (groups.size() == 1) {
      return attend(query, key, value, groups.get(0), mask);
    }
    NDList queries = query.split(bounds(groups, rows));
    NDList keys = key.split(bounds(groups, Rows.ALL));
    NDList values = value.split(bounds(groups, Rows.ALL));
    NDList contexts = new NDList(groups.size());
    long from = 0;
    for (int g = 0; g < groups.size(); g++) {
      long to = from + weights(groups.subList(g, g + 1), rows);
      String part = from + ":" + to;
      contexts.add(
          attend(
              queries.get(g),
              keys.get(g),
              values.get(g),
              groups.get(g),
              mask.map(m -> m.get(part))));
      from = to;
    }
    return NDArrays.concat(contexts);
  }

  private NDArray attend(
      NDArray query, NDArray key, NDArray value, PackedBatch.Group group, Optional<NDArray> mask) {
    long hidden = key.getShape().get(1);
    NDArray scale = Autograd.scalar(query.getManager(), 1 / Math.sqrt((double) hidden / heads));
    NDArray q = split(query.mul(scale), group); // (B, N, S or 1, D)
    NDArray k = split(key, group); // (B, N, S, D)
    NDArray v = split(value, group); // (B, N, S, D)
    NDArray weights = q.matMul(k.swapAxes(2, 3)).softmax(-1); // (B, N, S or 1, S)
    NDArray kept = mask.map(m -> weights.mul(m.reshape(weights.getShape()))).orElse(weights);
    NDArray context = kept.matMul(v); // (B, N, S or 1, D)
    return context.swapAxes(1, 2).reshape(-1, hidden);
  }

  /** How many attention weights there are. */
  private long weights(List<PackedBatch.Group> groups, Rows rows) {
    return groups.stream()
        .mapToLong(g -> (long) g.texts() * heads * (rows == Rows.ALL ? g.length() : 1) * g.length())
        .sum();
  }

  private NDArray split(NDArray x, PackedBatch.Group group) {
    long hidden = x.getShape().get(1);
    return x.reshape(group.texts(), -1, heads, hidden / heads).swapAxes(1, 2);
  }

  /** Where the groups after the first begin. */
  private static long[] bounds(List<PackedBatch.Group> groups, Rows rows) {
    long[] bounds = new long[groups.size() - 1];
    long at = 0;
    for (int g = 0; g < bounds.length; g++) {
      at += (long) groups.get(g).texts() * (rows == Rows.ALL ? groups.get(g).length() : 1);
      bounds[g] = at;
    }
    return bounds;
  }
}
