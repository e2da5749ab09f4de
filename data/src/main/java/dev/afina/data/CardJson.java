package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.nio.charset.Charset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a data set's card says that JSON files are read: by those arguments of Python's {@code
 * load_dataset("json", ...)} that an entry of {@code configs} may have.
 *
 * @param field the member of each file that has the rows; null if the rows are the file
 * @param charset the encoding; null for UTF-8 or that of the byte order mark
 */
record CardJson(@Nullable String field, @Nullable Charset charset) {
  /** What a card says that does not mention JSON. */
  static final CardJson STANDARD = new CardJson(null, null);

  /**
   * What an entry of {@code configs} says.
   *
   * @throws IllegalArgumentException if files cannot be read that way
   */
  static CardJson of(Map<String, @Nullable Object> members) {
    Object field = members.get("field");
    if (field != null && !(field instanceof String)) {
      throw new IllegalArgumentException(
          "its card says field: %s, expected the name of a member; mend the card"
              .formatted(Excerpt.of(field)));
    }
    return new CardJson((String) field, CardCsv.charset(members));
  }

  /** The format of a file. */
  JsonFormat format(Columns columns) {
    return columns.json(field, charset);
  }
}
