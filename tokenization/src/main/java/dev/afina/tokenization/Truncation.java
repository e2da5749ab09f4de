package dev.afina.tokenization;

/**
 * How many content tokens each text keeps: the strategy that Hugging Face calls longest_first.
 *
 * <p>The longer text gives first, until both are equal; from there on both share the room, and when
 * the room is odd the longer one gets the spare token (the second one, when they are equally long).
 * The native library truncates to the same lengths; it is done here because its setting belongs to
 * the tokenizer, not to the call, so that two threads with two limits would disturb each other.
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
}
