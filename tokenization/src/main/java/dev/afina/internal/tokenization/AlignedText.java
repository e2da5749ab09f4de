package dev.afina.internal.tokenization;

import java.util.Arrays;

/**
 * A text during normalization, in which each char knows the index of the original char it comes
 * from. A normalization step reads one such text and writes another. Not thread safe.
 *
 * <p>Indexes follow the native library exactly, quirks included: written characters consume the
 * indexes of the source in order, and each says how many it consumes. Where a step of the library
 * reports fewer removed characters than there were, as at the beginning of a text, all following
 * indexes are shifted, and so they are here.
 */
final class AlignedText {

  private final boolean aligned;
  private char[] chars;
  private int[] starts; // of each char: where the characters it comes from begin, in UTF-16
  private int[] ends;
  private int size;
  private AlignedText source = this;
  private int offset; // of the source: what has been taken
  private boolean lastAdded;

  /**
   * An empty text.
   *
   * @param aligned whether it keeps places
   */
  AlignedText(int expected, boolean aligned) {
    this.aligned = aligned;
    chars = new char[expected];
    starts = new int[aligned ? expected : 0];
    ends = new int[aligned ? expected : 0];
  }

  boolean aligned() {
    return aligned;
  }

  char[] chars() {
    return chars;
  }

  int size() {
    return size;
  }

  int start(int i) {
    return starts[i];
  }

  int end(int i) {
    return ends[i];
  }

  int codePoint(int i) {
    char c = chars[i];
    return Character.isHighSurrogate(c) ? Character.codePointAt(chars, i, size) : c;
  }

  /** Replaces the content by a part of an original text. */
  void read(char[] text, int from, int to) {
    size = 0;
    reserve(to - from);
    System.arraycopy(text, from, chars, 0, to - from);
    size = to - from;
    if (aligned) {
      for (int i = from; i < to; i++) {
        boolean low = Character.isLowSurrogate(text[i]);
        starts[i - from] = low ? i - 1 : i;
        ends[i - from] = Character.isHighSurrogate(text[i]) ? i + 2 : i + 1;
      }
    }
  }

  /** Clears the content, to be written from another text. */
  void begin(AlignedText from) {
    source = from;
    size = 0;
    offset = 0;
    lastAdded = false;
  }

  /** Copies chars of the source that stand at a place; whole characters. */
  void copy(int at, int end) {
    if (!aligned || at == offset) {
      int count = end - at;
      reserve(count);
      System.arraycopy(source.chars, at, chars, size, count);
      if (aligned) {
        System.arraycopy(source.starts, at, starts, size, count);
        System.arraycopy(source.ends, at, ends, size, count);
      }
      size += count;
      offset = end;
      lastAdded &= count == 0;
      return;
    }
    for (int i = at; i < end; i += Character.charCount(source.codePoint(i))) {
      write(source.codePoint(i), 0);
    }
  }

  /** Skips the source's next chars; they still count as consumed. */
  void skip(int count) {
    offset += count;
  }

  /**
   * Writes a character.
   *
   * @param change 1 if it is inserted, with the index of the character before; otherwise it
   *     replaces one character, and {@code -change} characters after that are removed
   */
  void write(int codePoint, int change) {
    int start = 0;
    int end = 0;
    if (aligned) {
      int at = change > 0 ? offset - 1 : offset;
      if (at >= 0) {
        start = source.starts[at];
        end = source.ends[at];
      }
      if (change <= 0) {
        take(1 - change);
      }
      lastAdded = change > 0;
    }
    append(codePoint, start, end);
  }

  /** Replaces a number of source characters by a text, like the native character map. */
  void replace(String text, int removed) {
    int count = text.codePointCount(0, text.length());
    for (int i = 0, k = 0; i < text.length(); k++) {
      int c = text.codePointAt(i);
      write(c, k < removed ? 0 : 1);
      i += Character.charCount(c);
    }
    if (aligned && count < removed && size > 0) {
      remove(removed - count);
    }
  }

  /** Replaces a match by characters that all have the index of its last character. */
  void replaceMatch(String text, int matchEnd) {
    int last = matchEnd - 1;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      append(c, aligned ? source.starts[last] : 0, aligned ? source.ends[last] : 0);
      i += Character.charCount(c);
    }
    offset = matchEnd;
  }

  /** Writes one character in the place of the source's character at an index. */
  void writeAt(int codePoint, int index) {
    append(codePoint, aligned ? source.starts[index] : 0, aligned ? source.ends[index] : 0);
  }

  /** Removes characters behind the last one; one that was new is taken for the next of them. */
  private void remove(int count) {
    if (lastAdded) {
      int length = Character.isLowSurrogate(chars[size - 1]) ? 2 : 1;
      Arrays.fill(starts, size - length, size, source.starts[offset]);
      Arrays.fill(ends, size - length, size, source.ends[offset]);
      lastAdded = false;
    }
    take(count);
  }

  private void take(int codePoints) {
    for (int i = 0; i < codePoints && offset < source.size; i++) {
      offset += Character.isHighSurrogate(source.chars[offset]) ? 2 : 1;
    }
  }

  private void append(int codePoint, int start, int end) {
    reserve(2);
    int first = size;
    if (codePoint <= Character.MAX_VALUE) {
      chars[size++] = (char) codePoint;
    } else {
      chars[size++] = Character.highSurrogate(codePoint);
      chars[size++] = Character.lowSurrogate(codePoint);
    }
    if (aligned) {
      for (int i = first; i < size; i++) {
        starts[i] = start;
        ends[i] = end;
      }
    }
  }

  private void reserve(int more) {
    if (size + more > chars.length) {
      int capacity = Math.max(size + more, 2 * size + 16);
      chars = Arrays.copyOf(chars, capacity);
      if (aligned) {
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
      }
    }
  }
}
