package dev.afina.data;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#jsonLines(java.nio.file.Path, JsonFormat)} reads a JSON file: which members of
 * each row's object are the text, the second text and the label, and where the rows are.
 *
 * <pre>{@code
 * JsonFormat.standard().text("premise").pair("hypothesis").label("gold")
 * JsonFormat.standard().rowsIn("data").text("review.body").label("review.stars")
 * }</pre>
 *
 * <p>A member inside another is named by its path, with dots between; a member whose own name has
 * dots is found by that name.
 *
 * <p>Immutable: each method returns a new format.
 */
public final class JsonFormat {
  private final List<String> text;
  private final @Nullable String pair;
  private final @Nullable String label;
  private final String joiner;
  private final @Nullable String rowsIn;
  private final ReadingOptions options;

  private JsonFormat(
      List<String> text,
      @Nullable String pair,
      @Nullable String label,
      String joiner,
      @Nullable String rowsIn,
      ReadingOptions options) {
    this.text = List.copyOf(text);
    this.pair = pair;
    this.label = label;
    this.joiner = joiner;
    this.rowsIn = rowsIn;
    this.options = options;
  }

  /** Text in {@code text}, label in {@code label}, no second text. */
  public static JsonFormat standard() {
    return new JsonFormat(List.of("text"), null, "label", " ", null, ReadingOptions.standard());
  }

  /**
   * The members that are the text: strings; several are joined in this order by a blank or what
   * {@link #joinedBy} says.
   */
  public JsonFormat text(String first, String... more) {
    return new JsonFormat(
        Stream.concat(Stream.of(first), Stream.of(more)).toList(),
        pair,
        label,
        joiner,
        rowsIn,
        options);
  }

  /** The member that is the second text: a string. Default: none. */
  public JsonFormat pair(String member) {
    return new JsonFormat(text, member, label, joiner, rowsIn, options);
  }

  /**
   * The member that is the label: a string, an integer (also written 1.0), true or false. Null and
   * a blank string are a row without a label; a row that lacks the member is an error.
   */
  public JsonFormat label(String member) {
    return new JsonFormat(text, pair, member, joiner, rowsIn, options);
  }

  /** No member is the label: the rows are to be predicted. */
  public JsonFormat unlabelled() {
    return new JsonFormat(text, pair, null, joiner, rowsIn, options);
  }

  /** What stands between several text members. Default: one blank. */
  public JsonFormat joinedBy(String joiner) {
    return new JsonFormat(text, pair, label, joiner, rowsIn, options);
  }

  /**
   * The file is one object, and the rows are the array under this member, or under this path.
   * Default: each line is a row, or the file is one array of rows.
   */
  public JsonFormat rowsIn(String member) {
    return new JsonFormat(text, pair, label, joiner, member, options);
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

  @Nullable String label() {
    return label;
  }

  @Nullable String rowsIn() {
    return rowsIn;
  }

  ReadingOptions options() {
    return options;
  }

  JsonFormat with(ReadingOptions other) {
    return new JsonFormat(text, pair, label, joiner, rowsIn, other);
  }
}
