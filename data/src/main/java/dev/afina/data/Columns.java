package dev.afina.data;

import dev.afina.data.TargetColumns.Kind;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which columns hold the text, the second text and the target, for Parquet files and for all files
 * of a {@link HubDataset}, whatever their format.
 *
 * <pre>{@code
 * Columns.standard().text("review_title", "review_body").label("stars")
 * Columns.standard().text("sentence1").pair("sentence2").valueColumns("score")
 * }</pre>
 *
 * <p>A row has one kind of target, so {@link #label}, {@link #labelColumns} and {@link
 * #valueColumns} exclude each other.
 *
 * <p>Immutable and thread safe: each method returns a new object.
 */
public final class Columns {
  private final RowLayout<String> layout;
  private final DataLimits limits;

  private Columns(RowLayout<String> layout, DataLimits limits) {
    this.layout = layout;
    this.limits = limits;
  }

  /**
   * The default: the text in column {@code text}, the label in {@code label}, and no second text.
   */
  public static Columns standard() {
    return new Columns(RowLayout.of("text", "label"), DataLimits.standard());
  }

  /**
   * The columns of the text. Several columns are joined in this order, with a space or {@link
   * #joinedBy} between them. Default: {@code text}.
   */
  public Columns text(String first, String... more) {
    return with(layout.withText(all(first, more)));
  }

  /** The column of the second text of a pair. Default: none. */
  public Columns pair(String column) {
    return with(layout.withPair(column));
  }

  /**
   * The column of the label. A row has no label if the value is null, blank, or -1 where the file
   * names its classes. A column of lists makes lists of labels, which are unknown if the list is
   * null. Default: {@code label}.
   *
   * @throws IllegalArgumentException if {@code labelColumns} or {@code valueColumns} were given
   *     before
   */
  public Columns label(String column) {
    return with(layout.target().of(Kind.LABEL, List.of(column)));
  }

  /**
   * The separator between several labels in a label string; see {@link CsvFormat#labelSeparator}.
   * Default: the string is a single label.
   *
   * @throws IllegalArgumentException if the separator is empty, or {@code labelColumns} or {@code
   *     valueColumns} were given before
   */
  public Columns labelSeparator(String separator) {
    return with(layout.target().separatedBy(separator));
  }

  /**
   * One column per label, named after the label, with 1 or true if the label applies and 0 or false
   * if not. Every row then has a list of labels. If all these columns are null or blank, the row's
   * labels are unknown.
   *
   * @throws IllegalArgumentException if {@code label} or {@code valueColumns} were given before, or
   *     a column is given twice
   */
  public Columns labelColumns(String first, String... more) {
    return with(layout.target().of(Kind.FLAGS, all(first, more)));
  }

  /**
   * The columns of the regression targets: finite numbers, or a single column with lists of them.
   * If all columns are null or blank, the row has no target.
   *
   * @throws IllegalArgumentException if {@code label} or {@code labelColumns} were given before, or
   *     a column is given twice
   */
  public Columns valueColumns(String first, String... more) {
    return with(layout.target().of(Kind.VALUES, all(first, more)));
  }

  /**
   * Words that mean "no label", such as {@code noLabel("NA", "-")}, in addition to null and a blank
   * string. Rows with such a word have no target; one log line counts them, and {@link
   * Dataset#labelled} drops them. If there are several target columns, all of them must be null,
   * blank or have such a word. Case matters, surrounding blanks do not.
   */
  public Columns noLabel(String first, String... more) {
    return with(layout.target().unknown(Stream.concat(Stream.of(first), Stream.of(more)).toList()));
  }

  /** There is no target column: the rows are to be predicted. */
  public Columns unlabelled() {
    return with(layout.target().none());
  }

  /**
   * Other columns to keep, for {@link Example#column}. In a Parquet file they must hold single
   * values or lists of them. Default: none.
   *
   * @throws IllegalArgumentException if a column is given twice
   */
  public Columns keep(String first, String... more) {
    return with(KeptColumns.of(all(first, more)));
  }

  /**
   * Keeps all columns except those of the text, the second text and the target. Parquet columns of
   * maps, structs, or lists of these are skipped, and one log line names them.
   */
  public Columns keepAll() {
    return with(KeptColumns.everything());
  }

  /** The separator between several text columns. Default: one space. */
  public Columns joinedBy(String joiner) {
    return with(layout.withJoiner(joiner));
  }

  /**
   * Limits on the size of rows, the memory they take and the growth of compressed data. Default:
   * {@link DataLimits#standard()}.
   */
  public Columns limits(DataLimits limits) {
    return new Columns(layout, Objects.requireNonNull(limits, "limits"));
  }

  /** Not empty. */
  List<String> text() {
    return layout.text();
  }

  @Nullable String pair() {
    return layout.pair();
  }

  TargetColumns<String> target() {
    layout.target().requireWhole();
    return layout.target();
  }

  /** The column of the label, single or in lists; null where there is none. */
  @Nullable String label() {
    return layout.target().kind() == Kind.LABEL ? layout.target().columns().get(0) : null;
  }

  String joiner() {
    return layout.joiner();
  }

  KeptColumns<String> kept() {
    return layout.kept();
  }

  DataLimits limits() {
    return limits;
  }

  /**
   * The format of CSV files with these columns.
   *
   * @param charset the encoding; null for UTF-8 or that of the byte order mark
   * @param column the column of a file with this name
   */
  CsvFormat csv(
      CsvHead head, @Nullable Charset charset, Function<String, CsvFormat.Column> column) {
    return new CsvFormat(
        head,
        completeLayout().map(column),
        CsvFormat.RFC_4180,
        new ReadingOptions(charset, limits));
  }

  /**
   * The format of JSON files with these members.
   *
   * @param rowsIn the member with the rows; null if the rows are the file
   * @param charset the encoding; null for UTF-8 or that of the byte order mark
   */
  JsonFormat json(@Nullable String rowsIn, @Nullable Charset charset) {
    return new JsonFormat(completeLayout(), rowsIn, new ReadingOptions(charset, limits));
  }

  private RowLayout<String> completeLayout() {
    layout.target().requireWhole();
    return layout;
  }

  private Columns with(RowLayout<String> other) {
    return new Columns(other, limits);
  }

  private Columns with(TargetColumns<String> other) {
    return with(layout.withTarget(other));
  }

  private Columns with(KeptColumns<String> other) {
    return with(layout.withKept(other));
  }

  private static List<String> all(String first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toList();
  }
}
