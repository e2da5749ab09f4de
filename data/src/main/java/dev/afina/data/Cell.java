package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The value of one column in one row of a file, whatever the file's format. */
sealed interface Cell {
  /** The most elements of an array that are kept; a longer one is not a list of labels. */
  int MOST = 1 << 16;

  /** A string. CSV has no other kind. */
  record Text(String text) implements Cell {}

  /** A number as it is written in the file; NaN and infinities as Java writes them. */
  record Numeral(String text) implements Cell {}

  /** True or false. */
  record Bool(boolean value) implements Cell {}

  /**
   * A list of values. An element is null if its value is missing, which a target does not allow.
   */
  record Array(List<@Nullable Cell> cells) implements Cell {}

  /**
   * Any other value, such as an object.
   *
   * @param described the value in messages
   * @param json its JSON if the column is kept, otherwise ""
   */
  record Other(String described, String json) implements Cell {}

  /** The value as shown in messages. */
  static String described(@Nullable Cell cell) {
    if (cell instanceof Text text) {
      return Excerpt.quoted(text.text());
    } else if (cell instanceof Numeral number) {
      return Excerpt.of(number.text());
    } else if (cell instanceof Bool truth) {
      return String.valueOf(truth.value());
    } else if (cell instanceof Array several) {
      return several.cells().stream()
          .limit(3)
          .map(item -> item instanceof Array ? "[...]" : described(item))
          .collect(Collectors.joining(", ", "[", several.cells().size() > 3 ? ", ...]" : "]"));
    } else if (cell instanceof Other other) {
      return other.described();
    }
    return "null";
  }
}
