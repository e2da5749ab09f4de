package dev.afina.data;

import dev.afina.data.TargetColumns.Kind;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a table are the text, the second text and the label, the labels or the numbers
 * to predict: of a Parquet file, or of the files of a {@link HubDataset}, whatever their kind.
 *
 * <pre>{@code
 * Columns.standard().text("review_title", "review_body").label("stars")
 * Columns.standard().text("sentence1").pair("sentence2").valueColumns("score")
 * }</pre>
 *
 * <p>Immutable: each method returns a new choice.
 */
public final class Columns {
  private final List<String> text;
  private final @Nullable String pair;
  private final TargetColumns<String> target;
  private final String joiner;
  private final KeptColumns<String> kept;
  private final DataLimits limits;

  private Columns(
      List<String> text,
      @Nullable String pair,
      TargetColumns<String> target,
      String joiner,
      KeptColumns<String> kept,
      DataLimits limits) {
    this.text = List.copyOf(text);
    this.pair = pair;
    this.target = target;
    this.joiner = joiner;
    this.kept = kept;
    this.limits = limits;
  }

  /** Text in {@code text}, label in {@code label}, no second text. */
  public static Columns standard() {
    return new Columns(
        List.of("text"),
        null,
        TargetColumns.usually("label"),
        " ",
        KeptColumns.none(),
        DataLimits.standard());
  }

  /**
   * The columns that are the text; several are joined in this order by a blank or what {@link
   * #joinedBy} says.
   */
  public Columns text(String first, String... more) {
    return new Columns(all(first, more), pair, target, joiner, kept, limits);
  }

  /** The column of the second text. Default: none. */
  public Columns pair(String column) {
    return new Columns(text, column, target, joiner, kept, limits);
  }

  /**
   * The column of the label. A null or blank value, and -1 of named classes, is no label. A list
   * gives a row with a list of labels; where the list is null, its labels are not known.
   *
   * @throws IllegalArgumentException if there are columns for each label or for values
   */
  public Columns label(String column) {
    return with(target.of(Kind.LABEL, List.of(column)));
  }

  /**
   * What stands between several labels in a text that is the label, as {@link
   * CsvFormat#labelSeparator}. Default: a text is one label.
   *
   * @throws IllegalArgumentException if it is empty, or there are columns for each label or for
   *     values
   */
  public Columns labelSeparator(String separator) {
    return with(target.separatedBy(separator));
  }

  /**
   * A column for each label, which has its name: 1 or true where it fits, 0 or false where it does
   * not. Rows have lists of labels then. A row whose columns are all null or blank has none known.
   *
   * @throws IllegalArgumentException if there is a column of the label or for values, or one is
   *     given twice
   */
  public Columns labelColumns(String first, String... more) {
    return with(target.of(Kind.FLAGS, all(first, more)));
  }

  /**
   * The columns of the numbers that a regression is to predict; one column may be of lists. A row
   * whose columns are all null or blank has none known.
   *
   * @throws IllegalArgumentException if there are columns of labels, or one is given twice
   */
  public Columns valueColumns(String first, String... more) {
    return with(target.of(Kind.VALUES, all(first, more)));
  }

  /**
   * What stands where a row has no label: such as {@code noLabel("NA", "-")}. The row has none
   * then, and a line of the log counts such rows; {@link Dataset#labelled} drops them. Where there
   * are several columns of labels or values, all of them must have it. Blanks around do not count,
   * case does. Default: a blank one.
   */
  public Columns noLabel(String first, String... more) {
    return with(target.unknown(Stream.concat(Stream.of(first), Stream.of(more)).toList()));
  }

  /** No column is the label: the rows are to be predicted. */
  public Columns unlabelled() {
    return with(target.none());
  }

  /**
   * Other columns that the rows keep; {@link Example#column} reads them. Of a Parquet file they are
   * single values or lists of them. Default: none.
   *
   * @throws IllegalArgumentException if a column is given twice
   */
  public Columns keep(String first, String... more) {
    return with(KeptColumns.of(all(first, more)));
  }

  /**
   * The rows keep all columns that are neither text nor second text, nor of the label, the labels
   * or the values. Of a Parquet file those are left out that are maps or structures, or lists of
   * such; a line of the log names them.
   */
  public Columns keepAll() {
    return with(KeptColumns.everything());
  }

  /** What stands between several text columns. Default: one blank. */
  public Columns joinedBy(String joiner) {
    return new Columns(text, pair, target, joiner, kept, limits);
  }

  /** How large rows and what is packed may be. Default: {@link DataLimits#standard()}. */
  public Columns limits(DataLimits limits) {
    return new Columns(text, pair, target, joiner, kept, Objects.requireNonNull(limits, "limits"));
  }

  /** Not empty. */
  List<String> text() {
    return text;
  }

  @Nullable String pair() {
    return pair;
  }

  TargetColumns<String> target() {
    target.requireWhole();
    return target;
  }

  /** The column of the label, single or in lists; null where there is none. */
  @Nullable String label() {
    return target.kind() == Kind.LABEL ? target.columns().get(0) : null;
  }

  String joiner() {
    return joiner;
  }

  KeptColumns<String> kept() {
    return kept;
  }

  DataLimits limits() {
    return limits;
  }

  CsvFormat csv(char delimiter) {
    CsvFormat csv =
        CsvFormat.withHeader()
            .text(text.get(0), text.subList(1, text.size()).toArray(String[]::new))
            .joinedBy(joiner)
            .limits(limits)
            .delimiter(delimiter);
    csv = csv.with(target().map(name -> new CsvFormat.Column(name, -1)));
    csv = csv.with(kept.map(name -> new CsvFormat.Column(name, -1)));
    return pair == null ? csv : csv.pair(pair);
  }

  JsonFormat json() {
    JsonFormat json =
        JsonFormat.standard()
            .text(text.get(0), text.subList(1, text.size()).toArray(String[]::new))
            .joinedBy(joiner)
            .limits(limits);
    json = json.with(target()).with(kept);
    return pair == null ? json : json.pair(pair);
  }

  private Columns with(TargetColumns<String> other) {
    return new Columns(text, pair, other, joiner, kept, limits);
  }

  private Columns with(KeptColumns<String> other) {
    return new Columns(text, pair, target, joiner, other, limits);
  }

  private static List<String> all(String first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toList();
  }
}
