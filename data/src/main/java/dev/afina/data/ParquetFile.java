package dev.afina.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.afina.data.TargetColumns.Kind;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts the rows of a Parquet file, which a {@link ParquetReader} decodes. */
final class ParquetFile implements RowSource {
  private static final Logger log = LoggerFactory.getLogger(ParquetFile.class);
  private static final String WRITER_KEY = "huggingface";

  /** Up to here every integer is exactly representable as a double. */
  private static final double LARGEST_WHOLE = 1L << 53;

  /** The minimum memory that a row takes; see {@link RowMemory}. */
  private static final int ROW_BYTES = 40;

  private final Path path;
  private final Columns columns;
  private final TargetReader targets;
  private final List<String> kept;
  private final ColumnNames keptNames;
  private final SharedTexts texts = new SharedTexts();

  // The positions of the columns that are read.
  private final int[] textAt;
  private final int pairAt;
  private final int[] targetAt;
  private final int[] keptAt;

  private final ParquetReader.Rows rows;
  private final long announced;

  /** The current row, counted from 0. */
  private long row = -1;

  private ParquetFile(
      Path path, Columns columns, ParquetReader reader, @Nullable ClassNames classes)
      throws IOException {
    this.path = path;
    this.columns = columns;
    List<String> target = columns.target().columns();
    this.targets =
        new TargetReader(
            columns.target(),
            "column",
            target.stream().map(Excerpt::quoted).toList(),
            target,
            classes,
            this::problem);
    Set<String> wanted = new LinkedHashSet<>(columns.text());
    String pair = columns.pair();
    if (pair != null) {
      wanted.add(pair);
    }
    wanted.addAll(target);
    ParquetReader.Footer footer = reader.footer(path);
    requirePresent(footer.columns());
    this.announced = footer.rows();
    this.kept = kept(footer, wanted);
    this.keptNames = ColumnNames.of(kept);
    wanted.addAll(kept);
    List<String> order = List.copyOf(wanted);
    this.textAt = columns.text().stream().mapToInt(order::indexOf).toArray();
    this.pairAt = order.indexOf(pair == null ? "" : pair);
    this.targetAt = target.stream().mapToInt(order::indexOf).toArray();
    this.keptAt = kept.stream().mapToInt(order::indexOf).toArray();
    this.rows = reader.open(path, order, columns.limits());
  }

  /**
   * Opens a file, with labels as written in it.
   *
   * @param classes the names of the classes, if labels may be class numbers; null for none
   */
  static ParquetFile open(Path path, Columns columns, @Nullable ClassNames classes)
      throws IOException {
    return new ParquetFile(path, columns, reader(path), classes);
  }

  /** Reads all rows of a single file. If it names the classes, labels are these names. */
  static List<Example> read(Path path, Columns columns) throws IOException {
    return read(
        path,
        columns,
        new RowCollector(path, new RowMemory(columns.limits()), classNames(path, columns)));
  }

  /** Reads all rows of a file into a collector. */
  static List<Example> read(Path path, Columns columns, RowCollector rows) throws IOException {
    try (ParquetFile file = open(path, columns, rows.classes())) {
      file.requireFit();
      return RowCollector.read(file, rows);
    }
  }

  /** The class names of the label column; null if the file does not have them. */
  static @Nullable ClassNames classNames(Path path, Columns columns) throws IOException {
    String label = columns.label();
    Optional<Labels> names = label == null ? Optional.empty() : classNames(path, label);
    return names.isPresent() ? new ClassNames(names.get()) : null;
  }

  /** Checks the number of rows, which a few bytes can claim to be anything. */
  private void requireFit() throws DatasetException {
    long most = columns.limits().memoryBytes() / ROW_BYTES;
    if (announced > most) {
      throw new DatasetException(
          path,
          "it announces more than %s rows, which the memory allowed cannot hold; give Java more by -Xmx"
              .formatted(most),
          null);
    }
  }

  /** The class names of a column, if Python's datasets wrote the file and named them. */
  static Optional<Labels> classNames(Path path, String column) throws IOException {
    String json = reader(path).footer(path).metadata().get(WRITER_KEY);
    if (json == null) {
      return Optional.empty();
    }
    try {
      JsonElement feature =
          item(member(member(member(JsonParser.parseString(json), "info"), "features"), column));
      return member(feature, "names") instanceof JsonArray names
          ? Optional.of(Labels.of(names.asList().stream().map(JsonElement::getAsString).toList()))
          : Optional.empty();
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException e) { // a name that is no text
      throw new DatasetException(
          path,
          "the names of the labels in its metadata cannot be read: "
              + Excerpt.of(e.getMessage(), 300)
              + "; write the file again, or remove its metadata \"huggingface\"",
          e);
    }
  }

  private static @Nullable JsonElement member(@Nullable JsonElement element, String name) {
    return element instanceof JsonObject object ? object.get(name) : null;
  }

