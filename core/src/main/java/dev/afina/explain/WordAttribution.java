package dev.afina.explain;

/**
 * What a word contributed: the sum of its tokens.
 *
 * @param word as it stands in the text
 * @param sequence 0 for the text, 1 for its pair
 * @param start the char (UTF-16) index in its own text where it begins
 * @param end the char index after it
 * @param attribution for the output where it is over 0, against it where it is less, in its unit
 */
public record WordAttribution(String word, int sequence, int start, int end, double attribution) {}
