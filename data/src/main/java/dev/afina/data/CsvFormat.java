package dev.afina.data;

import dev.afina.data.TargetColumns.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#csv(java.nio.file.Path, CsvFormat)} reads a CSV file: whether the first line
 * is a header, and which columns are the text, the second text and the label, the labels or the
 * numbers to predict. Columns are named, or counted from 0.
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
 * <p>What is not an option: a byte order mark is obeyed and skipped, gzip is recognized by its
 * first bytes, lines end in LF, CRLF or CR, blank lines are skipped. A first line {@code sep=;}, as
 * Excel writes and reads it, names the delimiter and is no row.
 *
 * <p>Immutable: each method returns a new format.
 */
public final class CsvFormat {

  /** What a quote means in a file. */
  public enum Quoting {
    /**
     * A field may stand in quotes, and then hold delimiters and line breaks; a quote inside is
     * written twice (RFC 4180; Excel, Python). The default.
     */
    DOUBLED,
    /**
     * As {@link #DOUBLED}, but a quote inside is also written {@code \"}, and a backslash before a
     * quote or a backslash {@code \\} (Spark).
     */
    BACKSLASH,
    /**
     * A quote is a character like others: each line is a row, each delimiter ends a field (pandas'
     * {@code quoting=csv.QUOTE_NONE}; most tab-separated files of shared tasks).
     */
    NONE
  }

  /** A column by its name in the header or, where the name is null, by its position. */
  record Column(@Nullable String name, int position) {
    @Override
    public String toString() {
      return name == null ? String.valueOf(position) : '"' + name + '"';
    }
  }

  private static final Dialect RFC_4180 = new Dialect(',', Quoting.DOUBLED);
  private static final Dialect TABBED = new Dialect('\t', Quoting.NONE);

  private final boolean header;
  private final List<Column> text;
  private final @Nullable Column pair;
  private final TargetColumns<Column> target;
  private final String joiner;
  private final KeptColumns<Column> kept;
  private final Dialect dialect;
  private final ReadingOptions options;

  /** How characters become fields. */
  record Dialect(char delimiter, Quoting quoting) {}

  private CsvFormat(
      boolean header,
      List<Column> text,
      @Nullable Column pair,
      TargetColumns<Column> target,
      String joiner,
      KeptColumns<Column> kept,
      Dialect dialect,
      ReadingOptions options) {
    this.header = header;
    this.text = List.copyOf(text);
    this.pair = pair;
    this.target = target;
    this.joiner = joiner;
    this.kept = kept;
    this.dialect = dialect;
    this.options = options;
  }

  /**
   * A file whose first line names the columns. Until said otherwise the text is the column {@code
   * text}, the label the column {@code label}, there is no second text, and commas delimit.
   */
  public static CsvFormat withHeader() {
    return new CsvFormat(
        true,
        List.of(new Column("text", -1)),
        null,
        TargetColumns.usually(new Column("label", -1)),
        " ",
        KeptColumns.none(),
        RFC_4180,
        ReadingOptions.standard());
  }

  /**
   * A file whose first line is a row already. Nothing is assumed about its columns: {@link
   * #text(int, int...)} must be called, and without {@link #label(int)} the rows have no labels.
   */
  public static CsvFormat withoutHeader() {
    return new CsvFormat(
        false,
        List.of(),
        null,
        TargetColumns.unknown(),
        " ",
        KeptColumns.none(),
        RFC_4180,
        ReadingOptions.standard());
  }

  /**
   * A tab-separated file without quoting whose first line names the columns, as shared tasks
   * (SemEval, GLUE) give them out: {@link #withHeader()} with a tab as the delimiter and {@link
   * Quoting#NONE}. A tab-separated file that a table program wrote has quotes: {@code
   * withHeader().delimiter('\t')} reads it.
   */
  public static CsvFormat tsv() {
    return withHeader().with(TABBED);
  }

