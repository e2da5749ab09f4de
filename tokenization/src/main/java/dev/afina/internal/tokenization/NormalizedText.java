package dev.afina.internal.tokenization;

import java.util.Arrays;

/** A part of a text after normalization, each char with its kind and its source. For one thread. */
final class NormalizedText {

  /** A char inside a word. */
  static final byte LETTER = 0;

  /** A char between words. */
  static final byte SPACE = 1;

  /** A char that is a word by itself. */
  static final byte MARK = 2;

  private final char[] source;
  private final boolean withPlaces;
  private char[] chars;
  private byte[] kinds;
  private int[] sources; // of each char: where the character it comes from begins
  private int size;

  /**
   * An empty text.
   *
   * @param source the whole text before normalization
   * @param withPlaces whether to keep the sources
   */
  NormalizedText(char[] source, int expected, boolean withPlaces) {
    this.source = source;
    this.withPlaces = withPlaces;
    chars = new char[expected];
    kinds = new byte[expected];
    sources = new int[withPlaces ? expected : 0];
  }

  char[] chars() {
    return chars;
  }

  byte kind(int i) {
    return kinds[i];
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void append(char c, byte kind, int from) {
    if (size == chars.length) {
      int capacity = 2 * size + 16;
      chars = Arrays.copyOf(chars, capacity);
      kinds = Arrays.copyOf(kinds, capacity);
      if (withPlaces) {
        sources = Arrays.copyOf(sources, capacity);
      }
    }
    chars[size] = c;
    kinds[size] = kind;
    if (withPlaces) {
      sources[size] = from;
    }
    size++;
  }

  void addToken(int id, int start, int end, TokenList into) {
    if (withPlaces) {
      into.add(id, sources[start], sourceEnd(end));
    } else {
      into.add(id);
    }
  }

  /** Adds an added token that was found here. */
  void addWritten(int id, int start, int end, TokenList into) {
    into.addWritten(id, withPlaces ? sources[start] : 0, withPlaces ? sourceEnd(end) : 0);
  }

  private int sourceEnd(int end) {
    int last = sources[end - 1];
    return last + (Character.isHighSurrogate(source[last]) ? 2 : 1);
  }
}
