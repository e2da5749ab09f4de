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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of text to train on, to evaluate or to predict: read from a file or made in memory, then
 * filtered, shuffled and split.
 *
 * <pre>{@code
 * Dataset.Split split = Dataset.csv(Path.of("train.csv")).splitStratified(0.9, 42);
 * }</pre>
 *
 * <p>All rows are kept in memory, which takes about 140 bytes a row and one byte a character (two
 * where a text is not Latin): a million tweets are a quarter of a gigabyte. Data that does not fit
 * is read by {@link #streamCsv} and its sisters. A data set may be empty; what cannot work on an
 * empty one says so when asked.
 *
 * <p>Immutable: each method returns a new data set, the rows themselves are shared. Safe to use
 * from several threads.
 *
 * <p>What is random depends on the seed alone, and a seed gives the rows that Python's {@code
 * datasets} 5 gives for it, in the same order: its {@code shuffle} and {@code train_test_split}
 * draw from {@code numpy.random.default_rng(seed)}. A negative seed, which Python refuses, is the
 * unsigned number of its 64 bits: -1 is Python's {@code 2**64 - 1}. {@link TrainTestSplit} has
 * more: the test's share, numbers of rows, and scikit-learn's rows.
 */
public final class Dataset implements Iterable<Example> {

  /** A number of a class, also as table programs write it where a column has gaps. */
  private static final Pattern NUMBER = Pattern.compile("(-?[0-9]{1,9})(?:\\.0)?");

  /**
   * The two parts of a data set: no row is in both, none is lost.
   *
   * @param train the part whose share was asked for
   * @param test the rest
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
   * These rows in this order.
   *
   * @throws IllegalArgumentException if one is null
   */
  public static Dataset of(List<Example> examples) {
    return new Dataset(examples);
  }

  /**
   * The rows that an iterator gives, to its end.
   *
   * @throws IllegalArgumentException if one is null, or they become too many for two thirds of the
   *     heap
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
   * The rows of a stream in its order, which is closed.
   *
   * @throws IllegalArgumentException if one is null, or they become too many for two thirds of the
   *     heap
   */
  public static Dataset of(Stream<Example> examples) {
    try (examples) {
      return of(examples.iterator());
    }
  }

  /**
   * These rows in this order.
   *
   * @throws IllegalArgumentException if one is null
   */
  public static Dataset of(Example... examples) {
    return new Dataset(Arrays.asList(examples));
  }

  /**
   * The rows of a CSV file with a header, text in column {@code text}, label in column {@code
   * label}. Other names are not guessed: {@link #csv(Path, CsvFormat)} takes them.
   *
   * @throws DatasetException if the file has no such columns, a row has more or fewer columns than
   *     the header, quotes do not match, or bytes are not UTF-8; names the line
   * @throws IOException if the file cannot be read
   */
  public static Dataset csv(Path file) throws IOException {
    return csv(file, CsvFormat.withHeader());
  }

  /**
   * The rows of a CSV file, plain or gzip, UTF-8. Texts and labels are taken exactly as they stand
   * there, blanks included.
   *
   * @throws DatasetException if the file has no such columns, a row has more or fewer columns than
   *     the first line, quotes do not match, or bytes are not UTF-8; names the line
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the format names no text column
   */
  public static Dataset csv(Path file, CsvFormat format) throws IOException {
    RowCollector rows = new RowCollector(file, format.options().limits());
    return new Dataset(RowCollector.read(CsvFile.open(file, format), rows));
  }

  /**
   * The rows of a JSON Lines file: an object a line, text in member {@code text}, label in member
   * {@code label}.
   *
   * @throws DatasetException if a line is not such an object or not UTF-8; names the line
   * @throws IOException if the file cannot be read
   */
  public static Dataset jsonLines(Path file) throws IOException {
    return jsonLines(file, JsonFormat.standard());
  }

  /**
   * The rows of a JSON Lines file, plain or gzip, UTF-8: an object a line, blank lines skipped.
   *
   * @throws DatasetException if a line is not an object with these members or not UTF-8; names the
   *     line
   * @throws IOException if the file cannot be read
   */
  public static Dataset jsonLines(Path file, JsonFormat format) throws IOException {
    RowCollector rows = new RowCollector(file, format.options().limits());
    return new Dataset(RowCollector.read(JsonDataFile.open(file, format), rows));
  }

