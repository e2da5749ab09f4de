package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a file has in one column of one row. */
sealed interface Cell {
  /** Lists of more are no lists of labels; what is beyond is not kept. */
  int MOST = 1 << 16;

  /** A string; all that CSV has. */
  record Text(String text) implements Cell {}

  /** A number in decimal digits, as it is written; what is not finite as Java writes it. */
  record Numeral(String text) implements Cell {}

  /** True or false. */
  record Truth(boolean value) implements Cell {}

  /** A list of values. Nothing in it is null where a value is missing, and is refused. */
  record Several(List<@Nullable Cell> cells) implements Cell {}

  /**
   * Something else, such as an object.
   *
   * @param json its text where that is kept, else ""
   */
  record Other(String described, String json) implements Cell {}

  /** For messages. */
  static String described(@Nullable Cell cell) {
    if (cell instanceof Text text) {
      return Excerpt.quoted(text.text());
    } else if (cell instanceof Numeral number) {
      return Excerpt.of(number.text());
    } else if (cell instanceof Truth truth) {
      return String.valueOf(truth.value());
    } else if (cell instanceof Several several) {
      return several.cells().stream()
          .limit(3)
          .map(item -> item instanceof Several ? "[...]" : described(item))
          .collect(Collectors.joining(", ", "[", several.cells().size() > 3 ? ", ...]" : "]"));
    } else if (cell instanceof Other other) {
      return other.described();
    }
    return "null";
  }
}
