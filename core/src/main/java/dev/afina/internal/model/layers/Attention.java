package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import dev.afina.internal.engine.AttentionCall;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.engine.PackedKernels;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Multi-head scaled dot-product attention (Vaswani et al. 2017, arXiv 1706.03762) within each text
 * of a packed batch.
 *
 * <p>Texts of equal length are processed as one dense array, so there is no padding and no mask.
 */
public final class Attention {
  private final Options options;
  private final Optional<PackedKernels> kernels;

  /**
   * The options of attention.
   *
   * @param heads N, of D = H / N numbers each
   * @param scale the factor of the products of queries and keys
   * @param dropout the dropout rate of attention weights in training
   */
  public record Options(int heads, double scale, double dropout) {

    /** Scaled by 1 / √D, as in the paper. */
    public static Options of(int hidden, int heads, double dropout) {
      return new Options(heads, 1 / Math.sqrt((double) hidden / heads), dropout);
    }
  }

  Attention(Options options, Optional<PackedKernels> kernels) {
    this.options = options;
    this.kernels = kernels;
  }

  /**
   * Computes the context of each query row.
   *
   * @param query (R, H)
   * @param key (T, H)
   * @param value (T, H)
   * @param rows the tokens of the queries
   * @return (R, H), in the query's manager
   */
  public NDArray apply(
      NDArray query,
      NDArray key,
      NDArray value,
      PackedBatch batch,
      Rows rows,
      Positions positions,
      Dropout dropouts) {
    return kernels
        .map(k -> k.attention(query, key, value, call(batch, rows, positions)))
        .orElseGet(() -> plain(query, key, value, batch, rows, positions, dropouts));
  }

  AttentionCall call(PackedBatch batch, Rows rows, Positions positions) {
    return new AttentionCall(
        batch.groupTexts(),
        batch.groupLengths(),
        rows == Rows.FIRST,
        options.heads,
        options.scale,
        positions.biases(),
        positions.rotary());
  }

  private NDArray plain(
      NDArray query,
      NDArray key,
      NDArray value,
      PackedBatch batch,
      Rows rows,
      Positions positions,
      Dropout dropouts) {
    List<PackedBatch.Group> groups = batch.groups();
    Positions asked = positions.of(rows);
    NDArray scaled = query.mul(Autograd.scalar(query.getManager(), options.scale));
    long[] weights = groups.stream().mapToLong(g -> weights(g, rows)).toArray();
    long[] ofTexts =
        groups.stream()
            .flatMapToLong(
                g -> LongStream.generate(() -> weights(g, rows) / g.texts()).limit(g.texts()))
            .toArray();
    Optional<NDArray> mask = dropouts.masks(query.getManager(), ofTexts, options.dropout);
    if (groups.size() == 1) {
      return attend(scaled, key, value, groups.get(0), 0, asked, mask);
    }
    NDList queries = batch.byGroup(scaled, rows);
    NDList keys = batch.byGroup(key, Rows.ALL);
    NDList values = batch.byGroup(value, Rows.ALL);
    Optional<NDList> masks = mask.map(m -> m.split(PackedBatch.bounds(weights)));
    NDList contexts = new NDList(groups.size());
    for (int g = 0; g < groups.size(); g++) {
      int place = g;
      contexts.add(
          attend(
              queries.get(g),
              keys.get(g),
              values.get(g),
              groups.get(g),
              g,
              asked,
              masks.map(all -> all.get(place))));
    }
    return NDArrays.concat(contexts);
  }

  private NDArray attend(
      NDArray query,
      NDArray key,
      NDArray value,
      PackedBatch.Group group,
      int place,
      Positions positions,
      Optional<NDArray> mask) {
    NDArray q = turned(split(query, group), positions); // (B, N, S or 1, D)
    NDArray k = turned(split(key, group), positions); // (B, N, S, D)
    NDArray v = split(value, group); // (B, N, S, D)
    NDArray products = q.matMul(k.swapAxes(2, 3)); // (B, N, S or 1, S)
    if (!positions.biases().isEmpty()) {
      products = products.add(positions.biases().get(place));
    }
    NDArray weights = products.softmax(-1);
    NDArray kept = mask.map(m -> weights.mul(m.reshape(weights.getShape()))).orElse(weights);
    NDArray context = kept.matMul(v); // (B, N, S or 1, D)
    return context.swapAxes(1, 2).reshape(-1, key.getShape().get(1));
  }

  /** Rotates each pair (i, i + D/2) by the angle of its position and i: (B, N, S or 1, D). */
  private static NDArray turned(NDArray x, Positions positions) {
    if (positions.rotary().isEmpty()) {
      return x;
    }
    NDIndex used = new NDIndex("0:{}", x.getShape().get(2));
    NDArray cosines = positions.rotary().get(0).get(used);
    NDArray sines = positions.rotary().get(1).get(used);
    cosines.attach(x.getManager()); // otherwise they would live as long as the tables
    sines.attach(x.getManager());
    NDList halves = x.split(2, 3);
    NDArray across = NDArrays.concat(new NDList(halves.get(1).neg(), halves.get(0)), 3);
    return x.mul(cosines).add(across.mul(sines));
  }

  /** The number of attention weights of a group. */
  private long weights(PackedBatch.Group group, Rows rows) {
    long queries = rows == Rows.ALL ? group.length() : 1;
    return queries * group.texts() * options.heads * group.length();
  }

  private NDArray split(NDArray x, PackedBatch.Group group) {
    long hidden = x.getShape().get(1);
    return x.reshape(group.texts(), -1, options.heads, hidden / options.heads).swapAxes(1, 2);
  }
}
