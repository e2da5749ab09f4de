package dev.afina.data;

import dev.afina.data.TargetColumns.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#jsonLines(java.nio.file.Path, JsonFormat)} reads a JSON file: where its rows
 * are, and which members of a row hold the text, the second text and the target.
 *
 * <pre>{@code
 * JsonFormat.standard().text("premise").pair("hypothesis").label("gold")
 * JsonFormat.standard().rowsIn("data").text("review.body").label("review.stars")
 * }</pre>
 *
 * <p>Python writes {@code NaN} and {@code Infinity}, which are not JSON. The first is read as null,
 * the second as {@code 1e999}, a number beyond all doubles: an error in a target, text in a column
 * that is kept.
 *
 * <p>A nested member is named by its path, with dots between the names. If a member's own name
 * contains dots, that name is tried first.
 *
 * <p>A row has one kind of target, so {@link #label}, {@link #labelColumns} and {@link
 * #valueColumns} exclude each other.
 *
 * <p>Immutable and thread safe: each method returns a new format.
 */
public final class JsonFormat {
  private final RowLayout<String> layout;
  private final @Nullable String rowsIn;
  private final ReadingOptions options;

  JsonFormat(RowLayout<String> layout, @Nullable String rowsIn, ReadingOptions options) {
    this.layout = layout;
    this.rowsIn = rowsIn;
    this.options = options;
  }

  /**
   * The default format: the text in member {@code text}, the label in {@code label}, and no second
   * text.
   */
  public static JsonFormat standard() {
    return new JsonFormat(RowLayout.of("text", "label"), null, ReadingOptions.standard());
  }

  /**
   * The members of the text, which must be strings. Several members are joined in this order, with
   * a space or {@link #joinedBy} between them. Default: {@code text}.
   */
  public JsonFormat text(String first, String... more) {
    return with(layout.withText(all(first, more)));
  }

  /** The member of the second text of a pair, which must be a string. Default: none. */
  public JsonFormat pair(String member) {
    return with(layout.withPair(member));
  }

  /**
   * The member of the label: a string, a number or a boolean, or an array of strings or integers,
   * which makes a list of labels. The number 1.0 is the label "1". A row with null or a blank
   * string has no label; a row without the member is an error. Default: {@code label}.
   *
   * @throws IllegalArgumentException if the format already has {@code labelColumns} or {@code
   *     valueColumns}
   */
  public JsonFormat label(String member) {
    return with(layout.target().of(Kind.LABEL, List.of(member)));
  }

  /**
   * The separator between several labels in a label string, such as {@code ","} in {@code "4,27"};
   * see {@link CsvFormat#labelSeparator}. Default: the string is a single label.
   *
   * @throws IllegalArgumentException if the separator is empty, or the format has {@code
   *     labelColumns} or {@code valueColumns}
   */
  public JsonFormat labelSeparator(String separator) {
    return with(layout.target().separatedBy(separator));
  }

  /**
   * One member per label, named after the label, with 1 or true if the label applies and 0 or false
   * if not. Every row then has a list of labels. If all these members are null, the row's labels
   * are unknown.
   *
   * @throws IllegalArgumentException if the format already has {@code label} or {@code
   *     valueColumns}, or a member is given twice
   */
  public JsonFormat labelColumns(String first, String... more) {
    return with(layout.target().of(Kind.FLAGS, all(first, more)));
  }

  /**
   * The members of the regression targets: finite numbers, or a single member with an array of
   * them. If all members are null, the row has no target.
   *
   * @throws IllegalArgumentException if the format already has {@code label} or {@code
   *     labelColumns}, or a member is given twice
   */
  public JsonFormat valueColumns(String first, String... more) {
    return with(layout.target().of(Kind.VALUES, all(first, more)));
  }

  /**
   * Words that mean "no label", such as {@code noLabel("NA", "-")}, in addition to null and a blank
   * string. Rows with such a word have no target; one log line counts them, and {@link
   * Dataset#labelled} drops them. If there are several target members, all of them must be null,
   * blank or have such a word. Case matters, surrounding blanks do not.
   */
  public JsonFormat noLabel(String first, String... more) {
    return with(layout.target().unknown(Stream.concat(Stream.of(first), Stream.of(more)).toList()));
  }

  /** The file has no target: its rows are to be predicted. */
  public JsonFormat unlabelled() {
    return with(layout.target().none());
  }

  /**
   * Other members to keep, by name or path, for {@link Example#column}. A row without such a member
   * has null there, but it is an error if no row has it. Default: none.
   *
   * @throws IllegalArgumentException if a member is given twice
   */
  public JsonFormat keep(String first, String... more) {
    return with(KeptColumns.of(all(first, more)));
  }

  /**
   * Keeps all members of each row except those of the text, the second text and the target. Objects
   * are kept as JSON strings; {@link #keep} can pick a nested member by its path instead.
   */
  public JsonFormat keepAll() {
    return with(KeptColumns.everything());
  }

  /** The separator between several text members. Default: one space. */
  public JsonFormat joinedBy(String joiner) {
    return with(layout.withJoiner(joiner));
  }

  /**
   * The file is one object, and its rows are the array at this member or path. Default: each line
   * is a row, or the file is one array of rows.
   */
  public JsonFormat rowsIn(String member) {
    return new JsonFormat(layout, member, options);
  }

  /**
   * The encoding, such as {@code "ISO-8859-1"} or {@code "UTF-16"}. Default: the one that the
   * file's byte order mark names, otherwise UTF-8.
   *
   * @throws IllegalArgumentException if this JVM does not support the encoding
   */
  public JsonFormat charset(String name) {
    return with(options.charset(name));
  }

  /**
   * Limits on the size of rows, the memory they take and the growth of gzip. Default: {@link
   * DataLimits#standard()}.
   */
  public JsonFormat limits(DataLimits limits) {
    return with(options.limits(limits));
  }

  /** Not empty. */
  List<String> text() {
    return layout.text();
  }

  String joiner() {
    return layout.joiner();
  }

  @Nullable String pair() {
    return layout.pair();
  }

  TargetColumns<String> target() {
    layout.target().requireWhole();
    return layout.target();
  }

  KeptColumns<String> kept() {
    return layout.kept();
  }

  @Nullable String rowsIn() {
    return rowsIn;
  }

  ReadingOptions options() {
    return options;
  }

  private JsonFormat with(RowLayout<String> other) {
    return new JsonFormat(other, rowsIn, options);
  }

  private JsonFormat with(TargetColumns<String> other) {
    return with(layout.withTarget(other));
  }

  private JsonFormat with(KeptColumns<String> other) {
    return with(layout.withKept(other));
  }

  private JsonFormat with(ReadingOptions other) {
    return new JsonFormat(layout, rowsIn, other);
  }

  private static List<String> all(String first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toList();
  }
}
