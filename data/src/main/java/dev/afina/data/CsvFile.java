package dev.afina.data;

import dev.afina.data.CsvFormat.Column;
import dev.afina.data.CsvFormat.Quoting;
import dev.afina.data.TargetColumns.Kind;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rows of a CSV file: finds the columns in its first line, then maps each record to a
 * row.
 */
final class CsvFile implements RowSource {
  private static final Logger log = LoggerFactory.getLogger(CsvFile.class);
  private static final int NONE = -1;

  /** Delimiters to suggest if a file seems to have a single column. */
  private static final String DELIMITERS = ";\t,|";

  /** A first line with numbers, or with very long fields, is hardly a header. */
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?");

  private static final int LONG_NAME = 40;

  private final Path path;
  private final CsvFormat format;
  private final CsvHead head;
  private final DataFile file;
  private final Reader reader;
  private final CsvRecords records;
  private final SharedTexts texts = new SharedTexts();

  // The positions of the columns, and their number: known once the first record is read.
  private int[] text = {};
  private int pair = NONE;
  private int[] target = {};
  private int[] kept = {};
  private ColumnNames keptNames = ColumnNames.NONE;
  private int width;

  // Null if the file has no record.
  private @Nullable TargetReader targets;
  private @Nullable SwallowedRows swallowed;

  // Null also if the file has no header.
  private @Nullable JoinedFiles joined;

  /** The first record, if it is a row that has not been returned yet. */
  private @Nullable List<String> first;

  /** The line on which the current row begins. */
  private long line;

  private boolean ended;

  private CsvFile(DataFile file, CsvFormat format, Reader reader) throws IOException {
    this.path = file.path();
    this.format = format;
    this.head = format.head();
    this.file = file;
    this.reader = reader;
    this.records =
        new CsvRecords(
            path,
            reader,
            format.dialect(),
            format.options().limits().rowCharacters(),
            head.skippedLines());
    List<String> given = head.names();
    boolean several = head.hasLine() || (given == null ? last(format) > 0 : given.size() > 1);
    List<String> record = next(several);
    for (int i = 0; i < head.skippedRows() && record != null; i++) {
      record = next(several);
    }
    if (record != null) {
      line = records.recordLine();
      List<String> names = given == null ? record : given;
      locate(names);
      targets = targetReader(names);
      swallowed = new SwallowedRows(width, target.length == 0 ? NONE : target[0], delimiter());
      first = head.hasLine() ? null : record;
      joined = head.hasLine() ? new JoinedFiles(record) : null;
    } else if (head.hasLine()) {
      throw new DatasetException(
          path, "the file is empty, expected a header with " + wanted(), null);
    }
  }

  /** Opens a file and finds the columns in its first line. */
  static RowSource open(Path path, CsvFormat format) throws IOException {
    format.text(); // an incomplete format is rejected before the file is opened
    format.target();
    DataFile file = new DataFile(path, format.options());
    Reader reader = file.open();
    try {
      return new CsvFile(file, format, reader);
    } catch (IOException e) {
      reader.close();
      throw file.explain(e);
    }
  }

  @Override
  public @Nullable Example next() throws IOException {
    if (targets == null || swallowed == null || ended) {
      return null;
    }
    try {
      List<String> record = first == null ? next(width > 1) : first;
      first = null;
      if (record == null) {
        ended = true;
        end(targets, swallowed);
        return null;
      }
      line = records.recordLine();
      Example row = row(record, targets);
      swallowed.record(record, line, records.line());
      if (joined != null) {
        joined.record(record, line);
      }
      return row;
    } catch (IOException e) {
      throw file.explain(e);
    }
  }

  /** The next record; of several columns, the next that is not a line of spaces and tabs. */
  private @Nullable List<String> next(boolean several) throws IOException {
    return several ? records.nextNotBlank() : records.next();
  }

  /** The last position that the format names; negative if it names none. */
  private static int last(CsvFormat format) {
    return columns(format).mapToInt(Column::position).max().orElse(NONE);
  }

  private static Stream<Column> columns(CsvFormat format) {
    Stream<Column> texts = Stream.concat(format.text().stream(), Stream.ofNullable(format.pair()));
    return Stream.of(texts, format.target().columns().stream(), format.kept().columns().stream())
        .flatMap(of -> of);
  }

  private void end(TargetReader targets, SwallowedRows swallowed) {
    if (format.dialect().quoting() != Quoting.NONE) {
      swallowed.warning(path, records.line() - 1).ifPresent(log::warn);
    }
    targets.unknown().ifPresent(counts -> log.info("{}: {}", path, counts));
    if (joined != null) {
      joined.warning(path).ifPresent(log::warn);
    }
  }

