package dev.afina;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#csv(java.nio.file.Path, CsvFormat)} reads a CSV file: whether the first line
 * is a header, and which columns are the text, the second text and the label. Columns are named, or
 * counted from 0.
 *
 * <pre>{@code
 * CsvFormat.withHeader().text("sentence_a").pair("sentence_b")     // label column: "label"
 * CsvFormat.withoutHeader().text(1, 2).label(0)                    // text = column 1 + " " + column 2
 * }</pre>
 *
 * <p>What is not an option: files are UTF-8 (a byte order mark is skipped), gzip is recognized by
 * its first bytes, fields are quoted by {@code "} as RFC 4180 has it, lines end in LF, CRLF or CR,
 * blank lines are skipped.
 *
 * <p>Immutable: each method returns a new format.
 */
public final class CsvFormat {

  /** A column by its name in the header or, where the name is null, by its position. */
  record Column(@Nullable String name, int position) {
    @Override
    public String toString() {
      return name == null ? String.valueOf(position) : '"' + name + '"';
    }
  }

  private final boolean header;
  private final List<Column> text;
  private final @Nullable Column pair;
  private final @Nullable Column label;
  private final String joiner;
  private final char delimiter;

  private CsvFormat(
      boolean header,
      List<Column> text,
      @Nullable Column pair,
      @Nullable Column label,
      String joiner,
      char delimiter) {
    this.header = header;
    this.text = List.copyOf(text);
    this.pair = pair;
    this.label = label;
    this.joiner = joiner;
    this.delimiter = delimiter;
  }

  /**
   * A file whose first line names the columns. Until said otherwise the text is the column {@code
   * text}, the label the column {@code label}, there is no second text, and commas delimit.
   */
  public static CsvFormat withHeader() {
    return new CsvFormat(
        true, List.of(new Column("text", -1)), null, new Column("label", -1), " ", ',');
  }

  /**
   * A file whose first line is a row already. Nothing is assumed about its columns: {@link
   * #text(int, int...)} must be called, and without {@link #label(int)} the rows have no labels.
   */
  public static CsvFormat withoutHeader() {
    return new CsvFormat(false, List.of(), null, null, " ", ',');
  }

  /**
   * The columns that are the text, by name; several are joined in this order by a blank or what
   * {@link #joinedBy} says.
   *
   * @throws IllegalArgumentException if the format is without header
   */
  public CsvFormat text(String first, String... more) {
    return withText(Stream.concat(Stream.of(first), Stream.of(more)).map(this::named).toList());
  }

  /**
   * The columns that are the text, counted from 0; several are joined in this order by a blank or
   * what {@link #joinedBy} says.
   *
   * @throws IllegalArgumentException if a position is negative
   */
  public CsvFormat text(int first, int... more) {
    return withText(
        IntStream.concat(IntStream.of(first), IntStream.of(more))
            .mapToObj(CsvFormat::positioned)
            .toList());
  }

  /**
   * The column of the second text, by name. Default: none.
   *
   * @throws IllegalArgumentException if the format is without header
   */
  public CsvFormat pair(String column) {
    return new CsvFormat(header, text, named(column), label, joiner, delimiter);
  }

  /**
   * The column of the second text, counted from 0. Default: none.
   *
   * @throws IllegalArgumentException if the position is negative
   */
  public CsvFormat pair(int column) {
    return new CsvFormat(header, text, positioned(column), label, joiner, delimiter);
  }

  /**
   * The column of the label, by name. A blank field is a row without a label.
   *
   * @throws IllegalArgumentException if the format is without header
   */
  public CsvFormat label(String column) {
    return new CsvFormat(header, text, pair, named(column), joiner, delimiter);
  }

  /**
   * The column of the label, counted from 0. A blank field is a row without a label.
   *
   * @throws IllegalArgumentException if the position is negative
   */
  public CsvFormat label(int column) {
    return new CsvFormat(header, text, pair, positioned(column), joiner, delimiter);
  }

  /** No column is the label: the rows are to be predicted. */
  public CsvFormat unlabelled() {
    return new CsvFormat(header, text, pair, null, joiner, delimiter);
  }

  /** What stands between several text columns. Default: one blank. */
  public CsvFormat joinedBy(String joiner) {
    return new CsvFormat(header, text, pair, label, joiner, delimiter);
  }

  /**
   * The character between fields. Default: a comma.
   *
   * @throws IllegalArgumentException if it is a quote or a line break
   */
  public CsvFormat delimiter(char delimiter) {
    if (delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
      throw new IllegalArgumentException(
          "delimiter U+%04X is a quote or a line break; use one like ',', ';' or '\\t'"
              .formatted((int) delimiter));
    }
    return new CsvFormat(header, text, pair, label, joiner, delimiter);
  }

  boolean hasHeader() {
    return header;
  }

  /** Not empty. */
  List<Column> text() {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "no text column: a file without header needs text(position)");
    }
    return text;
  }

  @Nullable Column pair() {
    return pair;
  }

  @Nullable Column label() {
    return label;
  }

  String joiner() {
    return joiner;
  }

  char delimiter() {
    return delimiter;
  }

  private CsvFormat withText(List<Column> columns) {
    return new CsvFormat(header, columns, pair, label, joiner, delimiter);
  }

  private Column named(String name) {
    if (!header) {
      throw new IllegalArgumentException(
          "column \"%s\": a file without header has positions only; give its position or use withHeader()"
              .formatted(name));
    }
    return new Column(name, -1);
  }

  private static Column positioned(int position) {
    if (position < 0) {
      throw new IllegalArgumentException(
          "column %d: positions are counted from 0".formatted(position));
    }
    return new Column(null, position);
  }
}