  /**
   * The rows of a Parquet file, text in column {@code text}, label in column {@code label}.
   *
   * @throws DatasetException as {@link #parquet(Path, Columns)}
   * @throws IOException if the file cannot be read
   * @throws IllegalStateException if the module {@code afina-parquet} is not on the class path
   */
  public static Dataset parquet(Path file) throws IOException {
    return parquet(file, Columns.standard());
  }

  /**
   * The rows of a Parquet file. Where Python's {@code datasets} wrote it and named the classes of
   * the label column, labels are these names, and -1 is no label; else numbers stay numbers.
   *
   * <p>Needs the module {@code afina-parquet} on the class path.
   *
   * @throws DatasetException if the file has no such columns, or values that are no text or no
   *     label; names the row
   * @throws IOException if the file cannot be read or is no Parquet file
   * @throws IllegalStateException if the module {@code afina-parquet} is not on the class path
   */
  public static Dataset parquet(Path file, Columns columns) throws IOException {
    return new Dataset(ParquetFile.read(file, columns));
  }

  /**
   * The rows of a folder that has one folder a label, with a text file a row, such as {@code
   * pos/12_9.txt}.
   *
   * @throws DatasetException as {@link #folders(Path, FolderFormat)}
   * @throws IOException if a file cannot be read
   */
  public static Dataset folders(Path folder) throws IOException {
    return folders(folder, FolderFormat.standard());
  }

  /**
   * The rows of a folder that has one folder a label, with a text file ({@code .txt}, plain or
   * packed by gzip) a row. Rows are in the order of the folders' names, then of the files', both by
   * their characters; a text is all that its file has. What else lies in the folders of labels is
   * passed over, links as well, and a line of the log counts it; files beside these folders, and
   * what begins with a dot, do not count.
   *
   * @throws DatasetException if there are no such folders, one of them has no text files or holds a
   *     folder, or a file is no text or not in the encoding; names it
   * @throws IOException if a file cannot be read
   */
  public static Dataset folders(Path folder, FolderFormat format) throws IOException {
    RowCollector rows = new RowCollector(folder, format.options().limits());
    return new Dataset(RowCollector.read(FolderRows.open(folder, format), rows));
  }

  /**
   * The rows of a folder that has one folder a label, one after the other, each read when it is
   * asked for; as {@link #streamCsv}. Which files there are is settled at once.
   *
   * @throws DatasetException as {@link #folders(Path, FolderFormat)}
   * @throws IOException if a folder cannot be read
   */
  public static Stream<Example> streamFolders(Path folder, FolderFormat format) throws IOException {
    return RowStream.of(folder, FolderRows.open(folder, format), null);
  }

  /**
   * The rows of a CSV file one after the other, each read when it is asked for: for files that do
   * not fit into memory, mostly to predict on. Rows are as {@link #csv(Path, CsvFormat)} gives
   * them, but that labels written 1.0 stay so, as nobody knows yet how the others are written.
   *
   * <pre>{@code
   * try (Stream<Example> rows = Dataset.streamCsv(file, format)) {
   *   rows.forEach(row -> ...);
   * }
   * }</pre>
   *
   * <p>The first line is read at once. The caller closes the stream, and reads it to its end only
   * once; a stream that was read to its end is closed. A row that cannot be read throws {@link
   * java.io.UncheckedIOException} with the {@link DatasetException} that {@code csv} throws. Of the
   * format's limits that on memory does not count.
   *
   * @throws DatasetException if the file has no such columns; names the line
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the format names no text column
   */
  public static Stream<Example> streamCsv(Path file, CsvFormat format) throws IOException {
    return RowStream.of(file, CsvFile.open(file, format), null);
  }

  /**
   * The rows of a JSON Lines file, or of an array of objects, one after the other, each read when
   * it is asked for; as {@link #streamCsv}.
   *
   * @throws IOException if the file cannot be read
   */
  public static Stream<Example> streamJsonLines(Path file, JsonFormat format) throws IOException {
    return RowStream.of(file, JsonDataFile.open(file, format), null);
  }

  /**
   * The rows of a Parquet file one after the other, as {@link #streamCsv}. The packed bytes of the
   * wanted columns are in memory for one group of rows at a time.
   *
   * @throws DatasetException if the file has no such columns
   * @throws IOException if the file cannot be read or is no Parquet file
   * @throws IllegalStateException if the module {@code afina-parquet} is not on the class path
   */
  public static Stream<Example> streamParquet(Path file, Columns columns) throws IOException {
    ClassNames names = ParquetFile.classNames(file, columns);
    return RowStream.of(file, ParquetFile.open(file, columns), names);
  }

