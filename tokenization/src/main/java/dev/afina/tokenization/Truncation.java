package dev.afina.tokenization;

/**
 * How many content tokens each text of a pair keeps, by Hugging Face's strategy longest_first.
 *
 * <p>The longer text is shortened first until both are equally long; then both share the room
 * equally. If the room is odd, the longer text gets the spare token (the second text, if both are
 * equally long). The native library truncates to the same lengths, but its limit is a setting of
 * the tokenizer rather than of the call, so threads with different limits would interfere.
 *
 * @param first tokens that the first text keeps
 * @param second tokens that the second text keeps
 */
record Truncation(int first, int second) {

  /**
   * The lengths after truncation.
   *
   * @param first tokens of the first text
   * @param second tokens of the second text, 0 without one
   * @param room content tokens that fit: the limit minus the special tokens
   */
  static Truncation longestFirst(int first, int second, int room) {
    if (first + second <= room) {
      return new Truncation(first, second);
    }
    int shorter = Math.min(first, second);
    int longer = Math.max(shorter, room - shorter);
    if (shorter + longer > room) {
      shorter = room / 2;
      longer = room - shorter;
    }
    return first > second ? new Truncation(longer, shorter) : new Truncation(shorter, longer);
  }

  /**
   * How many tokens of a long text Hugging Face's library counts when it compares two texts.
   *
   * <p>Since 0.23 it stops tokenizing a text at the end of the first word with which it has
   * maxTokens (https://github.com/huggingface/tokenizers/pull/1990), so of two texts that are both
   * longer than the whole limit the one with more tokens <em>up to there</em> counts as the longer
   * one, and gets the spare token of an odd room. A special token written in the text is counted,
   * but does not end the search.
   *
   * @param words the number of the word that each token of the text is a part of
   * @param added which tokens were written in the text as special or added tokens
   * @param maxTokens the limit, special tokens of the template included
   * @param side the end that is cut: looking starts at the other one
   */
  static int seen(int[] words, boolean[] added, int maxTokens, Side side) {
    int count = words.length;
    int step = side == Side.LEFT ? -1 : 1;
    int i = side == Side.LEFT ? count - 1 : 0;
    for (int seen = 1; seen < count; seen++, i += step) {
      boolean wordEnds = words[i] != words[i + step];
      if (wordEnds && seen >= maxTokens && !added[i]) {
        return seen;
      }
    }
    return count;
  }
}
