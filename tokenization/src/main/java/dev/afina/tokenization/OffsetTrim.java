package dev.afina.tokenization;

import dev.afina.internal.tokenization.TokenList;

/**
 * trim_offsets of a byte-level post-processor: excludes leading and trailing spaces from a token's
 * offsets. Immutable.
 */
final class OffsetTrim {

  private static final char SPACE_LETTER = 'Ġ'; // the byte 0x20 in a byte-level vocabulary

  private final boolean prefixSpace;
  private final byte[] before; // spaces that the token of an id begins with
  private final byte[] after;

  /**
   * A trimmer.
   *
   * @param prefixSpace add_prefix_space: the space of the first token was added, not written
   */
  OffsetTrim(boolean prefixSpace, Vocabulary vocabulary) {
    this.prefixSpace = prefixSpace;
    before = new byte[vocabulary.size()];
    after = new byte[vocabulary.size()];
    for (int id = 0; id < before.length; id++) {
      String token = vocabulary.token(id);
      if (token != null) {
        before[id] = (byte) Math.min(Byte.MAX_VALUE, spacesBefore(token, 0, token.length()));
        after[id] = (byte) Math.min(Byte.MAX_VALUE, spacesAfter(token, 0, token.length()));
      }
    }
  }

  /**
   * Writes the trimmed offsets of a token.
   *
   * @param text the token's text
   * @param into receives start and end
   */
  void trim(TokenList tokens, int i, String text, int[] into, int at) {
    int start = tokens.start(i);
    int end = tokens.end(i);
    int id = tokens.id(i);
    int leading = tokens.isAdded(i) ? spacesBefore(text, start, end) : before[id];
    int trailing = tokens.isAdded(i) ? spacesAfter(text, start, end) : after[id];
    if (prefixSpace && leading == 1 && (i == 0 || start == 0)) {
      leading = 0;
    }
    while (leading > 0 && start < end) {
      start += Character.charCount(text.codePointAt(start));
      leading--;
    }
    start = Math.min(start, end);
    while (trailing > 0 && end > start) {
      end -= Character.charCount(text.codePointBefore(end));
      trailing--;
    }
    into[at] = start;
    into[at + 1] = Math.max(start, end);
  }

  private static int spacesBefore(String text, int start, int end) {
    int count = 0;
    while (start + count < end && isSpace(text.charAt(start + count))) {
      count++;
    }
    return count;
  }

  private static int spacesAfter(String text, int start, int end) {
    int count = 0;
    while (end - count > start && isSpace(text.charAt(end - count - 1))) {
      count++;
    }
    return count;
  }

  private static boolean isSpace(char c) {
    return c == SPACE_LETTER || VocabularyFiles.isWhiteSpace(c);
  }
}