  /**
   * The splits of a data set of the Hugging Face Hub, which are downloaded into the cache that
   * Python shares; text in column {@code text}, label in column {@code label}. {@link HubDataset}
   * has the options.
   *
   * @param name {@code owner/name} or {@code name}, with {@code @revision} behind it for another
   *     revision than main
   * @param configuration such as {@code "emotion"} of {@code "tweet_eval"}
   * @throws DatasetException if there is no such configuration, or the files cannot be read as
   *     asked
   * @throws IOException if there is no such data set, it cannot be fetched or read
   * @throws IllegalStateException if it is of Parquet files and the module {@code afina-parquet} is
   *     not on the class path
   */
  public static DatasetSplits hub(String name, String configuration) throws IOException {
    return HubDataset.named(name).configuration(configuration).load();
  }

  /**
   * The splits of a data set of the Hugging Face Hub that has one configuration or a default one.
   *
   * @throws IOException as {@link #hub(String, String)}
   */
  public static DatasetSplits hub(String name) throws IOException {
    return HubDataset.named(name).load();
  }

  /**
   * The splits of a data set of the Hugging Face Hub, fetched with this client: its cache, token,
   * endpoint and {@link HubClient.Builder#listener listener} of downloads.
   *
   * @throws IOException as {@link #hub(String, String)}
   */
  public static DatasetSplits hub(String name, String configuration, HubClient client)
      throws IOException {
    return HubDataset.named(name).configuration(configuration).client(client).load();
  }

  /**
   * The splits of a data set of the Hugging Face Hub that has one configuration or a default one,
   * fetched with this client.
   *
   * @throws IOException as {@link #hub(String, String)}
   */
  public static DatasetSplits hub(String name, HubClient client) throws IOException {
    return HubDataset.named(name).client(client).load();
  }

  /**
   * Writes the rows as CSV with a header, so that {@link #csv(Path)} reads them: columns {@code
   * text}, {@code pair} where there are pairs, {@code label}, then all other columns that rows
   * have.
   *
   * @throws IOException if it cannot be written; then all is as it was
   * @throws IllegalArgumentException as {@link #writeCsv(Path, CsvFormat)}
   */
  public void writeCsv(Path file) throws IOException {
    CsvFormat format = CsvFormat.withHeader();
    writeCsv(file, hasPairs() ? format.pair("pair") : format);
  }

  /**
   * Writes the rows as CSV with a header, in the columns, the dialect and the encoding of a format,
   * and all other columns that rows have behind these, whatever the format keeps. The format reads
   * them back equal, with two exceptions: other columns come back as texts (a list as its JSON,
   * nothing as {@code ""}), and labels in columns of their own in the order of these.
   *
   * <p>The file is written as a whole or not at all, and takes the place of one that is there in
   * one step. It is packed by gzip where its name ends in {@code .gz}.
   *
   * @throws IOException if it cannot be written; then all is as it was
   * @throws IllegalArgumentException if the format could not read a row back, such as a list of
   *     labels from a single column or a tab from a file without quotes, or does not name each
   *     column once; names the row
   */
  public void writeCsv(Path file, CsvFormat format) throws IOException {
    CsvText text = new CsvText(format, columnNames());
    RowFile.write(file, format.options(), examples.iterator(), text);
  }

  /**
   * Writes the rows of a stream as {@link #writeCsv(Path, CsvFormat)} does, one after the other, so
   * that they need not fit into memory; the stream is closed. Which other columns there are is
   * settled by the first row.
   *
   * @throws IOException if it cannot be written, or the stream's own file cannot be read; then all
   *     is as it was
   * @throws IllegalArgumentException as {@link #writeCsv(Path, CsvFormat)}, and if a row has a
   *     column that the first one has not
   */
  public static void writeCsv(Stream<Example> rows, Path file, CsvFormat format)
      throws IOException {
    try (rows) {
      RowFile.write(file, format.options(), rows.iterator(), new CsvText(format, null));
    }
  }

