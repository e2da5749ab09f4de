package dev.afina;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.afina.CsvFormat.Column;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a CSV file: FastCSV parses; columns, checks and messages are ours. */
final class CsvFile {
  private static final int NONE = -1;
  private static final Pattern RECORD_START =
      Pattern.compile(" ?\\(record starting at line (\\d+)\\)");

  private final Path path;
  private final CsvFormat format;

  // Where the columns are, and how many: known from the first record on.
  private int[] text = {};
  private int pair = NONE;
  private int label = NONE;
  private int width;

  private CsvFile(Path path, CsvFormat format) {
    this.path = path;
    this.format = format;
  }

  static List<Example> read(Path path, CsvFormat format) throws IOException {
    format.text(); // a format without a text column is refused before the file is opened
    return new CsvFile(path, format).read();
  }

  private List<Example> read() throws IOException {
    try (Reader reader = DataFile.open(path);
        CloseableIterator<CsvRecord> records = parser().ofCsvRecord(reader).iterator()) {
      List<Example> rows = new ArrayList<>();
      if (!records.hasNext()) {
        if (format.hasHeader()) {
          throw new DatasetException(
              path, "the file is empty, expected a header with " + wanted(), null);
        }
        return rows;
      }
      CsvRecord first = records.next();
      locate(first);
      if (!format.hasHeader()) {
        rows.add(example(first));
      }
      while (records.hasNext()) {
        rows.add(example(records.next()));
      }
      return rows;
    } catch (CsvParseException e) {
      throw notCsv(e);
    } catch (UncheckedIOException e) { // from the iterator, which may not throw the checked one
      throw DataFile.explain(path, Objects.requireNonNull(e.getCause()));
    }
  }

  private CsvReader.CsvReaderBuilder parser() {
    return CsvReader.builder()
        .fieldSeparator(format.delimiter())
        .skipEmptyLines(true)
        // A quote that is never closed would swallow the rest of the file as one field.
        .allowUnclosedQuote(false)
        // Counted here, for the message.
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE);
  }

  private void locate(CsvRecord first) throws DatasetException {
    width = first.getFieldCount();
    text = new int[format.text().size()];
    for (int i = 0; i < text.length; i++) {
      text[i] = position("text", format.text().get(i), first);
    }
    pair = position("pair", format.pair(), first);
    label = position("label", format.label(), first);
  }

  private int position(String role, @Nullable Column column, CsvRecord first)
      throws DatasetException {
    if (column == null) {
      return NONE;
    }
    String name = column.name();
    if (name == null) {
      if (column.position() >= width) {
        throw new DatasetException(
            path,
            first.getStartingLineNumber(),
            "no column %d for the %s, the file has %d, counted from 0; check CsvFormat.%s(...) and the delimiter '%s'"
                .formatted(column.position(), role, width, role, shownDelimiter()),
            null);
      }
      return column.position();
    }
    int position = first.getFields().indexOf(name);
    if (position < 0) {
      throw new DatasetException(
          path,
          first.getStartingLineNumber(),
          "no column \"%s\" for the %s, the header has %s; name the column by CsvFormat.%s(...)%s"
              .formatted(
                  name,
                  role,
                  quoted(first.getFields()),
                  role,
                  role.equals("label") ? ", or call unlabelled()" : ""),
          null);
    }
    if (position != first.getFields().lastIndexOf(name)) {
      throw new DatasetException(
          path,
          first.getStartingLineNumber(),
          "column \"%s\" is there more than once; give its position by CsvFormat.%s(...), counted from 0"
              .formatted(name, role),
          null);
    }
    return position;
  }

  private Example example(CsvRecord record) throws DatasetException {
    if (record.getFieldCount() != width) {
      throw new DatasetException(
          path,
          record.getStartingLineNumber(),
          "%s, expected %d as in the %s; a text that holds '%s' must stand in quotes"
              .formatted(
                  record.getFieldCount() == 1 ? "1 column" : record.getFieldCount() + " columns",
                  width,
                  format.hasHeader() ? "header" : "first row",
                  shownDelimiter()),
          null);
    }
    String labelField = label == NONE ? "" : record.getField(label);
    return new Example(
        textOf(record),
        pair == NONE ? null : record.getField(pair),
        labelField.isBlank() ? null : labelField);
  }

  private String textOf(CsvRecord record) {
    if (text.length == 1) {
      return record.getField(text[0]);
    }
    StringBuilder joined = new StringBuilder(record.getField(text[0]));
    for (int i = 1; i < text.length; i++) {
      joined.append(format.joiner()).append(record.getField(text[i]));
    }
    return joined.toString();
  }

  // FastCSV gives the line in its message only.
  private DatasetException notCsv(CsvParseException e) {
    String message = String.valueOf(e.getMessage());
    Matcher start = RECORD_START.matcher(message);
    if (!start.find()) {
      return new DatasetException(path, "not CSV: " + message, e);
    }
    String problem = start.replaceFirst("");
    return new DatasetException(
        path,
        Long.parseLong(start.group(1)),
        "not CSV: %s; a quote inside a quoted text is written twice".formatted(problem),
        e);
  }

  private String wanted() {
    List<Column> columns = new ArrayList<>(format.text());
    if (format.pair() != null) {
      columns.add(format.pair());
    }
    if (format.label() != null) {
      columns.add(format.label());
    }
    return columns.stream().map(Column::toString).collect(Collectors.joining(", "));
  }

  private String shownDelimiter() {
    return format.delimiter() == '\t' ? "\\t" : String.valueOf(format.delimiter());
  }

  private static String quoted(List<String> names) {
    return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
  }
}