  @Override
  public boolean hasOnlyTexts() {
    return true;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private char delimiter() {
    return records.delimiter();
  }

  private void locate(List<String> first) throws DatasetException {
    width = first.size();
    text = positions("for the text", "text", format.text(), first);
    pair = format.pair() == null ? NONE : position("for the pair", "pair", format.pair(), first);
    TargetColumns<Column> columns = format.target();
    String role = columns.kind() == Kind.VALUES ? "for the values" : "for the label";
    target = positions(role, columns.kind().option(), columns.columns(), first);
    kept =
        format.kept().all()
            ? IntStream.range(0, width).filter(i -> !isUsed(i)).toArray()
            : positions("to keep", "keep", format.kept().columns(), first);
    keptNames = keptNames(first);
  }

  private boolean isUsed(int position) {
    return position == pair
        || IntStream.concat(IntStream.of(text), IntStream.of(target)).anyMatch(i -> i == position);
  }

  private ColumnNames keptNames(List<String> first) throws DatasetException {
    Set<String> names = new LinkedHashSet<>();
    for (int i : kept) {
      String name = head.hasNames() ? first.get(i) : String.valueOf(i);
      if (!names.add(name)) {
        throw new DatasetException(
            path,
            line,
            "two columns to keep are called %s; keep one of them by its position: CsvFormat.keep(%s)"
                .formatted(Excerpt.quoted(name), i),
            null);
      }
    }
    return ColumnNames.of(List.copyOf(names));
  }

  private TargetReader targetReader(List<String> first) throws DatasetException {
    TargetColumns<Column> columns = format.target();
    return new TargetReader(
        columns,
        "column",
        columns.columns().stream().map(Column::toString).map(Excerpt::of).toList(),
        IntStream.range(0, target.length)
            .mapToObj(i -> head.hasNames() ? first.get(target[i]) : String.valueOf(i))
            .toList(),
        null,
        problem -> new DatasetException(path, line, problem, null));
  }

  private int[] positions(String role, String option, List<Column> columns, List<String> first)
      throws DatasetException {
    int[] positions = new int[columns.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position(role, option, columns.get(i), first);
    }
    return positions;
  }

  private int position(String role, String option, Column column, List<String> first)
      throws DatasetException {
    String name = column.name();
    if (name == null) {
      if (column.position() >= width) {
        throw new DatasetException(
            path,
            line,
            "no column %s %s, the file has %s, counted from 0; check CsvFormat.%s(...) and the delimiter '%s'%s"
                .formatted(
                    column.position(),
                    role,
                    width,
                    option,
                    shown(delimiter()),
                    otherDelimiter(first)),
            null);
      }
      return column.position();
    }
    int position = first.indexOf(name);
    if (position < 0) {
      throw new DatasetException(
          path,
          line,
          "no column %s %s, %s %s; name the column by CsvFormat.%s(...)%s%s"
              .formatted(
                  Excerpt.quoted(name),
                  role,
                  head.names() == null ? "the header has" : "the card names",
                  Excerpt.quotedList(first),
                  option,
                  option.equals("label") ? ", or call unlabelled()" : "",
                  hint(first)),
          null);
    }
    if (position != first.lastIndexOf(name)) {
      throw new DatasetException(
          path,
          line,
          "column %s is there more than once; give its position by CsvFormat.%s(...), counted from 0"
              .formatted(Excerpt.quoted(name), option),
          null);
    }
    return position;
  }

  private String hint(List<String> first) {
    String other = otherDelimiter(first);
    if (!other.isEmpty()) {
      return other;
    }
    String start = first.get(0).strip();
    if (start.startsWith("{") || start.startsWith("[")) {
      return "; this looks like JSON: read it by Dataset.jsonLines(...)";
    }
    return first.stream().anyMatch(CsvFile::isNoName)
        ? "; if the first line is a row already, use CsvFormat.withoutHeader()"
        : "";
  }

  /** A hint at another delimiter, if a line with a single column contains one. */
  private String otherDelimiter(List<String> first) {
    if (first.size() > 1) {
      return "";
    }
    Optional<Character> most =
        DELIMITERS
            .chars()
            .mapToObj(c -> (char) c)
            .filter(c -> c != delimiter() && count(first.get(0), c) > 0)
            .reduce((a, b) -> count(first.get(0), b) > count(first.get(0), a) ? b : a);
    return most.map(
            c -> "; this line holds '%s': call delimiter('%s')".formatted(shown(c), shown(c)))
        .orElse("");
  }

  private static long count(String line, char c) {
    return line.chars().filter(other -> other == c).count();
  }

  private static boolean isNoName(String field) {
    return field.length() > LONG_NAME || NUMBER.matcher(field.strip()).matches();
  }

  private Example row(List<String> record, TargetReader targets) throws DatasetException {
    if (record.size() != width) {
      throw new DatasetException(
          path,
          line,
          "%s, expected %s as in the %s; %s"
              .formatted(
                  record.size() == 1 ? "1 column" : record.size() + " columns",
                  width,
                  head.names() != null
                      ? "names of the card"
                      : head.hasLine() ? "header" : "first row",
                  format.dialect().quoting() == Quoting.NONE
                      ? "without quoting no text can hold '" + shown(delimiter()) + "'"
                      : "a text that holds '" + shown(delimiter()) + "' must stand in quotes"),
          null);
    }
    @Nullable Cell[] cells = new @Nullable Cell[target.length];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = new Cell.Text(record.get(target[i]));
    }
    return new Example(
        textOf(record), pair == NONE ? null : record.get(pair), targets.read(cells), kept(record));
  }

  private RowColumns kept(List<String> record) {
    @Nullable Object[] values = new @Nullable Object[kept.length];
    for (int i = 0; i < kept.length; i++) {
      values[i] = texts.shared(record.get(kept[i]));
    }
    return kept.length == 0 ? RowColumns.NONE : new RowColumns(keptNames, values);
  }

  private String textOf(List<String> record) {
    if (text.length == 1) {
      return record.get(text[0]);
    }
    StringBuilder joined = new StringBuilder(record.get(text[0]));
    for (int i = 1; i < text.length; i++) {
      joined.append(format.joiner()).append(record.get(text[i]));
    }
    return joined.toString();
  }

  private String wanted() {
    List<Column> columns = new ArrayList<>(format.text());
    if (format.pair() != null) {
      columns.add(format.pair());
    }
    columns.addAll(format.target().columns());
    return columns.stream().map(Column::toString).collect(Collectors.joining(", "));
  }

  private static String shown(char delimiter) {
    return delimiter == '\t' ? "\\t" : String.valueOf(delimiter);
  }
}
