package dev.afina.data;

import dev.afina.hub.HubClient;
import dev.afina.hub.ModelReference;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to read a data set from the Hugging Face Hub, or from a folder laid out like one.
 *
 * <pre>{@code
 * DatasetSplits emotion = HubDataset.named("tweet_eval").configuration("emotion").load();
 * DatasetSplits reviews =
 *     HubDataset.named("amazon_reviews_multi")
 *         .configuration("es")
 *         .columns(Columns.standard().text("review_body").label("stars"))
 *         .load();
 * }</pre>
 *
 * <p>Files are assigned to splits by the rules of Python's {@code datasets}: by {@code configs} in
 * the metadata of README.md, otherwise by file names. If the data set is a Python script, or has no
 * files that can be read here, the Hub's Parquet conversion of it is used. The Hub converts only
 * {@code main}: of another revision its own files are read, and {@code
 * named("owner/name@refs/convert/parquet")} reads the conversion. Files may be Parquet (with the
 * module {@code afina-parquet} on the class path), CSV, TSV or JSON Lines. Code from a repository
 * is never executed.
 *
 * <p>CSV files are read as the metadata says by {@code sep}, {@code delimiter}, {@code names},
 * {@code column_names}, {@code header}, {@code encoding}, {@code quoting} and {@code skiprows}. A
 * warning in the log names other arguments that change the rows, which are not followed. Of JSON
 * files, {@code encoding} and {@code field} are followed.
 *
 * <p>If the data set's features name the classes of the label column, labels are these names,
 * {@link DatasetSplits#labels()} has their order, and -1 means "no label". Where names are numbers
 * themselves, as {@code "1"} to {@code "5"}, a string of JSON or Parquet is a name, and a number,
 * or a field of CSV, is the number of a class.
 *
 * <p>Immutable and thread safe: each method returns a new object.
 */
public final class HubDataset {
  private static final Logger log = LoggerFactory.getLogger(HubDataset.class);

  /** The Hub converts only the beginning of a very large data set. */
  private static final String PARTIAL = "partial-";

  private final @Nullable ModelReference reference;
  private final @Nullable Path folder;
  private final @Nullable HubClient client;
  private final @Nullable String configuration;
  private final List<String> splits;
  private final Columns columns;

  private HubDataset(
      @Nullable ModelReference reference,
      @Nullable Path folder,
      @Nullable HubClient client,
      @Nullable String configuration,
      List<String> splits,
      Columns columns) {
    this.reference = reference;
    this.folder = folder;
    this.client = client;
    this.configuration = configuration;
    this.splits = splits;
    this.columns = columns;
  }

  /**
   * A data set of the Hub.
   *
   * @param name {@code owner/name} or {@code name}, optionally followed by {@code @revision};
   *     default: main
   * @throws IllegalArgumentException if the name has another form
   */
  public static HubDataset named(String name) {
    Objects.requireNonNull(name, "name");
    return new HubDataset(
        ModelReference.parse(name), null, null, null, List.of(), Columns.standard());
  }

  /**
   * A local folder with the files of a data set's repository: data files and perhaps a README.md.
   */
  public static HubDataset in(Path folder) {
    return new HubDataset(
        null, Objects.requireNonNull(folder, "folder"), null, null, List.of(), Columns.standard());
  }

  /**
   * The configuration to read, such as {@code "emotion"} of {@code "tweet_eval"}. Default: the only
   * one, or the one that the data set marks as its default.
   */
  public HubDataset configuration(String name) {
    return new HubDataset(reference, folder, client, name, splits, columns);
  }

  /**
   * The columns to read. Default: {@link Columns#standard()}, that is {@code text} and {@code
   * label}.
   */
  public HubDataset columns(Columns columns) {
    return new HubDataset(reference, folder, client, configuration, splits, columns);
  }

  /** The splits to download and read. Default: all. */
  public HubDataset splits(String... names) {
    return new HubDataset(reference, folder, client, configuration, List.of(names), columns);
  }

  /** The client to download with. Default: {@link HubClient#fromEnvironment()}. */
  public HubDataset client(HubClient client) {
    Objects.requireNonNull(client, "client");
    return new HubDataset(reference, folder, client, configuration, splits, columns);
  }

  /**
   * Downloads the files that are not in the cache, and reads them.
   *
   * @throws DatasetException if there is no such configuration or split (the message lists those
   *     there are), or a file has not the expected form
   * @throws IOException if there is no such data set, or it cannot be downloaded or read
   * @throws IllegalStateException if its files are Parquet and the module {@code afina-parquet} is
   *     not on the class path
   */
  public DatasetSplits load() throws IOException {
    DataRepository repository = repository();
    List<String> paths = repository.paths();
    DataCard card = card(repository, paths);
    if (repository.isConversion() && !convertedFiles(paths).isEmpty()) {
      return loadConverted(repository, card);
    }
    boolean program = card.configurations().isEmpty() && isProgram(paths);
    if (program) {
      Optional<DataRepository> converted = repository.converted();
      if (converted.isPresent()) {
        return loadConverted(converted.get(), card);
      }
    }
    DataCard.Configuration config = settle(card, repository);
    Map<String, List<String>> files = SplitFiles.of(paths, config.patterns(), config.folder());
    if (files.isEmpty()) {
      Optional<DataRepository> converted = repository.converted();
      if (converted.isPresent()) {
        return loadConverted(converted.get(), card);
      }
      throw problem(
          repository,
          "no Parquet, CSV or JSON Lines files for configuration \"%s\"; the suffixes there are %s%s"
              .formatted(config.name(), SplitFiles.suffixesOf(paths), repository.conversionHint()));
    }
    if (program) {
      log.warn(
          "{}: the files beside its program are read as they are, and the program is not run{}",
          repository.description(),
          repository.conversionHint());
    }
    return read(repository, config, chosen(files, repository), card);
  }

  private DataRepository repository() throws IOException {
    if (reference != null) {
      HubClient hub = client == null ? HubClient.fromEnvironment() : client;
      return DataRepository.OnHub.at(hub.datasets(), reference);
    }
    Path path = Objects.requireNonNull(folder);
    if (!Files.isDirectory(path)) {
      throw new NotDirectoryException(path.toString());
    }
    return new DataRepository.Folder(path);
  }

  private static DataCard card(DataRepository repository, List<String> paths) throws IOException {
    if (!paths.contains(DataRepository.CARD)) {
      return DataCard.none();
    }
    Path file = repository.fetch(List.of(DataRepository.CARD)).resolve(DataRepository.CARD);
    return DataCard.read(file);
  }

  /**
   * Whether the data set is defined by a Python script: name.py in the repository called name, or
   * the only script where there is nothing else to read.
   */
  private boolean isProgram(List<String> paths) {
    if (reference == null) {
      return false;
    }
    String id = reference.repositoryId();
    return paths.contains(id.substring(id.indexOf('/') + 1) + ".py")
        // A repository that moved keeps the program's name.
        || (paths.stream().filter(path -> path.matches("[^/]+\\.py")).count() == 1
            && SplitFiles.of(paths, null, "").isEmpty());
  }

  private DataCard.Configuration settle(DataCard card, DataRepository repository)
      throws DatasetException {
    Collection<String> names = card.configurations().keySet();
    if (names.isEmpty()) {
      if (configuration != null && !configuration.equals("default")) {
        throw problem(
            repository,
            "no configuration \"%s\"; its card names none, leave configuration(...) out%s"
                .formatted(configuration, repository.conversionHint()));
      }
      return DataCard.Configuration.unnamed();
    }
    if (configuration == null) {
      return card.defaultConfiguration()
          .orElseThrow(
              () ->
                  problem(
                      repository, "configuration(...) is needed, one of " + new TreeSet<>(names)));
    }
    DataCard.Configuration config = card.configurations().get(configuration);
    if (config == null) {
      throw problem(
          repository,
          "no configuration \"%s\", expected one of %s"
              .formatted(configuration, new TreeSet<>(names)));
    }
    return config;
  }

  /** The files {@code configuration/split/0000.parquet}, by configuration and split. */
  private static Map<String, Map<String, List<String>>> convertedFiles(List<String> paths) {
    Map<String, Map<String, List<String>>> configurations = new TreeMap<>();
    for (String path : paths) {
      String[] parts = path.split("/", -1);
      if (parts.length == 3 && path.endsWith(".parquet")) {
        boolean partial = parts[1].startsWith(PARTIAL);
        configurations
            .computeIfAbsent(parts[0], name -> new LinkedHashMap<>())
            .computeIfAbsent(
                partial ? parts[1].substring(PARTIAL.length()) : parts[1],
                split -> new ArrayList<>())
            .add(path);
      }
    }
    return configurations;
  }

  private DatasetSplits loadConverted(DataRepository repository, DataCard card) throws IOException {
    Map<String, Map<String, List<String>>> configurations = convertedFiles(repository.paths());
    String name = configuration;
    if (name == null) {
      name = configurations.size() == 1 ? configurations.keySet().iterator().next() : "default";
    }
    Map<String, List<String>> files = configurations.get(name);
    if (files == null) {
      throw problem(
          repository,
          configuration == null
              ? "configuration(...) is needed, one of " + configurations.keySet()
              : "no configuration \"%s\", expected one of %s"
                  .formatted(configuration, configurations.keySet()));
    }
    if (files.values().stream().flatMap(List::stream).anyMatch(f -> f.contains("/" + PARTIAL))) {
      log.warn("{}: the Hub converted only the beginning of {}", repository.description(), name);
    }
    DataCard.Configuration config = new DataCard.Configuration(name, true, null, "", Map.of());
    return read(repository, config, chosen(usualOrder(files), repository), card);
  }

  private static Map<String, List<String>> usualOrder(Map<String, List<String>> files) {
    Map<String, List<String>> ordered = new LinkedHashMap<>();
    for (String usual : List.of("train", "validation", "test")) {
      List<String> ofSplit = files.get(usual);
      if (ofSplit != null) {
        ordered.put(usual, ofSplit);
      }
    }
    files.forEach(ordered::putIfAbsent);
    return ordered;
  }

  private Map<String, List<String>> chosen(
      Map<String, List<String>> files, DataRepository repository) throws DatasetException {
    if (splits.isEmpty()) {
      return requireOneKind(files, repository);
    }
    Map<String, List<String>> chosen = new LinkedHashMap<>();
    for (String split : splits) {
      List<String> ofSplit = files.get(split);
      if (ofSplit == null) {
        throw problem(
            repository, "no split \"%s\", expected one of %s".formatted(split, files.keySet()));
      }
      chosen.put(split, ofSplit);
    }
    return requireOneKind(chosen, repository);
  }

  /** As Python's datasets does. */
  private static Map<String, List<String>> requireOneKind(
      Map<String, List<String>> files, DataRepository repository) throws DatasetException {
    Optional<String> kinds = SplitFiles.differentKinds(files);
    if (kinds.isPresent()) {
      throw problem(
          repository,
          "its splits have different kinds of file, expected one: %s; load them one by one with splits(...)"
              .formatted(kinds.get()));
    }
    return files;
  }

  private DatasetSplits read(
      DataRepository repository,
      DataCard.Configuration config,
      Map<String, List<String>> files,
      DataCard card)
      throws IOException {
    Set<String> wanted = new LinkedHashSet<>();
    files.values().forEach(wanted::addAll);
    Path root = repository.fetch(List.copyOf(wanted));
    Optional<Labels> names = classNames(root, wanted.iterator().next(), config.name(), card);
    @Nullable ClassNames classes = names.isPresent() ? new ClassNames(names.get()) : null;
    CardCsv csv = csv(repository, wanted.iterator().next(), config);
    CardJson json = json(repository, wanted.iterator().next(), config);
    RowMemory memory = new RowMemory(columns.limits()); // of all files together
    Map<String, Dataset> read = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> split : files.entrySet()) {
      List<Example> rows = new ArrayList<>();
      for (String path : split.getValue()) {
        Path file = root.resolve(path);
        rows.addAll(rows(file, path, csv, json, new RowCollector(file, memory, classes)));
      }
      read.put(split.getKey(), Dataset.of(rows));
    }
    return new DatasetSplits(repository.description() + " " + config.name(), read, names);
  }

  /** The class names of the card, otherwise those of the first file. */
  private Optional<Labels> classNames(
      Path root, String first, String configurationName, DataCard card) throws IOException {
    String label = columns.label();
    if (label == null) {
      return Optional.empty();
    }
    Optional<Labels> named = card.classes(configurationName, label);
    return named.isEmpty() && SplitFiles.kind(first) == SplitFiles.Kind.PARQUET
        ? ParquetFile.classNames(root.resolve(first), label)
        : named;
  }

  /** How CSV files are read, if the first file is one: all are of one kind. */
  private CardCsv csv(DataRepository repository, String first, DataCard.Configuration config)
      throws DatasetException {
    if (SplitFiles.kind(first) != SplitFiles.Kind.CSV) {
      return CardCsv.STANDARD;
    }
    try {
      CardCsv csv = CardCsv.of(config.members());
      csv.format(columns, ','); // refuses, see there
      for (String member : CardCsv.notFollowed(config.members())) {
        log.warn(
            "{}: the card's {} of configuration {} is not followed when CSV is read; look at the rows",
            repository.description(),
            member,
            Excerpt.quoted(config.name()));
      }
      return csv;
    } catch (IllegalArgumentException e) {
      throw refused(repository, config, e);
    }
  }

  /** How JSON files are read, if the first file is one. */
  private static CardJson json(
      DataRepository repository, String first, DataCard.Configuration config)
      throws DatasetException {
    if (SplitFiles.kind(first) != SplitFiles.Kind.JSON_LINES) {
      return CardJson.STANDARD;
    }
    try {
      return CardJson.of(config.members());
    } catch (IllegalArgumentException e) {
      throw refused(repository, config, e);
    }
  }

  private static DatasetException refused(
      DataRepository repository, DataCard.Configuration config, IllegalArgumentException e) {
    return new DatasetException(
        Path.of(repository.description()),
        "configuration %s: %s".formatted(Excerpt.quoted(config.name()), e.getMessage()),
        e);
  }

  private List<Example> rows(Path file, String path, CardCsv csv, CardJson json, RowCollector rows)
      throws IOException {
    return switch (SplitFiles.kind(path)) {
      case PARQUET -> ParquetFile.read(file, columns, rows);
      case JSON_LINES ->
          RowCollector.read(JsonDataFile.open(file, json.format(columns), rows.classes()), rows);
      case CSV -> {
        CsvFormat format = csv.format(columns, SplitFiles.isTabbed(path) ? '\t' : ',');
        yield RowCollector.read(CsvFile.open(file, format), rows);
      }
    };
  }

  private static DatasetException problem(DataRepository repository, String problem) {
    return new DatasetException(Path.of(repository.description()), problem, null);
  }
}
