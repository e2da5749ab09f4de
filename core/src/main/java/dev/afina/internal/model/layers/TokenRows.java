package dev.afina.internal.model.layers;

/** Which row of its word embedding each token of a batch has. */
@FunctionalInterface
public interface TokenRows {
  /** The table has a row for each token id. */
  TokenRows IDS = (place, token) -> token;

  /**
   * The row of a token.
   *
   * @param place of the token in the batch, from 0
   * @param token its id
   */
  int of(int place, int token);
}
