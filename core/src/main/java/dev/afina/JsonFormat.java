package dev.afina;

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
  private final String text;
  private final @Nullable String pair;
  private final @Nullable String label;

  private JsonFormat(String text, @Nullable String pair, @Nullable String label) {
    this.text = text;
    this.pair = pair;
    this.label = label;
  }

  /** Text in {@code text}, label in {@code label}, no second text. */
  public static JsonFormat standard() {
    return new JsonFormat("text", null, "label");
  }

  /** The member that is the text: a string. */
  public JsonFormat text(String member) {
    return new JsonFormat(member, pair, label);
  }

  /** The member that is the second text: a string. Default: none. */
  public JsonFormat pair(String member) {
    return new JsonFormat(text, member, label);
  }

  /**
   * The member that is the label: a string, an integer, true or false. Null and a blank string are
   * a row without a label; a line that lacks the member is an error.
   */
  public JsonFormat label(String member) {
    return new JsonFormat(text, pair, member);
  }

  /** No member is the label: the rows are to be predicted. */
  public JsonFormat unlabelled() {
    return new JsonFormat(text, pair, null);
  }

  String text() {
    return text;
  }

  @Nullable String pair() {
    return pair;
  }

  @Nullable String label() {
    return label;
  }
}