  /** The feature of a list's items: a single feature in brackets, or under "feature". */
  private static @Nullable JsonElement item(@Nullable JsonElement feature) {
    if (feature instanceof JsonArray list && list.size() == 1) {
      return list.get(0);
    }
    JsonElement item = member(feature, "feature");
    return item == null ? feature : item;
  }

  private static ParquetReader reader(Path path) {
    return found(Thread.currentThread().getContextClassLoader())
        .or(() -> found(ParquetReader.class.getClassLoader()))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    path
                        + ": reading Parquet needs the module afina-parquet, which is not on the class path; add the dependency dev.afina:afina-parquet of the version of afina-core"));
  }

  private static Optional<ParquetReader> found(@Nullable ClassLoader loader) {
    return ServiceLoader.load(ParquetReader.class, loader).findFirst();
  }

  private List<String> kept(ParquetReader.Footer footer, Set<String> used) {
    if (!columns.kept().all()) {
      return columns.kept().columns();
    }
    List<String> others = new ArrayList<>(footer.columns());
    others.removeAll(used);
    List<String> nested = others.stream().filter(footer.nested()::contains).toList();
    if (!nested.isEmpty()) {
      log.warn(
          "{}: not kept, as they are maps, structures, lists of such, or of a type that is not read: {}",
          path,
          Excerpt.quotedList(nested));
    }
    others.removeAll(footer.nested());
    return others;
  }

  @Override
  public @Nullable Example next() throws IOException {
    row++;
    @Nullable Object[] values = rows.next();
    if (values == null) {
      targets.unknown().ifPresent(counts -> log.info("{}: {}", path, counts));
      return null;
    }
    return new Example(
        textOf(values, textAt),
        columns.pair() == null ? null : string(values[pairAt], columns.pair()),
        targets.read(cells(values, targetAt)),
        kept(values));
  }

  private RowColumns kept(@Nullable Object[] values) {
    if (kept.isEmpty()) {
      return RowColumns.NONE;
    }
    @Nullable Object[] of = new @Nullable Object[keptAt.length];
    for (int i = 0; i < of.length; i++) {
      Object value = ColumnValue.ofParquet(values[keptAt[i]]);
      of[i] = value instanceof String text ? texts.shared(text) : value;
    }
    return new RowColumns(keptNames, of);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }

  private void requirePresent(List<String> present) throws DatasetException {
    for (String name : columns.text()) {
      requirePresent("for the text", "text", name, present);
    }
    if (columns.pair() != null) {
      requirePresent("for the pair", "pair", columns.pair(), present);
    }
    TargetColumns<String> target = columns.target();
    for (String name : target.columns()) {
      String role = target.kind() == Kind.VALUES ? "for the values" : "for the label";
      requirePresent(role, target.kind().option(), name, present);
    }
    for (String name : columns.kept().columns()) {
      requirePresent("to keep", "keep", name, present);
    }
  }

  private void requirePresent(String role, String option, String name, List<String> present)
      throws DatasetException {
    if (!present.contains(name)) {
      throw new DatasetException(
          path,
          "no column %s %s, the file has %s; name the column by Columns.%s(...)%s"
              .formatted(
                  Excerpt.quoted(name),
                  role,
                  Excerpt.quotedList(present),
                  option,
                  option.equals("label") ? ", or call unlabelled()" : ""),
          null);
    }
  }

  private String textOf(@Nullable Object[] values, int[] text) throws DatasetException {
    if (text.length == 1) {
      return string(values[text[0]], columns.text().get(0));
    }
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < text.length; i++) {
      joined.append(i == 0 ? "" : columns.joiner());
      joined.append(string(values[text[i]], columns.text().get(i)));
    }
    return joined.toString();
  }

  private String string(@Nullable Object value, String column) throws DatasetException {
    if (value instanceof String string) {
      return string;
    }
    throw problem(
        "column %s is %s, expected a string"
            .formatted(Excerpt.quoted(column), Cell.described(cell(value))));
  }

  private static @Nullable Cell[] cells(@Nullable Object[] values, int[] positions) {
    @Nullable Cell[] cells = new @Nullable Cell[positions.length];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cell(values[positions[i]]);
    }
    return cells;
  }

  private static @Nullable Cell cell(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Cell> cells = new ArrayList<>(list.size());
      list.forEach(item -> cells.add(cell(item)));
      return new Cell.Array(cells);
    }
    if (value instanceof Boolean truth) {
      return new Cell.Bool(truth);
    }
    if (value instanceof Double number) {
      // Spreadsheets and pandas turn a column of integers with gaps into fractions.
      boolean whole = number == Math.rint(number) && Math.abs(number) <= LARGEST_WHOLE;
      return new Cell.Numeral(String.valueOf(whole ? (Object) number.longValue() : number));
    }
    if (value instanceof BigDecimal decimal) {
      return new Cell.Numeral(decimal.toPlainString());
    }
    return value instanceof Long
        ? new Cell.Numeral(value.toString())
        : new Cell.Text(value.toString());
  }

  private DatasetException problem(String problem) {
    return new DatasetException(path, "row %s (counted from 0): %s".formatted(row, problem), null);
  }
}
