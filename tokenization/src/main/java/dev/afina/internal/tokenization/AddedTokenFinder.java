package dev.afina.internal.tokenization;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds added tokens in a text: the leftmost match, and the longest of several that begin there.
 * Immutable.
 */
public final class AddedTokenFinder {

  /**
   * A token to look for.
   *
   * @param content its text, not empty
   * @param id its id
   * @param takesSpacesBefore lstrip: spaces before it belong to it
   * @param takesSpacesAfter rstrip: spaces after it belong to it
   */
  public record Added(
      String content, int id, boolean takesSpacesBefore, boolean takesSpacesAfter) {}

  private static final BitSet SPACES = UnicodeTables.get().set("bertWhite");

  private final BitSet first = new BitSet();
  private final PieceTrie trie;
  private final List<Added> tokens;

  public AddedTokenFinder(List<Added> tokens) {
    this.tokens = List.copyOf(tokens);
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      places.put(tokens.get(i).content(), i);
      first.set(tokens.get(i).content().charAt(0));
    }
    trie = new PieceTrie(places);
  }

  /** A search through one text. */
  final class Search {
    private final char[] text;
    private final int to;
    private int at; // where to look for the next one
    private int id;
    private int start;
    private int end; // what is before it has been taken

    private Search(char[] text, int from, int to) {
      this.text = text;
      this.to = to;
      at = from;
      end = from;
    }

    /** Finds the next token; false if there is none. */
    boolean next() {
      int taken = end;
      for (; at < to; at++) {
        if (!first.get(text[at])) {
          continue;
        }
        int length = longest(text, at, to);
        if (length > 0) {
          Added token = tokens.get(matched(text, at, length));
          id = token.id();
          start = at;
          at += length;
          end = at;
          while (token.takesSpacesBefore() && start > taken && SPACES.get(text[start - 1])) {
            start--;
          }
          while (token.takesSpacesAfter() && end < to && SPACES.get(text[end])) {
            end++;
          }
          return true;
        }
      }
      return false;
    }

    int id() {
      return id;
    }

    int start() {
      return start;
    }

    int end() {
      return end;
    }
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  Search search(char[] text, int from, int to) {
    return new Search(text, from, to);
  }

  private int longest(char[] text, int from, int to) {
    int longest = 0;
    int node = PieceTrie.ROOT;
    for (int i = from; i < to; i++) {
      node = trie.child(node, text[i]);
      if (node == PieceTrie.NONE) {
        break;
      }
      if (trie.id(node) != PieceTrie.NONE) {
        longest = i + 1 - from;
      }
    }
    return longest;
  }

  private int matched(char[] text, int from, int length) {
    int node = PieceTrie.ROOT;
    for (int i = from; i < from + length; i++) {
      node = trie.child(node, text[i]);
    }
    return trie.id(node);
  }
}
