package dev.afina.internal.tokenization;

import java.util.BitSet;

/**
 * Splits text into words like GPT-2's regular expression, without a regex engine: English
 * contractions; runs of letters, of digits and of other characters, each with one preceding space;
 * runs of white space, except that the last space is left for the next word.
 *
 * <pre>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</pre>
 */
final class ByteLevelWords {

  private static final byte WHITE = 0;
  private static final byte LETTER = 1;
  private static final byte NUMBER = 2;
  private static final byte SYMBOL = 3;

  private static final byte[] KINDS = kinds();

  private ByteLevelWords() {}

  /** The end of the word that begins at {@code start}, in a text that ends at {@code to}. */
  static int end(char[] text, int start, int to) {
    char c = text[start];
    if (c == '\'') {
      int contraction = contraction(text, start + 1, to);
      if (contraction > 0) {
        return start + 1 + contraction;
      }
    }
    byte kind = kind(text, start, to);
    if (kind != WHITE) {
      return endOfRun(text, start, to, kind);
    }
    if (c == ' ' && start + 1 < to) {
      byte next = kind(text, start + 1, to);
      if (next != WHITE) {
        return endOfRun(text, start + 1, to, next);
      }
    }
    int end = endOfRun(text, start, to, WHITE);
    return end == to || end == start + 1 ? end : end - 1;
  }

  /** The number of letters after the apostrophe of a contraction; 0 if there is none. */
  private static int contraction(char[] text, int at, int to) {
    if (at == to) {
      return 0;
    }
    char next = at + 1 < to ? text[at + 1] : 0;
    return switch (text[at]) {
      case 's', 't', 'm', 'd' -> 1;
      case 'r', 'v' -> next == 'e' ? 2 : 0;
      case 'l' -> next == 'l' ? 2 : 0;
      default -> 0;
    };
  }

  private static int endOfRun(char[] text, int start, int to, byte kind) {
    int end = start;
    while (end < to && kind(text, end, to) == kind) {
      end += Character.isHighSurrogate(text[end]) ? 2 : 1;
    }
    return end;
  }

  private static byte kind(char[] text, int at, int to) {
    return KINDS[
        Character.isHighSurrogate(text[at]) ? Character.codePointAt(text, at, to) : text[at]];
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[Character.MAX_CODE_POINT + 1];
    UnicodeTables unicode = UnicodeTables.get();
    fill(kinds, unicode.set("letter"), LETTER);
    fill(kinds, unicode.set("number"), NUMBER);
    fill(kinds, unicode.set("symbol"), SYMBOL);
    return kinds;
  }

  private static void fill(byte[] kinds, BitSet set, byte kind) {
    set.stream().forEach(c -> kinds[c] = kind);
  }
}
