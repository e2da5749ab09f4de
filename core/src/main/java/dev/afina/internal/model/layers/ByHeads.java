package dev.afina.internal.model.layers;

/**
 * Queries, keys and values of attention from one layer whose outputs are ordered by heads: D for
 * the queries of the first head, D for its keys, D for its values, then those of the second.
 *
 * @param all the layer of 3 · H outputs, without a bias
 * @param queryBias the key of what is added to queries (H); keys have none
 * @param valueBias the same for values
 * @param heads N, of D = H / N numbers each
 */
public record ByHeads(LinearSpec all, String queryBias, String valueBias, int heads) {

  /** H. */
  public int hidden() {
    return all.in();
  }

  ByHeads under(String prefix) {
    return new ByHeads(all.under(prefix), prefix + queryBias, prefix + valueBias, heads);
  }
}
