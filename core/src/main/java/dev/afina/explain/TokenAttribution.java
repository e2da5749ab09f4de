package dev.afina.explain;

/**
 * The contribution of a token to an output.
 *
 * @param token the token as it is in the vocabulary, for example {@code ##ing}
 * @param sequence 0 for the text, 1 for its pair, −1 for a special token, which contributes 0
 * @param start the start in its own text, as a {@code char} (UTF-16) index; 0 for a special token
 * @param end the end in its own text, exclusive
 * @param attribution the contribution, in units of the output: positive if it increased the output,
 *     negative if it decreased it
 */
public record TokenAttribution(
    String token, int sequence, int start, int end, double attribution) {}
