package dev.afina.data;

import dev.afina.data.CsvFormat.Column;
import dev.afina.data.CsvFormat.Dialect;
import dev.afina.data.CsvFormat.Quoting;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats rows as CSV that the same format reads back. */
final class CsvText implements RowText {
  private static final String MARK = "\uFEFF";

  private final Dialect dialect;
  private final CsvFormat format;
  private final boolean settled;
  private RowFields fields;
  private final String charset;

  /**
   * A formatter for one file.
   *
   * @param others the names of the other columns; null to take those of the first row
   * @throws IllegalArgumentException if the format cannot write, or names a column twice
   */
  CsvText(CsvFormat format, @Nullable List<String> others) {
    if (!format.head().hasLine()) {
      throw new IllegalArgumentException(
          "a file is written with a header only; use CsvFormat.withHeader() or CsvFormat.tsv()");
    }
    if (format.text().size() > 1) {
      throw new IllegalArgumentException(
          "text(%s): a row's text is written to one column"
              .formatted(Excerpt.list(format.text().stream().map(Column::toString).toList())));
    }
    this.format = format;
    dialect = format.dialect();
    settled = others != null;
    fields = fields(format, others == null ? List.of() : others);
    charset = format.options().charset() == null ? "UTF-8" : format.options().charset().name();
  }

  private static RowFields fields(CsvFormat format, List<String> others) {
    List<String> target = format.target().columns().stream().map(CsvText::name).toList();
    Column pair = format.pair();
    return new RowFields(
        name(format.text().get(0)),
        pair == null ? null : name(pair),
        target,
        new TargetWriter(format.target(), target, false),
        others);
  }

  private static String name(Column column) {
    if (column.name() == null) {
      throw new IllegalArgumentException(
          "column %s: columns are written by names, not positions".formatted(column));
    }
    return column.name();
  }

  @Override
  public String header(@Nullable Example first) {
    if (!settled && first != null) {
      fields = fields(format, first.columnNames());
    }
    String line = line(fields.names());
    if (line.startsWith(MARK)
        || FileKind.problem(line.getBytes(StandardCharsets.UTF_8)).isPresent()
        || !readsBack(line)) {
      throw new IllegalArgumentException(
          "the header %s would be read as something else; name its columns otherwise"
              .formatted(Excerpt.quoted(line.strip())));
    }
    return line;
  }

  /** Not every header is read back as one: a single column "sep=;" would set the delimiter. */
  private boolean readsBack(String line) {
    try {
      CsvRecords records =
          new CsvRecords(Path.of(""), new StringReader(line), dialect, Integer.MAX_VALUE);
      return fields.names().equals(records.next());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String row(Example row) {
    List<@Nullable Object> values = fields.values(row);
    for (String name : row.columnNames()) {
      if (!fields.others().contains(name)) {
        throw new IllegalArgumentException(
            "it has a column %s, which the first row has not: the header is written before it is known"
                .formatted(Excerpt.quoted(name)));
      }
    }
    for (String name : fields.others()) {
      int position = row.columns().names().position(name);
      values.add(position < 0 ? null : row.columns().value(position));
    }
    return line(values.stream().map(ColumnValue::text).toList());
  }

  private String line(List<String> texts) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      line.append(i == 0 ? "" : String.valueOf(dialect.delimiter()));
      append(line, texts.get(i), texts.size() == 1);
    }
    return line.append('\n').toString();
  }

  private void append(StringBuilder line, String field, boolean alone) {
    boolean plain =
        field.indexOf(dialect.delimiter()) < 0
            && field.indexOf('\n') < 0
            && field.indexOf('\r') < 0
            && !(alone && field.isEmpty()); // a blank line is no row
    if (dialect.quoting() == Quoting.NONE) {
      if (!plain) {
        throw new IllegalArgumentException(
            "%s holds the delimiter or a line break or is all of an empty row, which a file without quoting cannot have; replace these by Dataset.map, or write with quotes"
                .formatted(Excerpt.quoted(field)));
      }
      line.append(field);
    } else if (plain && field.indexOf('"') < 0 && !(alone && CsvRecords.isBlank(field))) {
      line.append(field);
    } else if (dialect.quoting() == Quoting.BACKSLASH) {
      line.append('"').append(field.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    } else {
      line.append('"').append(field.replace("\"", "\"\"")).append('"');
    }
  }

  @Override
  public String encodable(String line) {
    throw new IllegalArgumentException(
        "it has characters that %s cannot write: %s; use UTF-8, or replace them by Dataset.map"
            .formatted(charset, Excerpt.quoted(line.strip())));
  }
}
