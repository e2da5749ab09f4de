package dev.afina.data;

import dev.afina.data.TargetColumns.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#jsonLines(java.nio.file.Path, JsonFormat)} reads a JSON file: which members of
 * each row's object are the text, the second text and the label, the labels or the numbers to
 * predict, and where the rows are.
 *
 * <pre>{@code
 * JsonFormat.standard().text("premise").pair("hypothesis").label("gold")
 * JsonFormat.standard().rowsIn("data").text("review.body").label("review.stars")
 * }</pre>
 *
 * <p>A member inside another is named by its path, with dots between; a member whose own name has
 * dots is found by that name, and comes before one inside another.
 *
 * <p>Immutable: each method returns a new format.
 */
public final class JsonFormat {
  private final List<String> text;
  private final @Nullable String pair;
  private final TargetColumns<String> target;
  private final String joiner;
  private final KeptColumns<String> kept;
  private final @Nullable String rowsIn;
  private final ReadingOptions options;

  private JsonFormat(
      List<String> text,
      @Nullable String pair,
      TargetColumns<String> target,
      String joiner,
      KeptColumns<String> kept,
      @Nullable String rowsIn,
      ReadingOptions options) {
    this.text = List.copyOf(text);
    this.pair = pair;
    this.target = target;
    this.joiner = joiner;
    this.kept = kept;
    this.rowsIn = rowsIn;
    this.options = options;
  }

  /** Text in {@code text}, label in {@code label}, no second text. */
  public static JsonFormat standard() {
    return new JsonFormat(
        List.of("text"),
        null,
        TargetColumns.usually("label"),
        " ",
        KeptColumns.none(),
        null,
        ReadingOptions.standard());
  }

  /**
   * The members that are the text: strings; several are joined in this order by a blank or what
   * {@link #joinedBy} says.
   */
  public JsonFormat text(String first, String... more) {
    return new JsonFormat(all(first, more), pair, target, joiner, kept, rowsIn, options);
  }

  /** The member that is the second text: a string. Default: none. */
  public JsonFormat pair(String member) {
    return new JsonFormat(text, member, target, joiner, kept, rowsIn, options);
  }

  /**
   * The member that is the label: a string, a number (an integer also written 1.0), true or false;
   * or a list of strings or integers, which gives a row with a list of labels. Null and a blank
   * string are a row without a label; a row that lacks the member is an error.
   *
   * @throws IllegalArgumentException if the format has members for each label or for values
   */
  public JsonFormat label(String member) {
    return with(target.of(Kind.LABEL, List.of(member)));
  }

  /**
   * What stands between several labels in a string that is the label, such as {@code ","} in {@code
   * "4,27"}, as {@link CsvFormat#labelSeparator}. Default: a string is one label.
   *
   * @throws IllegalArgumentException if it is empty, or the format has members for each label or
   *     for values
   */
  public JsonFormat labelSeparator(String separator) {
    return with(target.separatedBy(separator));
  }

  /**
   * A member for each label, which has its name: 1 or true where it fits, 0 or false where it does
   * not. Rows have lists of labels then. A row whose members are all null has none known.
   *
   * @throws IllegalArgumentException if the format has a member of the label or for values, or one
   *     is given twice
   */
  public JsonFormat labelColumns(String first, String... more) {
    return with(target.of(Kind.FLAGS, all(first, more)));
  }

  /**
   * The members that are the numbers that a regression is to predict; one member may be a list of
   * them. A row whose members are all null has none known.
   *
   * @throws IllegalArgumentException if the format has members of labels, or one is given twice
   */
  public JsonFormat valueColumns(String first, String... more) {
    return with(target.of(Kind.VALUES, all(first, more)));
  }

  /**
   * What stands where a row has no label: such as {@code noLabel("NA", "-")}. The row has none
   * then, and a line of the log counts such rows; {@link Dataset#labelled} drops them. Where there
   * are several members of labels or values, all of them must have it. Blanks around do not count,
   * case does. Default: a blank one.
   */
  public JsonFormat noLabel(String first, String... more) {
    return with(target.unknown(Stream.concat(Stream.of(first), Stream.of(more)).toList()));
  }

  /** No member is the label: the rows are to be predicted. */
  public JsonFormat unlabelled() {
    return with(target.none());
  }

  /**
   * Other members that the rows keep, by name or path; {@link Example#column} reads them. A row
   * that lacks one has null there, but it is an error if all rows do. Default: none.
   *
   * @throws IllegalArgumentException if one is given twice
   */
  public JsonFormat keep(String first, String... more) {
    return with(KeptColumns.of(all(first, more)));
  }

  /**
   * The rows keep all their members that are neither text nor second text, nor of the label, the
   * labels or the values: each row those that it has. What lies inside a member is kept as its JSON
   * text; {@link #keep} takes single ones by their path.
   */
  public JsonFormat keepAll() {
    return with(KeptColumns.everything());
  }

  /** What stands between several text members. Default: one blank. */
  public JsonFormat joinedBy(String joiner) {
    return new JsonFormat(text, pair, target, joiner, kept, rowsIn, options);
  }

  /**
   * The file is one object, and the rows are the array under this member, or under this path.
   * Default: each line is a row, or the file is one array of rows.
   */
  public JsonFormat rowsIn(String member) {
    return new JsonFormat(text, pair, target, joiner, kept, member, options);
  }

  /**
   * The encoding, such as {@code "ISO-8859-1"} or {@code "UTF-16"}. Default: UTF-8, or what the
   * file's byte order mark says.
   *
   * @throws IllegalArgumentException if Java knows no encoding of this name
   */
  public JsonFormat charset(String name) {
    return with(options.charset(name));
  }

  /** How large rows and what is packed may be. Default: {@link DataLimits#standard()}. */
  public JsonFormat limits(DataLimits limits) {
    return with(options.limits(limits));
  }

  /** Not empty. */
  List<String> text() {
    return text;
  }

  String joiner() {
    return joiner;
  }

  @Nullable String pair() {
    return pair;
  }

  TargetColumns<String> target() {
    target.requireWhole();
    return target;
  }

  KeptColumns<String> kept() {
    return kept;
  }

  @Nullable String rowsIn() {
    return rowsIn;
  }

  ReadingOptions options() {
    return options;
  }

  JsonFormat with(TargetColumns<String> other) {
    return new JsonFormat(text, pair, other, joiner, kept, rowsIn, options);
  }

  JsonFormat with(KeptColumns<String> other) {
    return new JsonFormat(text, pair, target, joiner, other, rowsIn, options);
  }

  private static List<String> all(String first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toList();
  }

  JsonFormat with(ReadingOptions other) {
    return new JsonFormat(text, pair, target, joiner, kept, rowsIn, other);
  }
}
