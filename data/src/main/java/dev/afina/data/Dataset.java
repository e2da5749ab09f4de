package dev.afina.data;

import dev.afina.hub.HubClient;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory list of texts to train on, evaluate or predict. Read it from a file or build it from
 * {@link Example}s, then filter, shuffle and split it.
 *
 * <pre>{@code
 * Dataset.Split split = Dataset.csv(Path.of("train.csv")).splitStratified(0.9, 42);
 * }</pre>
 *
 * <p>All rows are kept in memory. That takes about 140 bytes per row plus one byte per character
 * (two in texts with characters beyond Latin-1): a million tweets take a quarter of a gigabyte. For
 * data that does not fit, use {@link #streamCsv}, {@link #streamJsonLines}, {@link #streamParquet}
 * or {@link #streamFolders}. A data set may be empty; methods that need rows throw when there are
 * none.
 *
 * <p>Immutable and thread safe: each method returns a new data set, which shares its rows with this
 * one.
 *
 * <p>Random operations depend only on the seed. {@link #shuffle}, {@link #sample} and {@link
 * #split(double, long)} pick the same rows in the same order as Python's {@code datasets} 5 does
 * with that seed, that is with {@code numpy.random.default_rng(seed)}. A negative seed, which
 * Python rejects, is read as an unsigned 64-bit number: -1 is Python's {@code 2**64 - 1}. {@link
 * TrainTestSplit} can also size the test part, count rows instead of shares, and reproduce
 * scikit-learn's rows.
 */
public final class Dataset implements Iterable<Example> {

  /**
   * The two parts of a data set. No row is in both.
   *
   * @param train the rows to train on
   * @param test the rows to evaluate on
   */
  public record Split(Dataset train, Dataset test) {}

  private final List<Example> examples;

  private Dataset(List<Example> examples) {
    int row = 0;
    for (Example example : examples) {
      if (example == null) {
        throw new IllegalArgumentException("row %s is null, expected an Example".formatted(row));
      }
      row++;
    }
    this.examples = List.copyOf(examples);
  }

  /**
   * A data set of these rows, in this order.
   *
   * @throws IllegalArgumentException if one is null
   */
  public static Dataset of(List<Example> examples) {
    return new Dataset(examples);
  }

  /**
   * A data set of all rows that the iterator returns.
   *
   * @throws IllegalArgumentException if a row is null, or the rows would fill more than two thirds
   *     of the heap
   */
  public static Dataset of(Iterator<Example> examples) {
    RowMemory memory = new RowMemory(DataLimits.standard());
    List<Example> rows = new ArrayList<>();
    while (examples.hasNext()) {
      Example row = examples.next();
      if (row != null) {
        memory
            .take(row, true)
            .ifPresent(
                problem -> {
                  throw new IllegalArgumentException(problem);
                });
      }
      rows.add(row);
    }
    return new Dataset(rows);
  }

  /**
   * A data set of all rows of the stream, in its order. Closes the stream.
   *
   * @throws IllegalArgumentException if a row is null, or the rows would fill more than two thirds
   *     of the heap
   */
  public static Dataset of(Stream<Example> examples) {
    try (examples) {
      return of(examples.iterator());
    }
  }

  /**
   * A data set of these rows, in this order.
   *
   * @throws IllegalArgumentException if one is null
   */
  public static Dataset of(Example... examples) {
    return new Dataset(Arrays.asList(examples));
  }

  /**
   * Reads a CSV file whose header names the columns {@code text} and {@code label}. For other
   * column names use {@link #csv(Path, CsvFormat)}; they are not guessed.
   *
   * @throws DatasetException if a column is missing, a row has more or fewer fields than the
   *     header, a quote is not closed, or the file is not UTF-8; the message names the line
   * @throws IOException if the file cannot be read
   */
  public static Dataset csv(Path file) throws IOException {
    return csv(file, CsvFormat.withHeader());
  }

  /**
   * Reads a CSV file, plain or gzipped, in UTF-8 unless the format says otherwise. Texts and labels
   * are kept exactly as written, including leading and trailing blanks.
   *
   * @throws DatasetException if a column is missing, a row has more or fewer fields than the first
   *     line, a quote is not closed, or the bytes are not in the encoding; the message names the
   *     line
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the format names no text column
   */
  public static Dataset csv(Path file, CsvFormat format) throws IOException {
    RowCollector rows = new RowCollector(file, format.options().limits());
    return new Dataset(RowCollector.read(CsvFile.open(file, format), rows));
  }

  /**
   * Reads a JSON Lines file: one object per line, with the text in member {@code text} and the
   * label in member {@code label}.
   *
   * @throws DatasetException if a line is not such an object or not UTF-8; the message names the
   *     line
   * @throws IOException if the file cannot be read
   */
  public static Dataset jsonLines(Path file) throws IOException {
    return jsonLines(file, JsonFormat.standard());
  }

  /**
   * Reads a JSON Lines file, plain or gzipped: one object per line, in UTF-8 unless the format says
   * otherwise. Blank lines are skipped. Also reads a file that is one array of objects, or that
   * holds it under a member ({@link JsonFormat#rowsIn}).
   *
   * @throws DatasetException if a line is not an object with these members, or the bytes are not in
   *     the encoding; the message names the line
   * @throws IOException if the file cannot be read
   */
  public static Dataset jsonLines(Path file, JsonFormat format) throws IOException {
    RowCollector rows = new RowCollector(file, format.options().limits());
    return new Dataset(RowCollector.read(JsonDataFile.open(file, format), rows));
  }

  /**
   * Reads a Parquet file with the text in column {@code text} and the label in column {@code
   * label}.
   *
   * @throws DatasetException as {@link #parquet(Path, Columns)}
   * @throws IOException if the file cannot be read
   * @throws IllegalStateException if the module {@code afina-parquet} is not on the class path
   */
  public static Dataset parquet(Path file) throws IOException {
    return parquet(file, Columns.standard());
  }

  /**
   * Reads a Parquet file. If Python's {@code datasets} wrote it and named the classes of the label
   * column ({@code ClassLabel}), labels are those names and -1 means "no label"; otherwise numbers
   * are kept as they are.
   *
   * <p>A value means the same in whatever layout it is stored. Decimals are exact: a label such as
   * {@code 4.5}, and text with all its digits ({@code 4.50}) in a column that is kept. Unsigned
   * integers are exact. Dates, times and timestamps are ISO text as Python's {@code isoformat()}
   * writes it: {@code 2024-02-29}, {@code 12:30:00}, {@code 2024-02-29T12:30:00.500000}, with
   * {@code +00:00} at the end if the file says that they are UTC. Binary columns without a type,
   * which Impala, Hive and older Spark write, are texts in UTF-8. BSON, intervals, geometries, maps
   * and structs are not read.
   *
   * <p>Needs the module {@code afina-parquet} on the class path.
   *
   * @throws DatasetException if a column is missing, or a value is not a text or not a label; the
   *     message names the row
   * @throws IOException if the file cannot be read, is not a Parquet file, or a text is not UTF-8
   * @throws IllegalStateException if the module {@code afina-parquet} is not on the class path
   */
  public static Dataset parquet(Path file, Columns columns) throws IOException {
    return new Dataset(ParquetFile.read(file, columns));
  }

  /**
   * Reads a folder with one subfolder per label and one text file per row, such as {@code
   * pos/12_9.txt}.
   *
   * @throws DatasetException as {@link #folders(Path, FolderFormat)}
   * @throws IOException if a file cannot be read
   */
  public static Dataset folders(Path folder) throws IOException {
    return folders(folder, FolderFormat.standard());
  }

  /**
   * Reads a folder with one subfolder per label and one text file ({@code .txt}, its content plain
   * or gzipped) per row. The text is the whole content of the file. Rows are sorted by folder name,
   * then by file name, both by character code.
   *
   * <p>Other files and symbolic links in a label's folder are skipped, and one log line counts
   * them. Files next to the label folders, and names that begin with a dot, are ignored.
   *
   * @throws DatasetException if there are no label folders, one of them has no text files or
   *     contains a folder, or a file is not text in the encoding; the message names it
   * @throws IOException if a file cannot be read
   */
  public static Dataset folders(Path folder, FolderFormat format) throws IOException {
    RowCollector rows = new RowCollector(folder, format.options().limits());
    return new Dataset(RowCollector.read(FolderRows.open(folder, format), rows));
  }

  /**
   * Streams the rows of {@link #folders(Path, FolderFormat)}, reading each file when it is needed.
   * The files are listed at once. The stream behaves as described at {@link #streamCsv}.
   *
   * @throws DatasetException as {@link #folders(Path, FolderFormat)}
   * @throws IOException if a folder cannot be read
   */
  public static Stream<Example> streamFolders(Path folder, FolderFormat format) throws IOException {
    return RowStream.of(folder, FolderRows.open(folder, format), null);
  }

  /**
   * Streams the rows of a CSV file, for files that do not fit into memory. The rows are those of
   * {@link #csv(Path, CsvFormat)} with one exception: labels written "1.0" are kept so. They become
   * "1" only if all labels of the file are integers, which a stream cannot know.
   *
   * <pre>{@code
   * try (Stream<Example> rows = Dataset.streamCsv(file, format)) {
   *   rows.forEach(row -> ...);
   * }
   * }</pre>
   *
   * <p>The first line is read at once, the others as they are needed. The caller must close the
   * stream; reading it to its end closes it too. A row that cannot be read throws {@link
   * java.io.UncheckedIOException}, whose cause is the {@link DatasetException} that {@code csv}
   * throws. The format's limits apply, except {@link DataLimits#memoryBytes}.
   *
   * @throws DatasetException if a column is missing; the message names the line
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the format names no text column
   */
  public static Stream<Example> streamCsv(Path file, CsvFormat format) throws IOException {
    return RowStream.of(file, CsvFile.open(file, format), null);
  }

  /**
   * Streams the rows of a JSON Lines file, or of a file that is one array of objects. The stream
   * behaves as described at {@link #streamCsv}.
   *
   * @throws IOException if the file cannot be read
   */
  public static Stream<Example> streamJsonLines(Path file, JsonFormat format) throws IOException {
    return RowStream.of(file, JsonDataFile.open(file, format), null);
  }

  /**
   * Streams the rows of a Parquet file. The stream behaves as described at {@link #streamCsv}; it
   * holds the compressed bytes of the chosen columns for one row group at a time.
   *
   * @throws DatasetException if a column is missing
   * @throws IOException if the file cannot be read or is not a Parquet file
   * @throws IllegalStateException if the module {@code afina-parquet} is not on the class path
   */
  public static Stream<Example> streamParquet(Path file, Columns columns) throws IOException {
    ClassNames names = ParquetFile.classNames(file, columns);
    return RowStream.of(file, ParquetFile.open(file, columns, names), names);
  }

  /**
   * Downloads the splits of a data set from the Hugging Face Hub into the cache shared with Python,
   * and reads the columns {@code text} and {@code label}. {@link HubDataset} has options for
   * everything else.
   *
   * @param name {@code owner/name} or {@code name}, optionally followed by {@code @revision};
   *     default: main
   * @param configuration such as {@code "emotion"} of {@code "tweet_eval"}
   * @throws DatasetException if there is no such configuration, or a file has not the expected form
   * @throws IOException if there is no such data set, or it cannot be downloaded or read
   * @throws IllegalStateException if its files are Parquet and the module {@code afina-parquet} is
   *     not on the class path
   */
  public static DatasetSplits hub(String name, String configuration) throws IOException {
    return HubDataset.named(name).configuration(configuration).load();
  }

  /**
   * Downloads the splits of a data set that has a single or a default configuration.
   *
   * @throws IOException as {@link #hub(String, String)}
   */
  public static DatasetSplits hub(String name) throws IOException {
    return HubDataset.named(name).load();
  }

  /**
   * Downloads the splits of a data set with this client, that is with its cache, token, endpoint
   * and {@link HubClient.Builder#listener download listener}.
   *
   * @throws IOException as {@link #hub(String, String)}
   */
  public static DatasetSplits hub(String name, String configuration, HubClient client)
      throws IOException {
    return HubDataset.named(name).configuration(configuration).client(client).load();
  }

  /**
   * Downloads the splits of a data set that has a single or a default configuration, with this
   * client.
   *
   * @throws IOException as {@link #hub(String, String)}
   */
  public static DatasetSplits hub(String name, HubClient client) throws IOException {
    return HubDataset.named(name).client(client).load();
  }

  /**
   * Writes a CSV file that {@link #csv(Path)} can read: columns {@code text}, {@code pair} if there
   * are pairs, {@code label}, then all other columns of the rows.
   *
   * @throws IOException if the file cannot be written; an existing file is then unchanged
   * @throws IllegalArgumentException as {@link #writeCsv(Path, CsvFormat)}
   */
  public void writeCsv(Path file) throws IOException {
    CsvFormat format = CsvFormat.withHeader();
    writeCsv(file, hasPairs() ? format.pair("pair") : format);
  }

  /**
   * Writes a CSV file in the columns, dialect and encoding of a format, which must have a header
   * and a single text column. All other columns of the rows follow, whatever the format keeps.
   *
   * <p>Reading the file with the same format returns equal rows, with three exceptions. Other
   * columns come back as strings: a list as its JSON, null as {@code ""}. Where each label has a
   * column ({@link CsvFormat#labelColumns(String, String...)}), a row's labels come back in the
   * order of these columns. And if all labels are integers, those written {@code "1.0"} come back
   * as {@code "1"}, since CSV does not distinguish them from numbers of pandas; {@link #streamCsv}
   * keeps them.
   *
   * <p>The file appears complete or not at all, and replaces an existing one atomically. It is
   * gzipped if its name ends in {@code .gz}.
   *
   * @throws IOException if the file cannot be written; an existing file is then unchanged
   * @throws IllegalArgumentException if the format cannot write, names a column twice, or could not
   *     read a row back, such as a list of labels in a single column or a tab in a file without
   *     quotes; the message names the row
   */
  public void writeCsv(Path file, CsvFormat format) throws IOException {
    CsvText text = new CsvText(format, columnNames());
    RowFile.write(file, format.options(), examples.iterator(), text);
  }

  /**
   * Writes the rows of a stream like {@link #writeCsv(Path, CsvFormat)}, one at a time, so that
   * they need not fit into memory. The first row decides which other columns are written. Closes
   * the stream.
   *
   * @throws IOException if the file cannot be written, or the file that the stream reads cannot be
   *     read; an existing file is then unchanged
   * @throws IllegalArgumentException as {@link #writeCsv(Path, CsvFormat)}, and if a row has a
   *     column that the first row lacks
   */
  public static void writeCsv(Stream<Example> rows, Path file, CsvFormat format)
      throws IOException {
    try (rows) {
      RowFile.write(file, format.options(), rows.iterator(), new CsvText(format, null));
    }
  }

  /**
   * Writes a JSON Lines file that {@link #jsonLines(Path)} can read: members {@code text}, {@code
   * pair} if there are pairs, {@code label} (which may be a list), then all other columns of the
   * row.
   *
   * @throws IOException if the file cannot be written; an existing file is then unchanged
   * @throws IllegalArgumentException as {@link #writeJsonLines(Path, JsonFormat)}
   */
  public void writeJsonLines(Path file) throws IOException {
    JsonFormat format = JsonFormat.standard();
    writeJsonLines(file, hasPairs() ? format.pair("pair") : format);
  }

  /**
   * Writes a JSON Lines file in the members and encoding of a format. All other columns of a row
   * follow, whatever the format keeps.
   *
   * <p>Reading the file with the same format and {@code keepAll()} returns equal rows, except that
   * where each label has a member ({@link JsonFormat#labelColumns}) a row's labels come back in the
   * order of these members. The file is replaced and gzipped as {@link #writeCsv(Path, CsvFormat)}
   * describes.
   *
   * @throws IOException if the file cannot be written; an existing file is then unchanged
   * @throws IllegalArgumentException if the format could not read a row back, or names a member
   *     twice; the message names the row
   */
  public void writeJsonLines(Path file, JsonFormat format) throws IOException {
    RowFile.write(file, format.options(), examples.iterator(), new JsonRowText(format));
  }

  /**
   * Writes the rows of a stream like {@link #writeJsonLines(Path, JsonFormat)}, one at a time, so
   * that they need not fit into memory. Closes the stream.
   *
   * <pre>{@code
   * try (Stream<Example> rows = Dataset.streamCsv(in, format)) {
   *   Dataset.writeJsonLines(
   *       rows.map(row -> row.with("predicted", classifier.predict(row.text()).label())), out, json);
   * }
   * }</pre>
   *
   * @throws IOException if the file cannot be written, or the file that the stream reads cannot be
   *     read; an existing file is then unchanged
   * @throws IllegalArgumentException as {@link #writeJsonLines(Path, JsonFormat)}
   */
  public static void writeJsonLines(Stream<Example> rows, Path file, JsonFormat format)
      throws IOException {
    try (rows) {
      RowFile.write(file, format.options(), rows.iterator(), new JsonRowText(format));
    }
  }

  private boolean hasPairs() {
    return examples.stream().anyMatch(row -> row.pair() != null);
  }

  /** The number of rows. */
  public int size() {
    return examples.size();
  }

  /**
   * The row at a position, counted from 0.
   *
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public Example get(int row) {
    return examples.get(row);
  }

  /**
   * The single label of a row.
   *
   * @param row counted from 0
   * @throws IllegalArgumentException if the row has no label, a list of labels, or numbers
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public String labelOf(int row) {
    Target target = examples.get(row).target();
    if (target instanceof Target.SingleLabel single) {
      return single.label();
    }
    throw new IllegalArgumentException(
        target == null
            ? "row %s has no label (counted from 0); label it, or drop such rows: filter(e -> e.label() != null)"
                .formatted(row)
            : target instanceof Target.MultiLabel several
                ? "row %s has a list of labels, [%s] (counted from 0), expected a single label; MultiLabelClassifier takes such rows, or give each one label by Dataset.map"
                    .formatted(row, Excerpt.list(several.labels()))
                : numbersInPlaceOf("a label", row, target));
  }

  /**
   * The labels of a row: its list of labels, which may be empty, or its single label as a list of
   * one. Unmodifiable.
   *
   * @param row counted from 0
   * @throws IllegalArgumentException if the row has no label, or numbers
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public List<String> labelsOf(int row) {
    Target target = examples.get(row).target();
    if (target instanceof Target.MultiLabel several) {
      return several.labels();
    }
    if (target instanceof Target.SingleLabel single) {
      return List.of(single.label());
    }
    throw new IllegalArgumentException(
        target == null
            ? "row %s has no list of labels (counted from 0); give it one, which may be empty, or drop such rows: filter(e -> e.labels() != null)"
                .formatted(row)
            : numbersInPlaceOf("labels", row, target));
  }

  /**
   * The regression targets of a row: its values, or its single label if that is written as a
   * number, such as {@code "4.5"}, {@code "3"} or {@code "-1e-2"}.
   *
   * @param row counted from 0
   * @return one or more finite numbers; a new array
   * @throws IllegalArgumentException if the row has no target, a label that is not a finite number,
   *     or a list of labels
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public double[] valuesOf(int row) {
    Target target = examples.get(row).target();
    if (target instanceof Target.Values numbers) {
      return numbers.values().stream().mapToDouble(value -> value).toArray();
    }
    if (target instanceof Target.SingleLabel single) {
      OptionalDouble number = Numerals.finite(single.label());
      if (number.isPresent()) {
        return new double[] {number.getAsDouble()};
      }
    }
    throw new IllegalArgumentException(
        target == null
            ? "row %s has no values (counted from 0); give it some, or drop such rows: filter(e -> e.values() != null)"
                .formatted(row)
            : target instanceof Target.MultiLabel several
                ? "row %s has a list of labels, [%s] (counted from 0), expected numbers such as 4.5; MultiLabelClassifier takes such rows"
                    .formatted(row, Excerpt.list(several.labels()))
                : "row %s has the label %s (counted from 0), expected a finite number such as 4.5; check which column has the values, or drop such rows"
                    .formatted(row, Excerpt.quoted(String.valueOf(examples.get(row).label()))));
  }

  private static String numbersInPlaceOf(String expected, int row, Target numbers) {
    return "row %s has numbers, %s (counted from 0), expected %s; Regressor takes such rows, or label them by Dataset.map"
        .formatted(row, Excerpt.of(numbers), expected);
  }

  /** The rows in order; unmodifiable. */
  public List<Example> examples() {
    return examples;
  }

  /** The rows in order. */
  public Stream<Example> stream() {
    return examples.stream();
  }

  /** The rows in order. The iterator does not support {@code remove}. */
  @Override
  public Iterator<Example> iterator() {
    return examples.iterator();
  }

  /**
   * The number of rows with each label. A row with a list of labels counts for each of them, a row
   * without a label for none. Ordered by value if all labels are integers, otherwise by the natural
   * order of strings. Unmodifiable.
   */
  public Map<String, Integer> classCounts() {
    Map<String, Integer> counts = new HashMap<>();
    for (Example example : examples) {
      if (example.target() instanceof Target.SingleLabel single) {
        counts.merge(single.label(), 1, Integer::sum);
      } else if (example.target() instanceof Target.MultiLabel several) {
        several.labels().forEach(label -> counts.merge(label, 1, Integer::sum));
      }
    }
    Map<String, Integer> sorted = new LinkedHashMap<>();
    for (String label : Labels.sorted(counts.keySet())) {
      sorted.put(label, counts.getOrDefault(label, 0));
    }
    return Collections.unmodifiableMap(sorted);
  }

  /**
   * The share of the labelled rows that have each label, from 0 to 1, in the order of {@link
   * #classCounts}. The shares sum to 1 if every row has a single label. Unmodifiable; empty if no
   * row has a label.
   */
  public Map<String, Double> classShares() {
    long known =
        examples.stream()
            .map(Example::target)
            .filter(target -> target != null && !(target instanceof Target.Values))
            .count();
    Map<String, Double> shares = new LinkedHashMap<>();
    classCounts().forEach((label, rows) -> shares.put(label, rows / (double) known));
    return Collections.unmodifiableMap(shares);
  }

  /**
   * The number of rows with each value in a column: the most frequent value first, ties in the
   * natural order of strings. Numbers are counted by their decimal digits and lists item by item.
   * Missing values are counted under {@code ""}: null, a blank string, an empty list, or a row
   * without this column. Unmodifiable.
   *
   * @throws IllegalArgumentException if no row has this column; the message lists the columns
   */
  public Map<String, Integer> valueCounts(String column) {
    if (examples.stream().allMatch(row -> row.columns().names().position(column) < 0)) {
      throw new IllegalArgumentException(
          "column %s: the rows have %s"
              .formatted(
                  Excerpt.quoted(column),
                  columnNames().isEmpty()
                      ? "no columns beside text and label; keep(...) or keepAll() of the file's format keeps them"
                      : Excerpt.quotedList(columnNames())));
    }
    Map<String, Integer> counts = new HashMap<>();
    for (Example row : examples) {
      Object value = row.isMissing(column) ? null : row.column(column);
      if (value instanceof List<?> list && !list.isEmpty()) {
        list.forEach(item -> counts.merge(counted(item), 1, Integer::sum));
      } else {
        counts.merge(value instanceof List ? "" : counted(value), 1, Integer::sum);
      }
    }
    Map<String, Integer> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return Collections.unmodifiableMap(sorted);
  }

  private static String counted(@Nullable Object value) {
    return ColumnValue.isMissing(value) ? "" : ColumnValue.text(value);
  }

  /**
   * The names of all columns beside text, pair and target, in the order of their first appearance.
   * Unmodifiable.
   */
  public List<String> columnNames() {
    Set<String> names = new LinkedHashSet<>();
    List<String> last = List.of();
    for (Example row : examples) {
      if (row.columnNames() != last) { // mostly one object for all rows
        last = row.columnNames();
        names.addAll(last);
      }
    }
    return List.copyOf(names);
  }

  /**
   * Random rows as a plain-text table for people to look at: row numbers and columns side by side,
   * with long texts shortened. The rows are those of {@code sample(count, seed)}, or all rows,
   * shuffled, if there are fewer. Every line ends in {@code \n}, including the last.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public String show(int count, long seed) {
    if (count < 0) {
      throw new IllegalArgumentException("show: expected 0 rows or more, got " + count);
    }
    int[] rows = new Pcg64(seed).permutation(size());
    return RowTable.of(this, Arrays.copyOf(rows, Math.min(count, rows.length)));
  }

  /** The rows that satisfy the condition, in order. */
  public Dataset filter(Predicate<Example> condition) {
    return new Dataset(examples.stream().filter(condition).toList());
  }

  /** The rows that have a target: a label, a list of labels (which may be empty), or numbers. */
  public Dataset labelled() {
    return filter(example -> example.target() != null);
  }

  /**
   * Replaces each row by the function's result, for example to clean texts or to rename labels.
   *
   * @throws IllegalArgumentException if the function returns null
   */
  public Dataset map(UnaryOperator<Example> function) {
    return new Dataset(examples.stream().map(function).toList());
  }

  /**
   * Replaces labels that are class numbers by class names. Labels that already are one of the
   * names, and rows without a label, stay as they are.
   *
   * <p>Where names are integers, such as {@code "1"} to {@code "5"}, all labels together decide.
   * Labels 0 to 4 with {@code first} 0 are numbers, and labels 1 to 5 are names already, since 5 is
   * no number. Labels 1 to 4 may be either, so they are an error.
   *
   * @param names the class names, in order
   * @param first the number of the first class: 0, or 1 if the data counts from 1
   * @throws IllegalArgumentException if a label is neither a name nor a class number, if it cannot
   *     be told which of the two the labels are (the message names the row), or {@code first} is
   *     negative
   */
  public Dataset withLabelNames(Labels names, int first) {
    if (first < 0) {
      throw new IllegalArgumentException("first: expected 0 or 1, got " + first);
    }
    return new Dataset(new NumberedLabels(names, first).named(examples));
  }

  /**
   * The rows at these positions, in this order. Positions count from 0 and may repeat.
   *
   * @throws IndexOutOfBoundsException if a position is out of range
   */
  public Dataset select(int... rows) {
    return new Dataset(Arrays.stream(rows).mapToObj(examples::get).toList());
  }

  /**
   * The rows {@code from} to {@code to - 1}.
   *
   * @throws IndexOutOfBoundsException if {@code 0 <= from <= to <= size} does not hold
   */
  public Dataset slice(int from, int to) {
    Objects.checkFromToIndex(from, to, size());
    return new Dataset(examples.subList(from, to));
  }

  /**
   * The first {@code count} rows, or all if there are fewer.
   *
   * @throws IndexOutOfBoundsException if the count is negative
   */
  public Dataset head(int count) {
    return slice(0, Math.min(count, size()));
  }

  /** The rows sorted by the comparator. The sort is stable: equal rows keep their order. */
  public Dataset sort(Comparator<? super Example> order) {
    return new Dataset(examples.stream().sorted(order).toList());
  }

  /**
   * Groups the rows by a key: {@code groupBy(row -> row.text("product"))}. Groups are ordered by
   * their first row, and rows keep their order within a group. Unmodifiable.
   *
   * @throws IllegalArgumentException if the function returns null
   */
  public <K> Map<K, Dataset> groupBy(Function<? super Example, ? extends K> key) {
    Map<K, List<Example>> rows = new LinkedHashMap<>();
    for (int row = 0; row < size(); row++) {
      K group = key.apply(examples.get(row));
      if (group == null) {
        throw new IllegalArgumentException(
            "groupBy: null for row %s (counted from 0); give such rows a group of their own, or drop them by filter(...)"
                .formatted(row));
      }
      rows.computeIfAbsent(group, g -> new ArrayList<>()).add(examples.get(row));
    }
    Map<K, Dataset> groups = new LinkedHashMap<>();
    rows.forEach((group, ofGroup) -> groups.put(group, new Dataset(ofGroup)));
    return Collections.unmodifiableMap(groups);
  }

  /** These rows followed by the others. */
  public Dataset concat(Dataset others) {
    List<Example> all = new ArrayList<>(examples);
    all.addAll(others.examples);
    return new Dataset(all);
  }

  /**
   * All rows in random order, every order being equally likely. In Python: {@code
   * data.shuffle(seed=seed)}.
   */
  public Dataset shuffle(long seed) {
    return select(new Pcg64(seed).permutation(size()));
  }

  /**
   * A random sample without replacement, in random order: the first {@code count} rows of {@link
   * #shuffle}. In Python: {@code data.shuffle(seed=seed).select(range(count))}.
   *
   * @param count from 0 to the number of rows
   * @throws IllegalArgumentException if the count is out of range
   */
  public Dataset sample(int count, long seed) {
    if (count < 0 || count > size()) {
      throw new IllegalArgumentException(
          "sample of %s rows, expected 0 to %s, the size of the data set".formatted(count, size()));
    }
    return select(Arrays.copyOf(new Pcg64(seed).permutation(size()), count));
  }

  /**
   * Splits the rows at random into a training part and a test part, each in random order. In
   * Python: {@code data.train_test_split(train_size=share, seed=seed)}.
   *
   * @param share the training part's share of the rows, more than 0 and less than 1; rounded down
   *     to whole rows. To reproduce a notebook that gives the test's share, use {@link
   *     TrainTestSplit#testShare}, which rounds differently: of 90 rows, a training share of 0.7
   *     takes 62, while a test share of 0.3 leaves 63
   * @param seed of the random numbers
   * @throws IllegalArgumentException if the share is out of range, or a part would be empty
   */
  public Split split(double share, long seed) {
    return split(TrainTestSplit.ofDatasets(seed).trainShare(share));
  }

  /**
   * Splits the rows at random so that both parts have the labels in the same proportions, give or
   * take a row per label. The parts are as large as those of {@link #split(double, long)}, and each
   * is in random order. In Python: {@code data.train_test_split(train_size=share, seed=seed,
   * stratify_by_column="label")}, with the classes numbered in the order of {@link #classCounts};
   * {@link TrainTestSplit#stratified(Labels)} takes another order.
   *
   * @param share the training part's share of the rows, more than 0 and less than 1; rounded down
   *     to whole rows
   * @param seed of the random numbers
   * @throws IllegalArgumentException if the share is out of range, a row does not have exactly one
   *     label ({@link #split(double, long)} accepts such rows), a label has a single row, or a part
   *     would have fewer rows than there are labels
   */
  public Split splitStratified(double share, long seed) {
    return split(TrainTestSplit.ofDatasets(seed).trainShare(share).stratified());
  }

  /**
   * Splits the rows as a {@link TrainTestSplit} describes.
   *
   * @throws IllegalArgumentException if a part would be empty, both parts together want more rows
   *     than there are, or the split is stratified and the labels do not allow it (see {@link
   *     #splitStratified})
   */
  public Split split(TrainTestSplit rule) {
    return rule.of(this);
  }

  /** Two data sets are equal if they have equal rows in the same order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Dataset dataset && examples.equals(dataset.examples);
  }

  @Override
  public int hashCode() {
    return examples.hashCode();
  }

  /**
   * Size and class counts in one line: {@code Dataset[3257 rows; 4 labels: 0 (1400), 1 (708), 2
   * (294), 3 (855)]}. Also how many rows are pairs, lack a label or have an empty list of labels,
   * if any; for numbers, the smallest and the largest.
   */
  @Override
  public String toString() {
    return DatasetShape.of(this);
  }
}
