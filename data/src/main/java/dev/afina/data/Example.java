package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row of a {@link Dataset}: a text, or a pair of texts, and its target if it is known. The
 * target is a label (single-label classification), a list of labels (multi-label classification) or
 * numbers (regression). A row may have other columns: those that the file's format keeps ({@link
 * CsvFormat#keep}) and those that {@link #with} adds.
 *
 * <pre>{@code
 * Example.of("I was charged twice", "billing")
 * Example.of("Thank you, but it came late").withLabels(List.of("praise", "complaint"))
 * Example.ofPair("A dog runs", "An animal moves").withValues(4.5)
 * Example.of("Works well", "good").with("stars", 5).with("tags", List.of("shoe", "red"))
 * }</pre>
 *
 * <p>Immutable, so it can be shared between threads. Two rows with the same values are equal. The
 * empty text is allowed, and a classifier predicts it like any other.
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
    return new Example(text, null, new Target.SingleLabel(known(label)));
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
    return new Example(text, second(pair), new Target.SingleLabel(known(label)));
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
   * The single label as it is written in the data, which may be a number in digits; null if it is
   * unknown, or if the row has a list of labels or numbers.
   */
  public @Nullable String label() {
    return target instanceof Target.SingleLabel single ? single.label() : null;
  }

  /**
   * The list of labels, in the order in which they were given. An empty list means that no label
   * applies; null, that the row has no list of labels. Unmodifiable.
   */
  public @Nullable List<String> labels() {
    return target instanceof Target.MultiLabel several ? several.labels() : null;
  }

  /** The regression targets, all finite; null if the row has none. Unmodifiable. */
  public @Nullable List<Double> values() {
    return target instanceof Target.Values numbers ? numbers.values() : null;
  }

  @Nullable Target target() {
    return target;
  }

  RowColumns columns() {
    return columns;
  }

  /**
   * The names of the row's other columns, in order: those that the file's format kept, then those
   * that {@link #with} added. Unmodifiable.
   */
  public List<String> columnNames() {
    return columns.names().list();
  }

  /**
   * The value in a column: a String, a Long, a finite Double, a Boolean, an unmodifiable List of
   * these, or null.
   *
   * <p>Values from CSV files are always Strings, {@code ""} for an empty field. From JSON, an
   * object, or a list that contains objects or lists, is kept as a String of JSON, and so is a
   * number that fits neither a Long nor a Double.
   *
   * @throws IllegalArgumentException if the row has no such column; the message lists its columns
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
   * Whether a column has no value: it is null or a blank string, or this row does not have the
   * column (rows of a JSON file may differ).
   */
  public boolean isMissing(String name) {
    int position = columns.names().position(name);
    return position < 0 || ColumnValue.isMissing(columns.value(position));
  }

  /**
   * The value in a column as a string: numbers in decimal digits, lists as JSON; null for null.
   *
   * @throws IllegalArgumentException if the row has no such column; the message lists its columns
   */
  public @Nullable String text(String name) {
    Object value = column(name);
    return value == null ? null : ColumnValue.text(value);
  }

  /**
   * The number in a column, which may be written as a string, such as {@code "4.5"} in a CSV file.
   *
   * @throws IllegalArgumentException if the value is missing (see {@link #isMissing}) or not a
   *     number, or the row has no such column
   */
  public double number(String name) {
    Object value = column(name);
    return ColumnValue.number(value)
        .orElseThrow(() -> unexpected(name, value, "a number such as 4.5"));
  }

  /**
   * The boolean in a column, which may be written as the string {@code "true"} or {@code "false"}
   * in any case, or as 1 or 0.
   *
   * @throws IllegalArgumentException if the value is missing (see {@link #isMissing}) or not a
   *     boolean, or the row has no such column
   */
  public boolean bool(String name) {
    Object value = column(name);
    Boolean truth = ColumnValue.truth(value);
    if (truth == null) {
      throw unexpected(name, value, "true, false, 1 or 0");
    }
    return truth;
  }

  /**
   * The list in a column, which may be written as a JSON array, such as {@code ["a","b"]} in a CSV
   * file. Its items have the types that {@link #column} lists. Unmodifiable.
   *
   * @throws IllegalArgumentException if the value is missing (see {@link #isMissing}) or not a
   *     list, or the row has no such column
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
   * The same row with a value in a column, such as a prediction. Replaces the value of an existing
   * column; a new column goes last.
   *
   * @param value a String, a finite number, a Boolean, a List of these, or null
   * @throws IllegalArgumentException if the value is of another type, or the name is null
   */
  public Example with(String name, @Nullable Object value) {
    if (name == null) {
      throw new IllegalArgumentException("with(null, ...): expected the name of a column");
    }
    return new Example(text, pair, target, columns.with(name, ColumnValue.given(name, value)));
  }

  /** The same row without this column; this row if it has no such column. */
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
   * The same row with this label as its target, replacing a label, labels or values. Null removes
   * the target.
   *
   * @throws IllegalArgumentException if the label is blank
   */
  public Example withLabel(@Nullable String label) {
    return with(label == null ? null : new Target.SingleLabel(label));
  }

  /**
   * The same row with these labels as its target. An empty list means that no label applies; if the
   * labels are unknown, use {@code withLabel(null)}.
   *
   * @throws IllegalArgumentException if the list is null, or a label is null, blank or given twice
   */
  public Example withLabels(List<String> labels) {
    if (labels == null) {
      throw new IllegalArgumentException(
          "labels is null; a row that has none of the labels is withLabels(List.of()), one of which that is not known withLabel(null)");
    }
    return with(new Target.MultiLabel(labels));
  }

  /**
   * The same row with these numbers as its regression targets.
   *
   * @throws IllegalArgumentException if no number is given, or one is not finite
   */
  public Example withValues(double... values) {
    return with(new Target.Values(Arrays.stream(values).boxed().toList()));
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

  /** All values that are set, such as {@code Example[text=It rains, label=weather]}. */
  @Override
  public String toString() {
    return "Example[text="
        + text
        + (pair == null ? "" : ", pair=" + pair)
        + (target == null ? "" : ", " + target)
        + (columns.size() == 0 ? "" : ", " + columns)
        + "]";
  }

  // Callers of the short factories mean to give a second text or a label, so null is a mistake.
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
