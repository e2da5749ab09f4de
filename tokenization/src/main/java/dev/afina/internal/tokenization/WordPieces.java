package dev.afina.internal.tokenization;

import java.util.Map;

/**
 * WordPiece: takes the longest piece that the word begins with, then the longest that the rest
 * begins with, and so on. If no piece fits, the whole word is unknown.
 *
 * <p>Each piece is one walk down a {@link PieceTrie}. X. Song et al., Fast WordPiece Tokenization,
 * 2021, add failure links to avoid backtracking; words have at most 256 characters and mostly are a
 * single piece, so that would gain little.
 */
public final class WordPieces {

  private final PieceTrie trie;
  private final int inside; // where pieces inside words begin; NONE if there are none
  private final int unknown;
  private final int longestWord;

  /**
   * A model.
   *
   * @param vocabulary the pieces and their ids
   * @param insidePrefix the prefix of pieces inside a word, such as {@code ##}
   * @param unknown the id of the unknown token
   * @param longestWord the maximum length of a word in code points; longer words are unknown
   */
  public WordPieces(
      Map<String, Integer> vocabulary, String insidePrefix, int unknown, int longestWord) {
    trie = new PieceTrie(vocabulary);
    inside = trie.node(insidePrefix);
    this.unknown = unknown;
    this.longestWord = longestWord;
  }

  /** Adds the pieces of the word between two indexes. */
  void add(NormalizedText text, int start, int end, TokenList into) {
    into.nextWord();
    int before = into.size();
    int at = isTooLong(text.chars(), start, end) ? -1 : start;
    while (at >= 0 && at < end) {
      at = addLongest(text, at == start ? PieceTrie.ROOT : inside, at, end, into);
    }
    if (at < 0) {
      into.cut(before);
      text.addToken(unknown, start, end, into);
    }
  }

  /** Adds the longest piece at an index. Returns its end, or -1 if there is none. */
  private int addLongest(NormalizedText text, int root, int start, int end, TokenList into) {
    char[] chars = text.chars();
    int node = root;
    int id = PieceTrie.NONE;
    int pieceEnd = -1;
    for (int i = start; i < end && node != PieceTrie.NONE; i++) {
      node = trie.child(node, chars[i]);
      if (node != PieceTrie.NONE && trie.id(node) != PieceTrie.NONE) {
        id = trie.id(node);
        pieceEnd = i + 1;
      }
    }
    if (pieceEnd >= 0) {
      text.addToken(id, start, pieceEnd, into);
    }
    return pieceEnd;
  }

  private boolean isTooLong(char[] chars, int start, int end) {
    return end - start > longestWord
        && Character.codePointCount(chars, start, end - start) > longestWord;
  }
}
