package dev.afina.internal.tokenization;

import java.util.Arrays;

/**
 * A growing list of the tokens of one text, in order. Not thread safe.
 *
 * <p>Offsets are UTF-16 indexes of the text. Words are counted from 0; an added token is a word.
 */
public final class TokenList {

  private final boolean withPlaces;
  private int[] ids;
  private int[] places; // start, end, word of each
  private boolean[] added;
  private int size;
  private int word = -1;

  /**
   * An empty list.
   *
   * @param withPlaces whether to record the offsets of tokens
   * @param expected the approximate number of tokens
   */
  public TokenList(boolean withPlaces, int expected) {
    this.withPlaces = withPlaces;
    ids = new int[expected];
    places = new int[withPlaces ? 3 * expected : 0];
    added = new boolean[withPlaces ? expected : 0];
  }

  public boolean withPlaces() {
    return withPlaces;
  }

  public int size() {
    return size;
  }

  public int id(int i) {
    return ids[i];
  }

  public int start(int i) {
    return places[3 * i];
  }

  public int end(int i) {
    return places[3 * i + 1];
  }

  public int word(int i) {
    return places[3 * i + 2];
  }

  /** Whether a token is an added token that was written in the text. */
  public boolean isAdded(int i) {
    return added[i];
  }

  /** Copies the ids. */
  public void copyIds(int[] into, int at) {
    System.arraycopy(ids, 0, into, at, size);
  }

  void nextWord() {
    word++;
  }

  void add(int id) {
    if (size == ids.length) {
      int capacity = 2 * size + 16;
      ids = Arrays.copyOf(ids, capacity);
      if (withPlaces) {
        places = Arrays.copyOf(places, 3 * capacity);
        added = Arrays.copyOf(added, capacity);
      }
    }
    ids[size++] = id;
  }

  void add(int id, int start, int end) {
    add(id);
    if (withPlaces) {
      int at = 3 * (size - 1);
      places[at] = start;
      places[at + 1] = end;
      places[at + 2] = word;
      added[size - 1] = false;
    }
  }

  /** Adds a token that is a word by itself. */
  void addWritten(int id, int start, int end) {
    nextWord();
    add(id, start, end);
    if (withPlaces) {
      added[size - 1] = true;
    }
  }

  /** Removes the last tokens, so that this many are left. */
  void cut(int newSize) {
    size = newSize;
  }
}
