package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats rows as JSON Lines that the same format reads back. */
final class JsonRowText implements RowText {
  private final RowFields fields;

  /**
   * A formatter for one file.
   *
   * @throws IllegalArgumentException if the format names a member twice
   */
  JsonRowText(JsonFormat format) {
    if (format.rowsIn() != null) {
      throw new IllegalArgumentException(
          "rowsIn(%s): rows are written one a line".formatted(Excerpt.quoted(format.rowsIn())));
    }
    if (format.text().size() > 1) {
      throw new IllegalArgumentException(
          "text(%s): a row's text is written to one member"
              .formatted(Excerpt.quotedList(format.text())));
    }
    List<String> target = format.target().columns();
    fields =
        new RowFields(
            format.text().get(0),
            format.pair(),
            target,
            new TargetWriter(format.target(), target, true),
            List.of());
  }

  @Override
  public String header(@Nullable Example first) {
    return "";
  }

  @Override
  public String row(Example row) {
    List<@Nullable Object> values = fields.values(row);
    StringBuilder line = new StringBuilder("{");
    for (int i = 0; i < values.size(); i++) {
      append(line, fields.names().get(i), values.get(i));
    }
    RowColumns others = row.columns();
    for (int i = 0; i < others.size(); i++) {
      String name = others.names().list().get(i);
      if (fields.names().contains(name)) {
        throw new IllegalArgumentException(
            "two members would be called %s: name those of text and label otherwise by the format, or drop the other by Dataset.map(row -> row.without(%s))"
                .formatted(Excerpt.quoted(name), Excerpt.quoted(name)));
      }
      append(line, name, others.value(i));
    }
    return line.append("}\n").toString();
  }

  private static void append(StringBuilder line, String name, @Nullable Object value) {
    line.append(line.length() == 1 ? "" : ", ");
    JsonText.append(line, name);
    line.append(": ");
    JsonText.appendValue(line, value);
  }

  /** Characters beyond ASCII occur only in strings, where they can be escaped. */
  @Override
  public String encodable(String line) {
    StringBuilder escaped = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      escaped.append(c < 0x80 ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
    return escaped.toString();
  }
}
