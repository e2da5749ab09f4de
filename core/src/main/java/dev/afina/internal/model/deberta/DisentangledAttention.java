package dev.afina.internal.model.deberta;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import dev.afina.internal.engine.Autograd;
import dev.afina.internal.model.layers.Binder;
import dev.afina.internal.model.layers.Dropout;
import dev.afina.internal.model.layers.Embeddings;
import dev.afina.internal.model.layers.Linear;
import dev.afina.internal.model.layers.Norm;
import dev.afina.internal.model.layers.PackedBatch;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import dev.afina.internal.model.layers.Positions;
import dev.afina.internal.model.layers.RelativePositions;
import dev.afina.internal.model.layers.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * DeBERTa's two terms of content and position, added to the products of queries Q and keys K: of
 * the query i and the key j, δ(i − j) a row of the relative embedding,
 *
 * <ul>
 *   <li>content to position: Q_i · K'_δ(i−j), K' the rows projected as keys are,
 *   <li>position to content: K_j · Q'_δ(i−j), Q' the rows projected as queries are.
 * </ul>
 *
 * <p>In a text of S tokens there are 2·S − 1 distances only. So each token is multiplied with as
 * many rows, and what belongs to (i, j) is then one place farther to the side in each row.
 */
final class DisentangledAttention implements RelativePositions {
  private final DebertaConfig config;
  private final Distances distances;
  private final Binder.Array embedding;
  private final Optional<Norm> norm;
  private final Optional<Linear> toKeys;
  private final Optional<Linear> toQueries;
  private final Optional<Projected> kept;

  /**
   * Rows of the relative embedding, projected.
   *
   * @param first the row that is the first here
   * @param keys (rows, H), where there is the term of content to position
   * @param queries (rows, H), where there is the other
   */
  private record Projected(int first, Optional<NDArray> keys, Optional<NDArray> queries) {}

  /**
   * Makes the layers.
   *
   * @param encoder the view of the relative embedding
   * @param attention the view of one layer's projections
   */
  DisentangledAttention(DebertaConfig config, Binder encoder, Binder attention) {
    this.config = config;
    this.distances = config.distances();
    int hidden = config.hiddenSize();
    this.embedding =
        encoder.array("rel_embeddings.weight", Part.ENCODER, 2L * distances.span(), hidden);
    this.norm = config.relativeNorm(encoder);
    this.toKeys =
        config.contentToPosition()
            ? Optional.of(attention.unpacked(config.relativeKeys()))
            : Optional.empty();
    this.toQueries =
        config.positionToContent()
            ? Optional.of(attention.unpacked(config.relativeQueries()))
            : Optional.empty();
    this.kept = attention.kept(this::projectAll);
  }

