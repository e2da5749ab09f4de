package dev.afina.internal.tokenization;

/** UTF-8 encoding, one byte at a time. */
final class Utf8 {

  private Utf8() {}

  /** The number of bytes of a code point. */
  static int length(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }

  /** The number of bytes of a part of a well-formed text. */
  static int length(char[] text, int start, int end) {
    int length = 0;
    for (int i = start; i < end; i++) {
      // Each half of a pair makes two of its four bytes.
      length += Character.isSurrogate(text[i]) ? 2 : length(text[i]);
    }
    return length;
  }

  /**
   * One byte of a code point.
   *
   * @param k which one, from 0
   * @param length how many there are
   */
  static int byteAt(int codePoint, int k, int length) {
    if (length == 1) {
      return codePoint;
    }
    int bits = codePoint >>> (6 * (length - 1 - k));
    return k == 0 ? (0xF00 >>> length & 0xFF) | bits : 0x80 | (bits & 0x3F);
  }
}