  /** As {@link #tsv()}, but the first line is a row already: {@link #withoutHeader()}. */
  public static CsvFormat tsvWithoutHeader() {
    return withoutHeader().with(TABBED);
  }

  /**
   * The columns that are the text, by name; several are joined in this order by a blank or what
   * {@link #joinedBy} says.
   *
   * @throws IllegalArgumentException if the format is without header
   */
  public CsvFormat text(String first, String... more) {
    return withText(named(first, more));
  }

  /**
   * The columns that are the text, counted from 0; several are joined in this order by a blank or
   * what {@link #joinedBy} says.
   *
   * @throws IllegalArgumentException if a position is negative
   */
  public CsvFormat text(int first, int... more) {
    return withText(positioned(first, more));
  }

  /**
   * The column of the second text, by name. Default: none.
   *
   * @throws IllegalArgumentException if the format is without header
   */
  public CsvFormat pair(String column) {
    return new CsvFormat(header, text, named(column), target, joiner, kept, dialect, options);
  }

  /**
   * The column of the second text, counted from 0. Default: none.
   *
   * @throws IllegalArgumentException if the position is negative
   */
  public CsvFormat pair(int column) {
    return new CsvFormat(header, text, positioned(column), target, joiner, kept, dialect, options);
  }

  /**
   * The column of the label, by name. A blank field is a row without a label.
   *
   * @throws IllegalArgumentException if the format is without header, or has columns for each label
   *     or for values
   */
  public CsvFormat label(String column) {
    return with(target.of(Kind.LABEL, List.of(named(column))));
  }

  /**
   * The column of the label, counted from 0. A blank field is a row without a label.
   *
   * @throws IllegalArgumentException if the position is negative, or the format has columns for
   *     each label or for values
   */
  public CsvFormat label(int column) {
    return with(target.of(Kind.LABEL, List.of(positioned(column))));
  }

  /**
   * What stands between several labels in the field of the label, such as {@code ","} in {@code
   * "4,27"}: rows have lists of labels then. Blanks around a label are not of it. A blank field is
   * a row with none of the labels. Default: a field is one label.
   *
   * @throws IllegalArgumentException if it is empty, or the format has columns for each label or
   *     for values
   */
  public CsvFormat labelSeparator(String separator) {
    return with(target.separatedBy(separator));
  }

  /**
   * A column for each label, by name, which is the label's name: 1 where it fits, 0 where it does
   * not (also 1.0 and 0.0, true and false). Rows have lists of labels then. A row whose columns are
   * all blank has none known. Kaggle's -1, not scored, is refused.
   *
   * @throws IllegalArgumentException if the format is without header or has a column of the label
   *     or for values, or a column is given twice
   */
  public CsvFormat labelColumns(String first, String... more) {
    return with(target.of(Kind.FLAGS, named(first, more)));
  }

  /**
   * A column for each label, counted from 0, as {@link #labelColumns(String, String...)}. Labels
   * have the names in the header; without one they are numbered from 0 in this order, and {@link
   * Dataset#withLabelNames} names them.
   *
   * @throws IllegalArgumentException if a position is negative or given twice, or the format has a
   *     column of the label or for values
   */
  public CsvFormat labelColumns(int first, int... more) {
    return with(target.of(Kind.FLAGS, positioned(first, more)));
  }

  /**
   * The columns of the numbers that a regression is to predict, by name; finite decimal numbers. A
   * row whose columns are all blank has none known.
   *
   * @throws IllegalArgumentException if the format is without header or has columns of labels, or a
   *     column is given twice
   */
  public CsvFormat valueColumns(String first, String... more) {
    return with(target.of(Kind.VALUES, named(first, more)));
  }

  /**
   * The columns of the numbers that a regression is to predict, counted from 0, as {@link
   * #valueColumns(String, String...)}.
   *
   * @throws IllegalArgumentException if a position is negative or given twice, or the format has
   *     columns of labels
   */
  public CsvFormat valueColumns(int first, int... more) {
    return with(target.of(Kind.VALUES, positioned(first, more)));
  }