  /**
   * Writes the rows as JSON Lines, so that {@link #jsonLines(Path)} reads them: members {@code
   * text}, {@code pair} where there are pairs, {@code label}, which may be a list, then all other
   * columns that a row has.
   *
   * @throws IOException if it cannot be written; then all is as it was
   * @throws IllegalArgumentException as {@link #writeJsonLines(Path, JsonFormat)}
   */
  public void writeJsonLines(Path file) throws IOException {
    JsonFormat format = JsonFormat.standard();
    writeJsonLines(file, hasPairs() ? format.pair("pair") : format);
  }

  /**
   * Writes the rows as JSON Lines, in the members and the encoding of a format, and all other
   * columns that a row has behind these, whatever the format keeps. The format with {@code
   * keepAll()} reads them back equal, but that labels in members of their own have the order of
   * these. The file is written and packed as {@link #writeCsv(Path, CsvFormat)} says.
   *
   * @throws IOException if it cannot be written; then all is as it was
   * @throws IllegalArgumentException if the format could not read a row back, or does not name each
   *     member once; names the row
   */
  public void writeJsonLines(Path file, JsonFormat format) throws IOException {
    RowFile.write(file, format.options(), examples.iterator(), new JsonRowText(format));
  }

  /**
   * Writes the rows of a stream as {@link #writeJsonLines(Path, JsonFormat)} does, one after the
   * other, so that they need not fit into memory; the stream is closed.
   *
   * <pre>{@code
   * try (Stream<Example> rows = Dataset.streamCsv(in, format)) {
   *   Dataset.writeJsonLines(
   *       rows.map(row -> row.with("predicted", classifier.predict(row.text()).label())), out, json);
   * }
   * }</pre>
   *
   * @throws IOException if it cannot be written, or the stream's own file cannot be read; then all
   *     is as it was
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
   * A row, counted from 0.
   *
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public Example get(int row) {
    return examples.get(row);
  }

  /** The rows in order; unmodifiable. */
  public List<Example> examples() {
    return examples;
  }

  /** The rows in order. */
  public Stream<Example> stream() {
    return examples.stream();
  }

  /** The rows in order; does not remove. */
  @Override
  public Iterator<Example> iterator() {
    return examples.iterator();
  }

