package dev.afina.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes examples of the rows of a Parquet file; the reader is that of another module. */
final class ParquetFile {
  private static final String WRITER_KEY = "huggingface";

  /** Up to here each integer has a double of its own. */
  private static final double LARGEST_WHOLE = 1L << 53;

  private final Path path;
  private final Columns columns;
  private final ParquetReader reader;
  private final RowCollector rows;

  private ParquetFile(Path path, Columns columns, RowCollector rows) {
    this.path = path;
    this.columns = columns;
    this.reader = reader(path);
    this.rows = rows;
  }

  /** The rows of a file that is read alone; where it names the classes, labels are these names. */
  static List<Example> read(Path path, Columns columns) throws IOException {
    String label = columns.label();
    Optional<Labels> names = label == null ? Optional.empty() : classNames(path, label);
    @Nullable ClassNames classes = names.isPresent() ? new ClassNames(names.get()) : null;
    return read(path, columns, new RowCollector(path, new RowMemory(columns.limits()), classes));
  }

  static List<Example> read(Path path, Columns columns, RowCollector rows) throws IOException {
    return new ParquetFile(path, columns, rows).read();
  }

  /**
   * The names of the classes of a column, where Python's datasets wrote the file and named them.
   */
  static Optional<Labels> classNames(Path path, String column) throws IOException {
    String json = reader(path).footer(path).metadata().get(WRITER_KEY);
    if (json == null) {
      return Optional.empty();
    }
    try {
      JsonElement feature =
          member(member(member(JsonParser.parseString(json), "info"), "features"), column);
      return member(feature, "names") instanceof JsonArray names
          ? Optional.of(Labels.of(names.asList().stream().map(JsonElement::getAsString).toList()))
          : Optional.empty();
    } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
      throw new DatasetException(
          path, "the names of the labels in its metadata cannot be read: " + e.getMessage(), e);
    }
  }

  private static @Nullable JsonElement member(@Nullable JsonElement element, String name) {
    return element instanceof JsonObject object ? object.get(name) : null;
  }

  private static ParquetReader reader(Path path) {
    return found(Thread.currentThread().getContextClassLoader())
        .or(() -> found(ParquetReader.class.getClassLoader()))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    path
                        + ": reading Parquet needs the module afina-parquet, which is not on the class path;"
                        + " add the dependency dev.afina:afina-parquet of the version of afina-core"));
  }

  private static Optional<ParquetReader> found(@Nullable ClassLoader loader) {
    return ServiceLoader.load(ParquetReader.class, loader).findFirst();
  }

  private List<Example> read() throws IOException {
    Set<String> wanted = new LinkedHashSet<>(columns.text());
    String pair = columns.pair();
    String label = columns.label();
    if (pair != null) {
      wanted.add(pair);
    }
    if (label != null) {
      wanted.add(label);
    }
    requirePresent(reader.footer(path).columns());
    List<String> order = List.copyOf(wanted);
    int[] text = columns.text().stream().mapToInt(order::indexOf).toArray();
    int pairAt = order.indexOf(pair == null ? "" : pair);
    int labelAt = order.indexOf(label == null ? "" : label);
    reader.read(
        path,
        order,
        columns.limits(),
        values -> {
          int row = rows.size();
          rows.add(
              textOf(values, text, row),
              pair == null ? null : string(values[pairAt], pair, row),
              label == null ? null : label(values[labelAt], label, row));
        });
    return rows.rows();
  }

  private void requirePresent(List<String> present) throws DatasetException {
    for (String name : columns.text()) {
      requirePresent("text", name, present);
    }
    requirePresent("pair", columns.pair(), present);
    requirePresent("label", columns.label(), present);
  }

  private void requirePresent(String role, @Nullable String name, List<String> present)
      throws DatasetException {
    if (name != null && !present.contains(name)) {
      throw new DatasetException(
          path,
          "no column %s for the %s, the file has %s; name the column by Columns.%s(...)%s"
              .formatted(
                  Excerpt.quoted(name),
                  role,
                  Excerpt.quotedList(present),
                  role,
                  role.equals("label") ? ", or call unlabelled()" : ""),
          null);
    }
  }

  private String textOf(@Nullable Object[] values, int[] text, int row) throws DatasetException {
    if (text.length == 1) {
      return string(values[text[0]], columns.text().get(0), row);
    }
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < text.length; i++) {
      joined.append(i == 0 ? "" : columns.joiner());
      joined.append(string(values[text[i]], columns.text().get(i), row));
    }
    return joined.toString();
  }

  private String string(@Nullable Object value, String column, int row) throws DatasetException {
    if (value instanceof String string) {
      return string;
    }
    throw problem(value, column, row, "a string");
  }

  private @Nullable String label(@Nullable Object value, String column, int row)
      throws DatasetException {
    if (value == null) {
      return null;
    }
    if (value instanceof Double number) {
      // A table program makes fractions of integers where some are missing; others are scores.
      if (number != Math.rint(number) || Math.abs(number) > LARGEST_WHOLE) {
        throw problem(value, column, row, "a string, an integer, true, false or null");
      }
      return String.valueOf(number.longValue());
    }
    return value.toString();
  }

  private DatasetException problem(
      @Nullable Object value, String column, int row, String expected) {
    return new DatasetException(
        path,
        "row %s (counted from 0): column %s is %s, expected %s"
            .formatted(row, Excerpt.quoted(column), Excerpt.of(String.valueOf(value)), expected),
        null);
  }
}
