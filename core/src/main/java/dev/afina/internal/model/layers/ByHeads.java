package dev.afina.internal.model.layers;

/**
 * Queries, keys and values of attention from one layer whose outputs are ordered by heads: D for
 * the queries of the first head, D for its keys, D for its values, then those of the second.
 *
 * @param weight the key of (3 · H, H)
 * @param queryBias the key of what is added to queries (H); keys have none
 * @param valueBias the same for values
 * @param hidden H
 * @param heads N, of D = H / N numbers each
 */
public record ByHeads(String weight, String queryBias, String valueBias, int hidden, int heads) {
  ByHeads under(String prefix) {
    return new ByHeads(prefix + weight, prefix + queryBias, prefix + valueBias, hidden, heads);
  }
}
