package dev.afina.data;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row of a {@link Dataset}: a text, for pair tasks a second text, and the label if it is known.
 *
 * <p>Immutable and safe to share; two with the same values are equal. The empty text is legal; it
 * is what the caller gave, and a classifier predicts on it like on any other.
 */
public final class Example {
  private final String text;
  private final @Nullable String pair;
  private final @Nullable String label;

  Example(String text, @Nullable String pair, @Nullable String label) {
    if (text == null) {
      throw new IllegalArgumentException("text is null; an empty text is \"\"");
    }
    if (label != null && label.isBlank()) {
      throw new IllegalArgumentException(
          "label \"%s\" is blank; a text without a label is Example.of(text)".formatted(label));
    }
    this.text = text;
    this.pair = pair;
    this.label = label;
  }

  /**
   * A text without a label, as {@code predict} takes it.
   *
   * @throws IllegalArgumentException if the text is null
   */
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

  /** The text as it was given: nothing is trimmed or normalized. */
  public String text() {
    return text;
  }

  /**
   * The second text of a pair (premise and hypothesis, question and answer); null for a single
   * text.
   */
  public @Nullable String pair() {
    return pair;
  }

  /**
   * The label's name, or its number in digits where the data has numbers; null where it is not
   * known.
   */
  public @Nullable String label() {
    return label;
  }

  /**
   * The same row with another text.
   *
   * @throws IllegalArgumentException if the text is null
   */
  public Example withText(String text) {
    return new Example(text, pair, label);
  }

  /**
   * The same row with another label; null takes the label away.
   *
   * @throws IllegalArgumentException if the label is blank
   */
  public Example withLabel(@Nullable String label) {
    return new Example(text, pair, label);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Example example
        && text.equals(example.text)
        && Objects.equals(pair, example.pair)
        && Objects.equals(label, example.label);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, pair, label);
  }

  /** The values that are there, such as {@code Example[text=It rains, label=weather]}. */
  @Override
  public String toString() {
    return "Example[text="
        + text
        + (pair == null ? "" : ", pair=" + pair)
        + (label == null ? "" : ", label=" + label)
        + "]";
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
