package dev.afina.tokenization;

import java.util.Arrays;

/**
 * Converts between Java strings and Unicode text for native code.
 *
 * <p>A Java String may contain unpaired surrogates, Unicode text may not, and native code would
 * misread the whole string. And native code counts code points where Java counts chars.
 */
final class WellFormed {

  private WellFormed() {}

  /** The text with U+FFFD for each unpaired surrogate: the same length, so offsets still hold. */
  static String text(String text) {
    int broken = firstUnpaired(text);
    if (broken < 0) {
      return text;
    }
    char[] chars = text.toCharArray();
    for (int i = broken; i < chars.length; i++) {
      if (Character.isHighSurrogate(chars[i])
          && i + 1 < chars.length
          && Character.isLowSurrogate(chars[i + 1])) {
        i++;
      } else if (Character.isSurrogate(chars[i])) {
        chars[i] = '\uFFFD';
      }
    }
    return new String(chars);
  }

  /** The index of the first unpaired surrogate, or -1. */
  static int firstUnpaired(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else {
        return i;
      }
    }
    return -1;
  }

  /**
   * The char index of each code point of well-formed text, followed by its length; empty if chars
   * and code points coincide.
   */
  static int[] charIndexes(String text) {
    int codePoints = text.codePointCount(0, text.length());
    if (codePoints == text.length()) {
      return new int[0];
    }
    int[] indexes = new int[codePoints + 1];
    int at = 0;
    for (int i = 0; i < codePoints; i++) {
      indexes[i] = at;
      at += Character.isHighSurrogate(text.charAt(at)) ? 2 : 1;
    }
    Arrays.fill(indexes, codePoints, indexes.length, text.length());
    return indexes;
  }
}
