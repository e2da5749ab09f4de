package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row of a {@link Dataset}: a text, for pair tasks a second text, and what is known of it: a
 * label, a list of labels of which several or none may fit, or numbers. It may have other columns
 * beside: those that a file's format keeps ({@link CsvFormat#keep}), and those that {@link #with}
 * adds.
 *
 * <pre>{@code
 * Example.of("I was charged twice", "billing")
 * Example.of("Thank you, but it came late").withLabels(List.of("praise", "complaint"))
 * Example.ofPair("A dog runs", "An animal moves").withValues(4.5)
 * Example.of("Works well", "good").with("stars", 5).with("tags", List.of("shoe", "red"))
 * }</pre>
 *
 * <p>Immutable and safe to share; two with the same values are equal. The empty text is legal; it
 * is what the caller gave, and a classifier predicts on it like on any other.
 */
public final class Example {
  private final String text;
  private final @Nullable String pair;
  private final @Nullable Target target;
  private final RowColumns columns;

  Example(String text, @Nullable String pair, @Nullable Target target) {
    this(text, pair, target, RowColumns.NONE);
  }

  Example(String text, @Nullable String pair, @Nullable Target target, RowColumns columns) {
    if (text == null) {
      throw new IllegalArgumentException("text is null; an empty text is \"\"");
    }
    this.text = text;
    this.pair = pair;
    this.target = target;
    this.columns = columns;
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

  RowColumns columns() {
    return columns;
  }

  /**
   * The names of the row's other columns, in order: those that the format of the file kept, and
   * those that {@link #with} added. Unmodifiable.
   */
  public List<String> columnNames() {
    return columns.names().list();
  }

  /**
   * What the row has in a column: a String, a Long, a finite Double, a Boolean, an unmodifiable
   * List of such, or null where there is nothing. Of a CSV file all are Strings, and {@code ""}
   * where there is nothing. In JSON an object, or a list that holds objects or lists, is the String
   * of its JSON; so is a number that neither a Long nor a Double can hold.
   *
   * @throws IllegalArgumentException if the row has no such column; names those that it has
   */
  public @Nullable Object column(String name) {
    int position = columns.names().position(name);
    if (position < 0) {
      throw new IllegalArgumentException(
          columns.size() == 0
              ? "column %s: the row has no columns beside text and label; keep(%s) or keepAll() of the file's format keeps them"
                  .formatted(Excerpt.quoted(name), Excerpt.quoted(name))
              : "column %s: the row has %s"
                  .formatted(Excerpt.quoted(name), Excerpt.quotedList(columnNames())));
    }
    return columns.value(position);
  }

  /**
   * Whether the row has nothing in a column: null, a blank text, or no such column, as rows of a
   * JSON file may differ.
   */
  public boolean isMissing(String name) {
    int position = columns.names().position(name);
    return position < 0 || ColumnValue.isMissing(columns.value(position));
  }

  /**
   * What the row has in a column, as a text: numbers in digits, of a list its JSON; null where
   * there is null.
   *
   * @throws IllegalArgumentException if the row has no such column; names those that it has
   */
  public @Nullable String text(String name) {
    Object value = column(name);
    return value == null ? null : ColumnValue.text(value);
  }

  /**
   * The number in a column, also where it is written as a text, such as {@code "4.5"} in a CSV
   * file.
   *
   * @throws IllegalArgumentException if there is no number; {@link #isMissing} tells where there is
   *     nothing. Or if the row has no such column; names those that it has
   */
  public double number(String name) {
    Object value = column(name);
    return ColumnValue.number(value)
        .orElseThrow(() -> unexpected(name, value, "a number such as 4.5"));
  }

  /**
   * The truth in a column: true or false, also as a text or written 1 and 0.
   *
   * @throws IllegalArgumentException if there is neither; {@link #isMissing} tells where there is
   *     nothing. Or if the row has no such column; names those that it has
   */
  public boolean truth(String name) {
    Object value = column(name);
    Boolean truth = ColumnValue.truth(value);
    if (truth == null) {
      throw unexpected(name, value, "true, false, 1 or 0");
    }
    return truth;
  }

  /**
   * The list in a column, also where it is written as a JSON array, such as {@code ["a","b"]} in a
   * CSV file. Its items are as those of {@link #column}. Unmodifiable.
   *
   * @throws IllegalArgumentException if there is no list; {@link #isMissing} tells where there is
   *     nothing. Or if the row has no such column; names those that it has
   */
  public List<@Nullable Object> list(String name) {
    Object value = column(name);
    List<@Nullable Object> list = ColumnValue.list(value);
    if (list == null) {
      throw unexpected(name, value, "a list such as [\"a\", \"b\"]");
    }
    return list;
  }

  private IllegalArgumentException unexpected(
      String name, @Nullable Object value, String expected) {
    return new IllegalArgumentException(
        "column %s is %s, expected %s, in the row %s"
            .formatted(
                Excerpt.quoted(name),
                value instanceof String string ? Excerpt.quoted(string) : Excerpt.of(value),
                expected,
                Excerpt.quoted(text)));
  }

  /**
   * The same row with this value in a column: in the place of what it has there, or in a new column
   * behind the others. So predictions can be put beside their rows.
   *
   * @param value a text, a finite number, true or false, a list of such, or null for nothing
   * @throws IllegalArgumentException if the value is of another type, or the name is null
   */
  public Example with(String name, @Nullable Object value) {
    if (name == null) {
      throw new IllegalArgumentException("with(null, ...): expected the name of a column");
    }
    return new Example(text, pair, target, columns.with(name, ColumnValue.given(name, value)));
  }

  /** The same row without this column; itself where it has no such column. */
  public Example without(String name) {
    int position = columns.names().position(name);
    return position < 0 ? this : new Example(text, pair, target, columns.without(position));
  }

  /**
   * The same row with another text.
   *
   * @throws IllegalArgumentException if the text is null
   */
  public Example withText(String text) {
    return new Example(text, pair, target, columns);
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
    return new Example(text, pair, target, columns);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Example example
        && text.equals(example.text)
        && Objects.equals(pair, example.pair)
        && Objects.equals(target, example.target)
        && columns.equals(example.columns);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, pair, target, columns);
  }

  /** The values that are there, such as {@code Example[text=It rains, label=weather]}. */
  @Override
  public String toString() {
    return "Example[text="
        + text
        + (pair == null ? "" : ", pair=" + pair)
        + (target == null ? "" : ", " + target)
        + (columns.size() == 0 ? "" : ", " + columns)
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
