package dev.afina.examples.cli;

import dev.afina.data.Dataset;
import dev.afina.data.DatasetSplits;
import dev.afina.data.HubDataset;
import dev.afina.data.Labels;
import dev.afina.hub.HubClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What --data names: a file or folder of this machine, where there is one, else a data set of the
 * Hub.
 */
public final class DataSource {
  private static final List<String> LABEL_FILES = List.of("labels.txt", "classes.txt");

  private final String name;
  private final @Nullable Path path;

  private DataSource(String name, @Nullable Path path) {
    this.name = name;
    this.path = path;
  }

  /**
   * The source of this name.
   *
   * @throws NoSuchFileException if it can only be a path, and nothing is there
   */
  public static DataSource named(String name) throws NoSuchFileException {
    Path path = path(name);
    if (path != null && Files.exists(path)) {
      return new DataSource(name, path);
    }
    if (!name.matches("[\\w-]+[\\w.-]*(/[\\w.-]+)?(@[^:@]+)?(:[\\w.-]+)?")) {
      throw missing(name);
    }
    return new DataSource(name, null);
  }

  private static @Nullable Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) { // such as a colon on Windows
      return null;
    }
  }

  /** The file or folder, where it is one of this machine. */
  public Optional<Path> path() {
    return Optional.ofNullable(path);
  }

  /**
   * A file of the folder, plain or compressed; the source itself where that is a file.
   *
   * @param plain its name without .gz
   * @throws IOException if it is not there
   */
  public Path file(String plain) throws IOException {
    Path folder = path().orElseThrow(() -> missing(name));
    if (Files.isRegularFile(folder)) {
      return folder;
    }
    for (String candidate : List.of(plain, plain + ".gz")) {
      if (Files.isRegularFile(folder.resolve(candidate))) {
        return folder.resolve(candidate);
      }
    }
    throw missing(folder.resolve(plain).toString());
  }

  /** Whether {@link #file} would find it. */
  public boolean hasFile(String plain) {
    return path != null
        && (Files.isRegularFile(path.resolve(plain))
            || Files.isRegularFile(path.resolve(plain + ".gz")));
  }

  /**
   * The rows by split. A folder has files that are called train, validation and test, and perhaps
   * labels.txt with the name of a label in each line; a single file is all train.
   *
   * @throws IOException if there is no such data set, or it cannot be read
   */
  public DataSplits read(TextColumns columns, HubClient hub) throws IOException {
    if (path == null) {
      return ofHub(columns, hub);
    }
    if (Files.isDirectory(path)) {
      DatasetSplits splits = HubDataset.in(path).columns(columns.columns()).load();
      Optional<Labels> names = splits.labels().isPresent() ? splits.labels() : labels();
      return DataSplits.of(name, splits.all(), names);
    }
    return DataSplits.of(name, Map.of("train", file(path, columns)), Optional.empty());
  }

  private DataSplits ofHub(TextColumns columns, HubClient hub) throws IOException {
    int colon = name.indexOf(':');
    HubDataset dataset =
        HubDataset.named(colon < 0 ? name : name.substring(0, colon))
            .columns(columns.columns())
            .client(hub);
    DatasetSplits splits;
    try {
      splits = (colon < 0 ? dataset : dataset.configuration(name.substring(colon + 1))).load();
    } catch (IOException e) {
      throw new IOException(
          "--data " + name + ": no file or folder of this machine, and of the Hub: " + reason(e),
          e);
    }
    return DataSplits.of(name + " of the Hub", splits.all(), splits.labels());
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** The names of the labels, a line each. */
  private Optional<Labels> labels() throws IOException {
    for (String file : LABEL_FILES) {
      if (hasFile(file)) {
        List<String> lines = Files.readAllLines(file(file));
        return Optional.of(Labels.of(lines.stream().filter(line -> !line.isBlank()).toList()));
      }
    }
    return Optional.empty();
  }

  private static Dataset file(Path file, TextColumns columns) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return switch (plain.substring(plain.lastIndexOf('.') + 1)) {
      case "csv" -> Dataset.csv(file, columns.csv());
      case "tsv" -> Dataset.csv(file, columns.csv().delimiter('\t'));
      case "json", "jsonl" -> Dataset.jsonLines(file, columns.json());
      case "parquet" -> Dataset.parquet(file, columns.columns());
      default ->
          throw new IOException(
              file + ": expected a file that is called .csv, .tsv, .jsonl, .json or .parquet");
    };
  }

  private static NoSuchFileException missing(String what) {
    return new NoSuchFileException(what, null, "no such file or folder");
  }
}
