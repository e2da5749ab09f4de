package dev.afina.data;

import dev.afina.data.TargetColumns.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#csv(java.nio.file.Path, CsvFormat)} reads a CSV file: its dialect, whether its
 * first line is a header, and which columns hold the text, the second text and the target. Columns
 * are given by name or by position, counted from 0.
 *
 * <pre>{@code
 * CsvFormat.withHeader().text("sentence_a").pair("sentence_b")     // label column: "label"
 * CsvFormat.withoutHeader().text(1, 2).label(0)                    // text = column 1 + " " + column 2
 * CsvFormat.withHeader().text("comment_text").labelColumns("toxic", "obscene", "threat") // 0 or 1
 * CsvFormat.withHeader().label("labels").labelSeparator(",")       // "4,27"
 * CsvFormat.withHeader().text("sentence_a").pair("sentence_b").valueColumns("score")
 * CsvFormat.withHeader().text("review").label("stars").keep("product", "date")
 * }</pre>
 *
 * <p>Some things need no option. A byte order mark is respected and skipped, gzip is recognized by
 * its first bytes, lines may end in LF, CRLF or CR, and empty lines are skipped, in files of
 * several columns also lines of spaces and of tabs that are no delimiters. A first line {@code
 * sep=;}, as Excel writes it, sets the delimiter and is not a row.
 *
 * <p>A row has one kind of target, so {@link #label(String)}, {@link #labelColumns(String,
 * String...)} and {@link #valueColumns(String, String...)} exclude each other.
 *
 * <p>Immutable and thread safe: each method returns a new format.
 */
public final class CsvFormat {

  /** What a double quote means in a file. */
  public enum Quoting {
    /**
     * A field may be quoted and may then contain delimiters and line breaks; a quote inside it is
     * doubled (RFC 4180; Excel, Python). The default.
     */
    DOUBLED,
    /**
     * Like {@link #DOUBLED}, but a quote inside may also be written {@code \"}, and a backslash
     * before a quote or a backslash {@code \\} (Spark).
     */
    BACKSLASH,
    /**
     * A quote is an ordinary character: each line is a row and each delimiter ends a field (pandas'
     * {@code quoting=csv.QUOTE_NONE}; most tab-separated files of shared tasks).
     */
    NONE
  }

  /** A column by its name in the header or, if the name is null, by its position. */
  record Column(@Nullable String name, int position) {
    static Column named(String name) {
      return new Column(name, -1);
    }

    static Column at(int position) {
      return new Column(null, position);
    }

    @Override
    public String toString() {
      return name == null ? String.valueOf(position) : '"' + name + '"';
    }
  }

  static final Dialect RFC_4180 = new Dialect(',', Quoting.DOUBLED);
  private static final Dialect TABBED = new Dialect('\t', Quoting.NONE);

  private final CsvHead head;
  private final RowLayout<Column> layout;
  private final Dialect dialect;
  private final ReadingOptions options;

  /** How characters become fields. */
  record Dialect(char delimiter, Quoting quoting) {}

  CsvFormat(CsvHead head, RowLayout<Column> layout, Dialect dialect, ReadingOptions options) {
    this.head = head;
    this.layout = layout;
    this.dialect = dialect;
    this.options = options;
  }

  /**
   * A comma-separated file whose first line names the columns. Defaults: the text is in column
   * {@code text}, the label in column {@code label}, and there is no second text.
   */
  public static CsvFormat withHeader() {
    return new CsvFormat(
        CsvHead.LINE,
        RowLayout.of(Column.named("text"), Column.named("label")),
        RFC_4180,
        ReadingOptions.standard());
  }

  /**
   * A comma-separated file whose first line is already a row. Call {@link #text(int, int...)} to
   * say where the text is; without {@link #label(int)} or another target the rows have no labels.
   */
  public static CsvFormat withoutHeader() {
    return new CsvFormat(CsvHead.NONE, RowLayout.unknown(), RFC_4180, ReadingOptions.standard());
  }

  /**
   * A tab-separated file with a header and without quoting, as shared tasks (SemEval, GLUE) publish
   * them: {@link #withHeader()} with tabs as delimiters and {@link Quoting#NONE}. For a
   * tab-separated file written by a spreadsheet program, which uses quotes, use {@code
   * withHeader().delimiter('\t')}.
   */
  public static CsvFormat tsv() {
    return withHeader().with(TABBED);
  }

  /** Like {@link #tsv()}, but the first line is already a row: {@link #withoutHeader()}. */
  public static CsvFormat tsvWithoutHeader() {
    return withoutHeader().with(TABBED);
  }

  /**
   * The columns of the text, by name. Several columns are joined in this order, with a space or
   * {@link #joinedBy} between them. Default: {@code text}.
   *
   * @throws IllegalArgumentException if the format has no header
   */
  public CsvFormat text(String first, String... more) {
    return with(layout.withText(named(first, more)));
  }

  /**
   * The columns of the text, counted from 0. Several columns are joined in this order, with a space
   * or {@link #joinedBy} between them.
   *
   * @throws IllegalArgumentException if a position is negative
   */
  public CsvFormat text(int first, int... more) {
    return with(layout.withText(positioned(first, more)));
  }

  /**
   * The column of the second text of a pair, by name. Default: none.
   *
   * @throws IllegalArgumentException if the format has no header
   */
  public CsvFormat pair(String column) {
    return with(layout.withPair(named(column)));
  }

  /**
   * The column of the second text of a pair, counted from 0. Default: none.
   *
   * @throws IllegalArgumentException if the position is negative
   */
  public CsvFormat pair(int column) {
    return with(layout.withPair(positioned(column)));
  }

  /**
   * The column of the label, by name. A row with a blank field has no label. Default: {@code
   * label}.
   *
   * @throws IllegalArgumentException if the format has no header, or already has {@code
   *     labelColumns} or {@code valueColumns}
   */
  public CsvFormat label(String column) {
    return with(layout.target().of(Kind.LABEL, List.of(named(column))));
  }

  /**
   * The column of the label, counted from 0. A row with a blank field has no label.
   *
   * @throws IllegalArgumentException if the position is negative, or the format already has {@code
   *     labelColumns} or {@code valueColumns}
   */
  public CsvFormat label(int column) {
    return with(layout.target().of(Kind.LABEL, List.of(positioned(column))));
  }

  /**
   * The separator between several labels in the label field, such as {@code ","} in {@code "4,27"}.
   * Every row then has a list of labels; a blank field is an empty list. Blanks around a label are
   * dropped. Default: the field is a single label.
   *
   * @throws IllegalArgumentException if the separator is empty, or the format has {@code
   *     labelColumns} or {@code valueColumns}
   */
  public CsvFormat labelSeparator(String separator) {
    return with(layout.target().separatedBy(separator));
  }

  /**
   * One column per label, named after the label, with 1 if the label applies and 0 if not (also 1.0
   * and 0.0, or true and false). Every row then has a list of labels. If all these columns are
   * blank, the row's labels are unknown. A -1, Kaggle's mark for "not scored", is an error.
   *
   * @throws IllegalArgumentException if the format has no header, already has {@code label} or
   *     {@code valueColumns}, or a column is given twice
   */
  public CsvFormat labelColumns(String first, String... more) {
    return with(layout.target().of(Kind.FLAGS, named(first, more)));
  }

  /**
   * One column per label, counted from 0, like {@link #labelColumns(String, String...)}. The labels
   * take their names from the header. Without a header they are called "0", "1" and so on, in this
   * order; {@link Dataset#withLabelNames} names them.
   *
   * @throws IllegalArgumentException if a position is negative or given twice, or the format
   *     already has {@code label} or {@code valueColumns}
   */
  public CsvFormat labelColumns(int first, int... more) {
    return with(layout.target().of(Kind.FLAGS, positioned(first, more)));
  }

  /**
   * The columns of the regression targets, by name: finite decimal numbers. If all of them are
   * blank, the row has no target.
   *
   * @throws IllegalArgumentException if the format has no header, already has {@code label} or
   *     {@code labelColumns}, or a column is given twice
   */
  public CsvFormat valueColumns(String first, String... more) {
    return with(layout.target().of(Kind.VALUES, named(first, more)));
  }

  /**
   * The columns of the regression targets, counted from 0, like {@link #valueColumns(String,
   * String...)}.
   *
   * @throws IllegalArgumentException if a position is negative or given twice, or the format
   *     already has {@code label} or {@code labelColumns}
   */
  public CsvFormat valueColumns(int first, int... more) {
    return with(layout.target().of(Kind.VALUES, positioned(first, more)));
  }

  /**
   * Words that mean "no label", such as {@code noLabel("NA", "-")}, in addition to a blank field.
   * Rows with such a word have no target; one log line counts them, and {@link Dataset#labelled}
   * drops them. If there are several target columns, all of them must be blank or have such a word.
   * Case matters, surrounding blanks do not.
   */
  public CsvFormat noLabel(String first, String... more) {
    return with(layout.target().unknown(Stream.concat(Stream.of(first), Stream.of(more)).toList()));
  }

  /** The file has no target column: its rows are to be predicted. */
  public CsvFormat unlabelled() {
    return with(layout.target().none());
  }

  /**
   * Other columns to keep, by name, for {@link Example#column}. The columns of the text and the
   * label may be kept as well. Default: none.
   *
   * @throws IllegalArgumentException if the format has no header, or a column is given twice
   */
  public CsvFormat keep(String first, String... more) {
    return with(KeptColumns.of(named(first, more)));
  }

  /**
   * Other columns to keep, counted from 0, for {@link Example#column}. They take their names from
   * the header; without a header a column is called by its position, as in {@code
   * example.text("3")}.
   *
   * @throws IllegalArgumentException if a position is negative or given twice
   */
  public CsvFormat keep(int first, int... more) {
    return with(KeptColumns.of(positioned(first, more)));
  }

  /** Keeps all columns except those of the text, the second text and the target. */
  public CsvFormat keepAll() {
    return with(KeptColumns.everything());
  }

  /** The separator between several text columns. Default: one space. */
  public CsvFormat joinedBy(String joiner) {
    return with(layout.withJoiner(joiner));
  }

  /**
   * The character between fields. Default: a comma.
   *
   * @throws IllegalArgumentException if it is a quote or a line break
   */
  public CsvFormat delimiter(char delimiter) {
    if (delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "delimiter U+%04X is a quote or a line break; use one like ',', ';' or '\\t'",
              (int) delimiter));
    }
    return with(new Dialect(delimiter, dialect.quoting()));
  }

  /**
   * What a double quote means. Default: {@link Quoting#DOUBLED}.
   *
   * <p>A file without quoting loses rows if it is read with quoting: a quote at the beginning of
   * one field and another at the end of a field some rows later turn everything between them into
   * one field. If that seems to have happened, a warning in the log names the line.
   */
  public CsvFormat quoting(Quoting quoting) {
    return with(new Dialect(dialect.delimiter(), Objects.requireNonNull(quoting, "quoting")));
  }

  /**
   * The encoding, such as {@code "ISO-8859-1"}, {@code "windows-1252"} or {@code "UTF-16"}.
   * Default: the one that the file's byte order mark names, otherwise UTF-8.
   *
   * @throws IllegalArgumentException if this JVM does not support the encoding
   */
  public CsvFormat charset(String name) {
    return with(options.charset(name));
  }

  /**
   * Limits on the size of rows, the memory they take and the growth of gzip. Default: {@link
   * DataLimits#standard()}.
   */
  public CsvFormat limits(DataLimits limits) {
    return with(options.limits(limits));
  }

  CsvHead head() {
    return head;
  }

  /** Not empty. */
  List<Column> text() {
    if (layout.text().isEmpty()) {
      throw new IllegalArgumentException(
          "no text column: a file without header needs text(position)");
    }
    return layout.text();
  }

  @Nullable Column pair() {
    return layout.pair();
  }

  TargetColumns<Column> target() {
    layout.target().requireWhole();
    return layout.target();
  }

  String joiner() {
    return layout.joiner();
  }

  KeptColumns<Column> kept() {
    return layout.kept();
  }

  Dialect dialect() {
    return dialect;
  }

  ReadingOptions options() {
    return options;
  }

  private CsvFormat with(RowLayout<Column> other) {
    return new CsvFormat(head, other, dialect, options);
  }

  private CsvFormat with(TargetColumns<Column> other) {
    return with(layout.withTarget(other));
  }

  private CsvFormat with(KeptColumns<Column> other) {
    return with(layout.withKept(other));
  }

  private CsvFormat with(Dialect other) {
    return new CsvFormat(head, layout, other, options);
  }

  private CsvFormat with(ReadingOptions other) {
    return new CsvFormat(head, layout, dialect, other);
  }

  private List<Column> named(String first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).map(this::named).toList();
  }

  private static List<Column> positioned(int first, int... more) {
    return IntStream.concat(IntStream.of(first), IntStream.of(more))
        .mapToObj(CsvFormat::positioned)
        .toList();
  }

  private Column named(String name) {
    if (!head.hasNames()) {
      throw new IllegalArgumentException(
          "column \"%s\": a file without header has positions only; give its position or use withHeader()"
              .formatted(name));
    }
    return Column.named(name);
  }

  private static Column positioned(int position) {
    if (position < 0) {
      throw new IllegalArgumentException(
          "column %s: positions are counted from 0".formatted(position));
    }
    return Column.at(position);
  }
}
