package dev.afina;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Dataset#jsonLines(java.nio.file.Path, JsonFormat)} reads a JSON Lines file: which
 * members of each line's object are the text, the second text and the label.
 *
 * <pre>{@code
 * JsonFormat.standard().text("premise").pair("hypothesis").label("gold")
 * }</pre>
 *
 * <p>Immutable: each method returns a new format.
 */
public final class JsonFormat {
  private final List<String> text;
  private final @Nullable String pair;
  private final @Nullable String label;
  private final String joiner;

  private JsonFormat(
      List<String> text, @Nullable String pair, @Nullable String label, String joiner) {
    this.text = List.copyOf(text);
    this.pair = pair;
    this.label = label;
    this.joiner = joiner;
  }

  /** Text in {@code text}, label in {@code label}, no second text. */
  public static JsonFormat standard() {
    return new JsonFormat(List.of("text"), null, "label", " ");
  }

  /**
   * The members that are the text: strings; several are joined in this order by a blank or what
   * {@link #joinedBy} says.
   */
  public JsonFormat text(String first, String... more) {
    return new JsonFormat(
        Stream.concat(Stream.of(first), Stream.of(more)).toList(), pair, label, joiner);
  }

  /** The member that is the second text: a string. Default: none. */
  public JsonFormat pair(String member) {
    return new JsonFormat(text, member, label, joiner);
  }

  /**
   * The member that is the label: a string, an integer, true or false. Null and a blank string are
   * a row without a label; a line that lacks the member is an error.
   */
  public JsonFormat label(String member) {
    return new JsonFormat(text, pair, member, joiner);
  }

  /** No member is the label: the rows are to be predicted. */
  public JsonFormat unlabelled() {
    return new JsonFormat(text, pair, null, joiner);
  }

  /** What stands between several text members. Default: one blank. */
  public JsonFormat joinedBy(String joiner) {
    return new JsonFormat(text, pair, label, joiner);
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
}