  @Override
  public Positions of(NDArray query, NDArray key, PackedBatch batch, Rows rows, Dropout dropouts) {
    if (toKeys.isEmpty() && toQueries.isEmpty()) {
      return Positions.NONE;
    }
    List<PackedBatch.Group> groups = batch.groups();
    int reach = groups.get(groups.size() - 1).length() - 1;
    int ahead = rows == Rows.ALL ? reach : 0; // the first token has none before it
    Projected projected =
        kept.orElseGet(
            () ->
                project(query.getManager(), distances.row(-reach), distances.row(ahead), dropouts));
    NDList queries = batch.byGroup(query, rows);
    NDList keys = batch.byGroup(key, Rows.ALL);
    List<NDArray> biases = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      biases.add(
          rows == Rows.ALL
              ? ofAll(queries.get(g), keys.get(g), groups.get(g), projected)
              : ofFirst(queries.get(g), keys.get(g), groups.get(g), projected));
    }
    return Positions.biases(biases);
  }

  /** All rows, for a model whose parameters stay as they are. */
  private Projected projectAll(NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      Projected all = project(scope, 0, 2 * distances.span() - 1, Dropout.NONE);
      all.keys.ifPresent(keys -> keys.attach(owner));
      all.queries.ifPresent(queries -> queries.attach(owner));
      return all;
    }
  }

  /** The rows {@code first} to {@code last}. */
  private Projected project(NDManager manager, int first, int last, Dropout dropouts) {
    NDArray rows =
        Embeddings.rows(embedding.get(), manager.arange(first, last + 1, 1, DataType.INT64));
    NDArray normed = norm.map(n -> n.apply(rows)).orElse(rows);
    NDArray dropped = dropouts.applyToTable(normed, first, config.hiddenDropout());
    return new Projected(
        first, toKeys.map(l -> l.apply(dropped)), toQueries.map(l -> l.apply(dropped)));
  }

  /** Both terms for all tokens of a group: (B, N, S, S). */
  private NDArray ofAll(NDArray query, NDArray key, PackedBatch.Group group, Projected projected) {
    int s = group.length();
    NDManager manager = query.getManager();
    Optional<NDArray> toPosition =
        projected.keys.map(
            all -> {
              NDArray rows = rows(all, projected.first, 2 * s - 1, n -> s - 1 - n, manager);
              return shifted(products(query, rows), group); // (N, B, S, S)
            });
    Optional<NDArray> toContent =
        projected.queries.map(
            all -> {
              NDArray rows = rows(all, projected.first, 2 * s - 1, n -> n - s + 1, manager);
              return shifted(products(key, rows), group).swapAxes(2, 3); // (N, B, S, S)
            });
    return sum(toPosition, toContent).swapAxes(0, 1);
  }

  /** Both terms for the first token of each text of a group: (B, N, 1, S). */
  private NDArray ofFirst(
      NDArray query, NDArray key, PackedBatch.Group group, Projected projected) {
    int s = group.length();
    NDManager manager = query.getManager();
    Optional<NDArray> toPosition =
        projected.keys.map(
            all ->
                products(query, rows(all, projected.first, s, n -> -n, manager)) // (N, B, S)
                    .swapAxes(0, 1));
    Optional<NDArray> toContent =
        projected.queries.map(
            all -> {
              NDArray rows = rows(all, projected.first, s, n -> -n, manager); // (S, H)
              return key.reshape(group.texts(), s, config.heads(), -1)
                  .mul(rows.reshape(s, config.heads(), -1))
                  .sum(new int[] {3}) // (B, S, N)
                  .swapAxes(1, 2);
            });
    return sum(toPosition, toContent).expandDims(2);
  }

  private static NDArray sum(Optional<NDArray> toPosition, Optional<NDArray> toContent) {
    if (toPosition.isEmpty()) {
      return dense(toContent.orElseThrow());
    }
    return toContent.map(toPosition.get()::add).orElseGet(toPosition::get);
  }

  /** The kernel of attention takes rows whose numbers stand side by side in memory. */
  private static NDArray dense(NDArray x) {
    return x.reshape(x.getShape().get(0), -1).reshape(x.getShape());
  }

  /**
   * The {@code count} rows of some distances, scaled as products of queries and keys are.
   *
   * @param distance the n-th
   * @return (count, H)
   */
  private NDArray rows(
      NDArray all, int first, int count, IntUnaryOperator distance, NDManager manager) {
    long[] rows = new long[count];
    for (int n = 0; n < count; n++) {
      rows[n] = distances.row(distance.applyAsInt(n)) - (long) first;
    }
    return Embeddings.rows(all, Autograd.indexes(manager, rows))
        .mul(Autograd.scalar(manager, config.attentionScale()));
  }

  /** Each of (R, H) with each of (P, H), by heads: (N, R, P). */
  private NDArray products(NDArray x, NDArray rows) {
    return heads(x).matMul(heads(rows).swapAxes(1, 2));
  }

  private NDArray heads(NDArray x) {
    return x.reshape(x.getShape().get(0), config.heads(), -1).swapAxes(0, 1);
  }

  /**
   * Of row i the S columns from S − 1 − i on.
   *
   * @param x (N, B·S, 2·S − 1)
   * @return (N, B, S, S)
   */
  private NDArray shifted(NDArray x, PackedBatch.Group group) {
    long s = group.length();
    if (s == 1) {
      return x.reshape(config.heads(), group.texts(), 1, 1);
    }
    // In rows that are shorter by one the columns wanted stand below each other.
    return x.reshape(config.heads(), group.texts(), s * (2 * s - 1))
        .get(new NDIndex("..., {}:{}", s - 1, s - 1 + s * (2 * s - 2)))
        .reshape(config.heads(), group.texts(), s, 2 * s - 2)
        .get(new NDIndex("..., 0:{}", s));
  }
}
