package dev.afina.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row of a {@link Dataset}: a text, for pair tasks a second text, and what is known of it: a
 * label, a list of labels of which several or none may fit, or numbers.
 *
 * <pre>{@code
 * Example.of("I was charged twice", "billing")
 * Example.of("Thank you, but it came late").withLabels(List.of("praise", "complaint"))
 * Example.ofPair("A dog runs", "An animal moves").withValues(4.5)
 * }</pre>
 *
 * <p>Immutable and safe to share; two with the same values are equal. The empty text is legal; it
 * is what the caller gave, and a classifier predicts on it like on any other.
 */
public final class Example {
  private final String text;
  private final @Nullable String pair;
  private final @Nullable Target target;

  Example(String text, @Nullable String pair, @Nullable Target target) {
    if (text == null) {
      throw new IllegalArgumentException("text is null; an empty text is \"\"");
    }
    this.text = text;
    this.pair = pair;
    this.target = target;
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
    return new Example(text, null, new Target.One(known(label)));
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
    return new Example(text, second(pair), new Target.One(known(label)));
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
   * known, and where the row has a list of labels or numbers.
   */
  public @Nullable String label() {
    return target instanceof Target.One one ? one.label() : null;
  }

  /**
   * All labels that fit, in the order in which they were given; empty where none fits, null where
   * the row has no list of labels. Unmodifiable.
   */
  public @Nullable List<String> labels() {
    return target instanceof Target.Several several ? several.labels() : null;
  }

  /**
   * The numbers that a regression is to predict, finite; null where the row has none. Unmodifiable.
   */
  public @Nullable List<Double> values() {
    return target instanceof Target.Numbers numbers ? numbers.values() : null;
  }

  @Nullable Target target() {
    return target;
  }

  /**
   * The same row with another text.
   *
   * @throws IllegalArgumentException if the text is null
   */
  public Example withText(String text) {
    return new Example(text, pair, target);
  }

  /**
   * The same row with this label in place of what it had: label, labels or values. Null takes that
   * away.
   *
   * @throws IllegalArgumentException if the label is blank
   */
  public Example withLabel(@Nullable String label) {
    return with(label == null ? null : new Target.One(label));
  }

  /**
   * The same row with these labels in place of what it had. The empty list says that none of the
   * labels fits, which is not the same as {@code withLabel(null)}: that it is not known.
   *
   * @throws IllegalArgumentException if the list is null, or one of the labels is null, blank or
   *     there twice
   */
  public Example withLabels(List<String> labels) {
    if (labels == null) {
      throw new IllegalArgumentException(
          "labels is null; a row that has none of the labels is withLabels(List.of()), one of which that is not known withLabel(null)");
    }
    return with(new Target.Several(labels));
  }

  /**
   * The same row with these numbers in place of what it had.
   *
   * @throws IllegalArgumentException if there is none, or one is not finite
   */
  public Example withValues(double... values) {
    return with(new Target.Numbers(Arrays.stream(values).boxed().toList()));
  }

  Example with(@Nullable Target target) {
    return new Example(text, pair, target);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Example example
        && text.equals(example.text)
        && Objects.equals(pair, example.pair)
        && Objects.equals(target, example.target);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, pair, target);
  }

  /** The values that are there, such as {@code Example[text=It rains, label=weather]}. */
  @Override
  public String toString() {
    return "Example[text="
        + text
        + (pair == null ? "" : ", pair=" + pair)
        + (target == null ? "" : ", " + target)
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