  /**
   * What stands where a field has no label: such as {@code noLabel("NA", "-")}. The row has none
   * then, and a line of the log counts such rows; {@link Dataset#labelled} drops them. Where there
   * are several columns of labels or values, all of them must have it. Blanks around do not count,
   * case does. Default: a blank one.
   */
  public CsvFormat noLabel(String first, String... more) {
    return with(target.unknown(Stream.concat(Stream.of(first), Stream.of(more)).toList()));
  }

  /** No column is the label: the rows are to be predicted. */
  public CsvFormat unlabelled() {
    return with(target.none());
  }

  /**
   * Other columns that the rows keep, by name; {@link Example#column} reads them. One that is the
   * text or the label may be kept, too. Default: none.
   *
   * @throws IllegalArgumentException if the format is without header, or a column is given twice
   */
  public CsvFormat keep(String first, String... more) {
    return with(KeptColumns.of(named(first, more)));
  }

  /**
   * Other columns that the rows keep, counted from 0. They have their names in the header; without
   * one they are called by their positions: {@code example.text("3")}.
   *
   * @throws IllegalArgumentException if a position is negative or given twice
   */
  public CsvFormat keep(int first, int... more) {
    return with(KeptColumns.of(positioned(first, more)));
  }

  /**
   * The rows keep all columns that are neither text nor second text, nor of the label, the labels
   * or the values.
   */
  public CsvFormat keepAll() {
    return with(KeptColumns.everything());
  }

  /** What stands between several text columns. Default: one blank. */
  public CsvFormat joinedBy(String joiner) {
    return new CsvFormat(header, text, pair, target, joiner, kept, dialect, options);
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
   * What a quote means. Default: {@link Quoting#DOUBLED}.
   *
   * <p>Files without quoting lose rows when they are read with it: a quote that begins one field
   * and one that ends another, rows later, make one field of all between. Where that seems to have
   * happened, reading warns and names the line.
   */
  public CsvFormat quoting(Quoting quoting) {
    return with(new Dialect(dialect.delimiter(), Objects.requireNonNull(quoting, "quoting")));
  }

  /**
   * The encoding, such as {@code "ISO-8859-1"}, {@code "windows-1252"} or {@code "UTF-16"}.
   * Default: UTF-8, or what the file's byte order mark says.
   *
   * @throws IllegalArgumentException if Java knows no encoding of this name
   */
  public CsvFormat charset(String name) {
    return with(options.charset(name));
  }

  /** How large rows and what is packed may be. Default: {@link DataLimits#standard()}. */
  public CsvFormat limits(DataLimits limits) {
    return with(options.limits(limits));
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

  TargetColumns<Column> target() {
    target.requireWhole();
    return target;
  }

  String joiner() {
    return joiner;
  }

  KeptColumns<Column> kept() {
    return kept;
  }

  Dialect dialect() {
    return dialect;
  }

  ReadingOptions options() {
    return options;
  }

  CsvFormat with(TargetColumns<Column> other) {
    return new CsvFormat(header, text, pair, other, joiner, kept, dialect, options);
  }

  CsvFormat with(KeptColumns<Column> other) {
    return new CsvFormat(header, text, pair, target, joiner, other, dialect, options);
  }

  CsvFormat with(ReadingOptions other) {
    return new CsvFormat(header, text, pair, target, joiner, kept, dialect, other);
  }

  private CsvFormat with(Dialect other) {
    return new CsvFormat(header, text, pair, target, joiner, kept, other, options);
  }

  private CsvFormat withText(List<Column> columns) {
    return new CsvFormat(header, columns, pair, target, joiner, kept, dialect, options);
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
          "column %s: positions are counted from 0".formatted(position));
    }
    return new Column(null, position);
  }
}
