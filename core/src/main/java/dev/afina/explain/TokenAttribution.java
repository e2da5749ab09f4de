package dev.afina.explain;

/**
 * What a token contributed.
 *
 * @param token as the vocabulary writes it, for example {@code ##ing}
 * @param sequence 0 for the text, 1 for its pair, −1 for a special token, which contributes 0
 * @param start the char (UTF-16) index in its own text where it begins; 0 of a special token
 * @param end the char index after it
 * @param attribution for the output where it is over 0, against it where it is less, in its unit
 */
public record TokenAttribution(
    String token, int sequence, int start, int end, double attribution) {}
