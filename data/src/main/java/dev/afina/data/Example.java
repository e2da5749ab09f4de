package dev.afina.data;

import org.jspecify.annotations.Nullable;

/**
 * One row of a {@link Dataset}: a text, for pair tasks a second text, and the label if it is known.
 *
 * <p>Immutable and safe to share. The empty text is legal; it is what the caller gave, and a
 * classifier predicts on it like on any other.
 *
 * @param text the text as it was given: nothing is trimmed or normalized
 * @param pair the second text of a pair (premise and hypothesis, question and answer); null for a
 *     single text
 * @param label the label's name, or its number in digits where the data has numbers; null where it
 *     is not known
 */
public record Example(String text, @Nullable String pair, @Nullable String label) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the text is null or the label is blank
   */
  public Example {
    if (text == null) {
      throw new IllegalArgumentException("text is null; an empty text is \"\"");
    }
    if (label != null && label.isBlank()) {
      throw new IllegalArgumentException(
          "label \"%s\" is blank; a text without a label is Example.of(text)".formatted(label));
    }
  }

  /** A text without a label, as {@code predict} takes it. */
  public static Example of(String text) {
    return new Example(text, null, null);
  }

  /**
   * A labelled text.
   *
   * @throws IllegalArgumentException if the text is null, or the label is null or blank
   */
  public static Example of(String text, String label) {
    return new Example(text, null, known(label));
  }

  /**
   * A pair of texts without a label.
   *
   * @throws IllegalArgumentException if one of them is null
   */
  public static Example ofPair(String text, String pair) {
    return new Example(text, second(pair), null);
  }

  /**
   * A labelled pair of texts.
   *
   * @throws IllegalArgumentException if a text is null, or the label is null or blank
   */
  public static Example ofPair(String text, String pair, String label) {
    return new Example(text, second(pair), known(label));
  }

  /** The same row with another text. */
  public Example withText(String text) {
    return new Example(text, pair, label);
  }

  /** The same row with another label; null takes the label away. */
  public Example withLabel(@Nullable String label) {
    return new Example(text, pair, label);
  }

  // The short factories are told that there is a second text or a label: a null there is a slip,
  // not "none".
  private static String second(String pair) {
    if (pair == null) {
      throw new IllegalArgumentException("pair is null; a single text is Example.of(text)");
    }
    return pair;
  }

  private static String known(String label) {
    if (label == null) {
      throw new IllegalArgumentException(
          "label is null; a text without a label is Example.of(text)");
    }
    return label;
  }
}
