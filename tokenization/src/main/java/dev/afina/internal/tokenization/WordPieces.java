package dev.afina.internal.tokenization;

import java.util.Map;

/**
 * WordPiece: a word is the longest piece that it begins with, then the longest that the rest begins
 * with, and so on; unknown as a whole if that leads nowhere.
 *
 * <p>Each piece is one way down a {@link PieceTrie}. Song et al. (2021, arXiv:2012.15524) add links
 * that spare the chars which a way went too far; words have at most 256 characters and are mostly a
 * piece themselves, so that there is little to spare.
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
   * @param insidePrefix what the vocabulary writes before a piece that does not begin a word
   * @param unknown the id of a word that cannot be spelled
   * @param longestWord longer words, in code points, are unknown
   */
  public WordPieces(
      Map<String, Integer> vocabulary, String insidePrefix, int unknown, int longestWord) {
    trie = new PieceTrie(vocabulary);
    inside = trie.node(insidePrefix);
    this.unknown = unknown;
    this.longestWord = longestWord;
  }

  /** Adds the pieces of the word between two places. */
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

  /** Adds the longest piece at a place; where it ends, or -1 if there is none. */
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
