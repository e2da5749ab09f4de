package dev.afina.explain;

/**
 * The contribution of a word to an output: the sum of those of its tokens.
 *
 * @param word the word as it is in the text
 * @param sequence 0 for the text, 1 for its pair
 * @param start the start in its own text, as a {@code char} (UTF-16) index
 * @param end the end in its own text, exclusive
 * @param attribution the contribution, in units of the output: positive if it increased the output,
 *     negative if it decreased it
 */
public record WordAttribution(String word, int sequence, int start, int end, double attribution) {}