  /**
   * How many rows have each label, alone or in their list: numbers in numeric order if all labels
   * are integers, else in the natural order of strings. Rows without a label are not counted.
   * Unmodifiable.
   */
  public Map<String, Integer> classCounts() {
    Map<String, Integer> counts = new HashMap<>();
    for (Example example : examples) {
      if (example.target() instanceof Target.One one) {
        counts.merge(one.label(), 1, Integer::sum);
      } else if (example.target() instanceof Target.Several several) {
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
   * Each label's share of the rows whose labels are known, alone or in their list; in the order of
   * {@link #classCounts}. Shares of single labels sum to 1. Unmodifiable, empty where no row has a
   * label.
   */
  public Map<String, Double> classShares() {
    long known =
        examples.stream()
            .map(Example::target)
            .filter(target -> target != null && !(target instanceof Target.Numbers))
            .count();
    Map<String, Double> shares = new LinkedHashMap<>();
    classCounts().forEach((label, rows) -> shares.put(label, rows / (double) known));
    return Collections.unmodifiableMap(shares);
  }

  /**
   * How many rows have each value in a column, the most frequent first, equally frequent ones in
   * the natural order of strings. Numbers are counted by their digits, of lists each item, and what
   * is missing under {@code ""}: null, a blank text, an empty list, a row that lacks the column
   * while others have it. Unmodifiable.
   *
   * @throws IllegalArgumentException if no row has such a column; names those that are there
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
   * The names of the other columns that rows have, each once, in the order in which they come.
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
   * Random rows as a table to look at: their numbers, and their columns side by side, long texts
   * cut. The rows are those of {@code sample(count, seed)}; all, shuffled, if there are fewer. A
   * line ends in {@code \n}, the last one, too.
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

  /** The rows that pass, in order. */
  public Dataset filter(Predicate<Example> condition) {
    return new Dataset(examples.stream().filter(condition).toList());
  }

  /** The rows that have a label, a list of labels, which may be empty, or numbers; in order. */
  public Dataset labelled() {
    return filter(example -> example.target() != null);
  }

  /**
   * Each row replaced: other labels, cleaned texts.
   *
   * @throws IllegalArgumentException if the function returns null
   */
  public Dataset map(UnaryOperator<Example> function) {
    return new Dataset(examples.stream().map(function).toList());
  }

  /**
   * The rows with names in place of numbers, for data whose labels are numbers of classes, single
   * ones or in lists. Labels that are names already and rows without a label stay.
   *
   * @param names of the classes in order
   * @param first the number of the first of them: 0, or 1 where data counts from 1
   * @throws IllegalArgumentException if a label is neither a name nor such a number, naming the
   *     row, or the first number is negative
   */
  public Dataset withLabelNames(Labels names, int first) {
    if (first < 0) {
      throw new IllegalArgumentException("first: expected 0 or 1, got " + first);
    }
    List<Example> named = new ArrayList<>(size());
    for (Example example : examples) {
      int row = named.size();
      Target target = example.target();
      if (target instanceof Target.One one) {
        target = new Target.One(named(one.label(), names, first, row));
      } else if (target instanceof Target.Several several) {
        target =
            new Target.Several(
                several.labels().stream()
                    .map(label -> named(label, names, first, row))
                    .distinct() // "1" and "1.0", or a name beside its number
                    .toList());
      }
      named.add(example.with(target));
    }
    return new Dataset(named);
  }

  private static String named(String label, Labels names, int first, int row) {
    if (names.names().contains(label)) {
      return label;
    }
    Matcher number = NUMBER.matcher(label);
    int position = number.matches() ? Integer.parseInt(number.group(1)) - first : -1;
    if (position < 0 || position >= names.size()) {
      throw new IllegalArgumentException(
          "row %s (counted from 0): label %s is neither one of [%s] nor a number %s to %s"
              .formatted(
                  row,
                  Excerpt.quoted(label),
                  Excerpt.list(names.names()),
                  first,
                  (long) first + names.size() - 1));
    }
    return names.name(position);
  }

  /**
   * These rows in this order, counted from 0; a row may be taken more than once.
   *
   * @throws IndexOutOfBoundsException if there is no such row
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
   * The first rows: {@code count}, or all if there are fewer.
   *
   * @throws IndexOutOfBoundsException if the count is negative
   */
  public Dataset head(int count) {
    return slice(0, Math.min(count, size()));
  }

  /** The rows in this order; rows that it does not tell apart stay as they are. */
  public Dataset sort(Comparator<? super Example> order) {
    return new Dataset(examples.stream().sorted(order).toList());
  }

  /**
   * The rows by what a function says of them: {@code groupBy(row -> row.text("product"))}. Groups
   * are in the order in which their first rows come; each has its rows in order. Unmodifiable.
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

  /** These rows, then the others. */
  public Dataset concat(Dataset others) {
    List<Example> all = new ArrayList<>(examples);
    all.addAll(others.examples);
    return new Dataset(all);
  }

  /**
   * All rows in random order; every order is equally likely. Python: {@code
   * data.shuffle(seed=seed)}.
   */
  public Dataset shuffle(long seed) {
    return select(new Pcg64(seed).permutation(size()));
  }

  /**
   * Random rows in random order, none twice: the first {@code count} of {@link #shuffle}. Python:
   * {@code data.shuffle(seed=seed).select(range(count))}.
   *
   * @throws IllegalArgumentException if there are fewer rows
   */
  public Dataset sample(int count, long seed) {
    if (count < 0 || count > size()) {
      throw new IllegalArgumentException(
          "sample of %s rows, expected 0 to %s, the size of the data set".formatted(count, size()));
    }
    return select(Arrays.copyOf(new Pcg64(seed).permutation(size()), count));
  }

  /**
   * Two parts, drawn at random, each in random order. Python: {@code
   * data.train_test_split(train_size=share, seed=seed)}.
   *
   * @param share the first part's share of the rows, between 0 and 1; rounded down to whole rows.
   *     Where a notebook gives the test's share, {@link TrainTestSplit#testShare} rounds as it does
   *     (0.7 of 90 rows are 62 here; a test of 0.3 leaves 63)
   * @param seed of the shuffle
   * @throws IllegalArgumentException if the share is not between 0 and 1, or a part would be empty
   */
  public Split split(double share, long seed) {
    return split(TrainTestSplit.ofDatasets(seed).trainShare(share));
  }

  /**
   * Two parts, drawn at random, each in random order and with the labels in the same proportions:
   * of each label the first part has its share of the rows, rounded up or down. Both parts have the
   * sizes that {@link #split} gives. Python: {@code data.train_test_split(train_size=share,
   * seed=seed, stratify_by_column="label")}, with the classes numbered in the order of {@link
   * #classCounts}; for another one there is {@link TrainTestSplit#stratified(Labels)}.
   *
   * @param share the first part's share of the rows, between 0 and 1; rounded down to whole rows
   * @param seed of the shuffle
   * @throws IllegalArgumentException if the share is not between 0 and 1, a row has no label, a
   *     list of labels or numbers ({@link #split(double, long)} takes these), a label has a single
   *     row, or a part would have fewer rows than there are labels
   */
  public Split splitStratified(double share, long seed) {
    return split(TrainTestSplit.ofDatasets(seed).trainShare(share).stratified());
  }

  /**
   * Two parts, drawn as this rule says.
   *
   * @throws IllegalArgumentException as the rule says
   */
  public Split split(TrainTestSplit rule) {
    return rule.of(this);
  }

  /** Equal rows in the same order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Dataset dataset && examples.equals(dataset.examples);
  }

  @Override
  public int hashCode() {
    return examples.hashCode();
  }

  /**
   * The shape and the class counts in one line: {@code Dataset[3257 rows; 4 labels: 0 (1400), 1
   * (708), 2 (294), 3 (855)]}. Says how many rows are pairs, lack a label or have none of the
   * labels, where some do; of numbers the least and the greatest.
   */
  @Override
  public String toString() {
    return DatasetShape.of(this);
  }

  /**
   * The label of a row that must have one.
   *
   * @param row counted from 0
   * @throws IllegalArgumentException if it has none, or a list of labels or numbers in its place
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public String labelOf(int row) {
    Target target = examples.get(row).target();
    if (target instanceof Target.One one) {
      return one.label();
    }
    throw new IllegalArgumentException(
        target == null
            ? "row %s has no label (counted from 0); label it, or drop such rows: filter(e -> e.label() != null)"
                .formatted(row)
            : target instanceof Target.Several several
                ? "row %s has a list of labels, [%s] (counted from 0), expected a single label; MultiLabelClassifier takes such rows, or give each one label by Dataset.map"
                    .formatted(row, Excerpt.list(several.labels()))
                : numbersInPlaceOf("a label", row, target));
  }

  /**
   * The labels of a row of which several may fit: its list, which may be empty, or its single label
   * as a list of one. Unmodifiable.
   *
   * @param row counted from 0
   * @throws IllegalArgumentException if they are not known, or the row has numbers in their place
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public List<String> labelsOf(int row) {
    Target target = examples.get(row).target();
    if (target instanceof Target.Several several) {
      return several.labels();
    }
    if (target instanceof Target.One one) {
      return List.of(one.label());
    }
    throw new IllegalArgumentException(
        target == null
            ? "row %s has no list of labels (counted from 0); give it one, which may be empty, or drop such rows: filter(e -> e.labels() != null)"
                .formatted(row)
            : numbersInPlaceOf("labels", row, target));
  }

  /**
   * The numbers that a regression is to predict for a row: its values, or its single label where
   * that is written as a number, such as {@code "4.5"}, {@code "3"} or {@code "-1e-2"}.
   *
   * @param row counted from 0
   * @return one or more, all finite; the caller's own
   * @throws IllegalArgumentException if it has none, a label that is no finite number, or a list of
   *     labels
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public double[] valuesOf(int row) {
    Target target = examples.get(row).target();
    if (target instanceof Target.Numbers numbers) {
      return numbers.values().stream().mapToDouble(value -> value).toArray();
    }
    if (target instanceof Target.One one) {
      OptionalDouble number = Numerals.finite(one.label());
      if (number.isPresent()) {
        return new double[] {number.getAsDouble()};
      }
    }
    throw new IllegalArgumentException(
        target == null
            ? "row %s has no values (counted from 0); give it some, or drop such rows: filter(e -> e.values() != null)"
                .formatted(row)
            : target instanceof Target.Several several
                ? "row %s has a list of labels, [%s] (counted from 0), expected numbers such as 4.5; MultiLabelClassifier takes such rows"
                    .formatted(row, Excerpt.list(several.labels()))
                : "row %s has the label %s (counted from 0), expected a finite number such as 4.5; check which column has the values, or drop such rows"
                    .formatted(row, Excerpt.quoted(String.valueOf(examples.get(row).label()))));
  }

  private static String numbersInPlaceOf(String expected, int row, Target numbers) {
    return "row %s has numbers, %s (counted from 0), expected %s; Regressor takes such rows, or label them by Dataset.map"
        .formatted(row, Excerpt.of(numbers), expected);
  }
}
