package dev.afina.internal.tokenization;

import java.util.Arrays;
import java.util.Map;

/**
 * A trie of pieces over chars. All edges are in one hash table, so a step is one lookup however
 * many children a node has. Immutable.
 */
public final class PieceTrie {

  static final int ROOT = 0;
  static final int NONE = -1;

  private long[] edges = new long[1 << 10]; // node << 16 | char, plus 1: 0 is a free place
  private int[] targets = new int[1 << 10];
  private int[] ids = new int[1 << 9]; // by node
  private int nodes = 1;

  /**
   * Makes the trie.
   *
   * @param pieces ids of 0 and more by piece
   */
  public PieceTrie(Map<String, Integer> pieces) {
    ids[ROOT] = NONE;
    for (Map.Entry<String, Integer> piece : pieces.entrySet()) {
      add(piece.getKey(), piece.getValue());
    }
  }

  /** The node that a char leads to, or {@link #NONE}. */
  int child(int node, char c) {
    long edge = edge(node, c);
    int at = place(edge, edges.length);
    while (true) {
      long found = edges[at];
      if (found == edge) {
        return targets[at];
      }
      if (found == 0) {
        return NONE;
      }
      at = (at + 1) & (edges.length - 1);
    }
  }

  /** The id of the piece that ends at a node, or {@link #NONE}. */
  int id(int node) {
    return ids[node];
  }

  /** The node that a text leads to, or {@link #NONE}. */
  int node(String text) {
    int node = ROOT;
    for (int i = 0; i < text.length() && node != NONE; i++) {
      node = child(node, text.charAt(i));
    }
    return node;
  }

  /** The id of a piece, or {@link #NONE}. */
  int id(String piece) {
    return id(piece.toCharArray(), 0, piece.length());
  }

  /** The id of the piece that equals a part of a text, or {@link #NONE}. */
  int id(char[] text, int from, int to) {
    int node = ROOT;
    for (int i = from; i < to && node != NONE; i++) {
      node = child(node, text[i]);
    }
    return node == NONE ? NONE : ids[node];
  }

  /** Whether a piece begins at an index of a text. */
  public boolean beginsAt(String text, int at) {
    int node = ROOT;
    for (int i = at; i < text.length(); i++) {
      node = child(node, text.charAt(i));
      if (node == NONE) {
        return false;
      }
      if (ids[node] != NONE) {
        return true;
      }
    }
    return false;
  }

  private void add(String piece, int id) {
    int node = ROOT;
    for (int i = 0; i < piece.length(); i++) {
      int next = child(node, piece.charAt(i));
      node = next == NONE ? addNode(node, piece.charAt(i)) : next;
    }
    ids[node] = id;
  }

  private int addNode(int parent, char c) {
    if (nodes == ids.length) {
      ids = Arrays.copyOf(ids, 2 * nodes);
    }
    if (2 * nodes > edges.length) {
      grow();
    }
    ids[nodes] = NONE;
    put(edges, targets, edge(parent, c), nodes);
    return nodes++;
  }

  private void grow() {
    long[] wider = new long[2 * edges.length];
    int[] widerTargets = new int[wider.length];
    for (int i = 0; i < edges.length; i++) {
      if (edges[i] != 0) {
        put(wider, widerTargets, edges[i], targets[i]);
      }
    }
    edges = wider;
    targets = widerTargets;
  }

  private static void put(long[] edges, int[] targets, long edge, int target) {
    int at = place(edge, edges.length);
    while (edges[at] != 0) {
      at = (at + 1) & (edges.length - 1);
    }
    edges[at] = edge;
    targets[at] = target;
  }

  private static long edge(int node, char c) {
    return ((long) node << Character.SIZE | c) + 1;
  }

  private static int place(long edge, int length) {
    return (int) ((edge * 0x9E3779B97F4A7C15L) >>> 32) & (length - 1);
  }
}
