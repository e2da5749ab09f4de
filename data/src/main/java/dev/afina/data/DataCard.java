package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import dev.afina.internal.yaml.CardYaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The metadata about files and classes in a data set's README.md.
 *
 * @param file the README.md, for messages
 * @param configurations the configurations by name, in order, except those that only {@code
 *     dataset_info} names
 * @param classNames for each configuration, what the card has as class names, by column: a list or
 *     a mapping of numbers to names
 */
record DataCard(
    Path file,
    Map<String, Configuration> configurations,
    Map<String, Map<String, Object>> classNames) {
  private static final String DEFAULT = "default";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

  /**
   * An entry of {@code configs}.
   *
   * @param patterns the file patterns of each split; null for the usual names
   * @param folder the folder of the files, ending in a slash; empty for the whole repository
   * @param members all members of the entry, among them those for CSV files: see {@link CardCsv}
   */
  record Configuration(
      String name,
      boolean isDefault,
      @Nullable Map<String, List<String>> patterns,
      String folder,
      Map<String, @Nullable Object> members) {
    /** The configuration of a data set whose card names none. */
    static Configuration unnamed() {
      return new Configuration(DEFAULT, true, null, "", Map.of());
    }
  }

  static DataCard none() {
    return new DataCard(Path.of(""), Map.of(), Map.of());
  }

  /**
   * Reads a card.
   *
   * @throws DatasetException if the metadata is invalid or too large for a card
   * @throws IOException if the file cannot be read
   */
  static DataCard read(Path file) throws IOException {
    try {
      Map<String, @Nullable Object> metadata = CardYaml.of(CardYaml.text(file)).metadata();
      Map<String, Configuration> configurations = new LinkedHashMap<>();
      Map<String, Map<String, Object>> classes = new LinkedHashMap<>();
      for (Object info : CardYaml.list(metadata.get("dataset_info"))) {
        Map<String, @Nullable Object> entry = CardYaml.map(info);
        Object name = entry.get("config_name");
        addClasses(entry, name == null ? DEFAULT : name.toString(), classes);
      }
      for (Object config : CardYaml.list(metadata.get("configs"))) {
        Map<String, @Nullable Object> entry = CardYaml.map(config);
        Object name = entry.get("config_name");
        if (name == null) {
          throw new IllegalArgumentException(
              "an entry of configs has no config_name: " + Excerpt.of(config));
        }
        configurations.put(name.toString(), configuration(name.toString(), entry));
        addClasses(entry, name.toString(), classes);
      }
      return new DataCard(file, configurations, classes);
    } catch (IllegalArgumentException e) {
      throw new DatasetException(file, String.valueOf(e.getMessage()), e);
    }
  }

  /** The configuration to use if none is named. */
  Optional<Configuration> defaultConfiguration() {
    if (configurations.size() == 1) {
      return configurations.values().stream().findFirst();
    }
    return configurations.values().stream()
        .filter(config -> config.isDefault() || config.name().equals(DEFAULT))
        .findFirst();
  }

  /**
   * The classes of a column, if the card names them.
   *
   * @throws DatasetException if they cannot be labels: one is blank, or named twice
   */
  Optional<Labels> classes(String configuration, String column) throws DatasetException {
    Object names = classNames.getOrDefault(configuration, Map.of()).get(column);
    if (names == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Labels.of(namesInOrder(names)));
    } catch (IllegalArgumentException e) {
      throw new DatasetException(
          file, "classes of column %s: %s".formatted(Excerpt.quoted(column), e.getMessage()), e);
    }
  }

  private static Configuration configuration(String name, Map<String, @Nullable Object> entry) {
    Object files = entry.get("data_files");
    Object folder = entry.get("data_dir");
    String base = folder == null ? "" : folder(folder.toString());
    @Nullable Map<String, List<String>> patterns = files == null ? null : patterns(files);
    if (patterns != null) {
      patterns.values().forEach(ofSplit -> ofSplit.forEach(PathGlob::new)); // refuses, see there
    }
    return new Configuration(
        name,
        Boolean.TRUE.equals(entry.get("default")),
        patterns,
        base.isEmpty() ? "" : base + "/",
        entry);
  }

  private static String folder(String path) {
    String plain = path.equals(".") ? "" : SplitFiles.withoutDots(path);
    int end = plain.length();
    while (end > 0 && plain.charAt(end - 1) == '/') {
      end--;
    }
    return plain.substring(0, end);
  }

  /** One pattern or several for the split train, or patterns by split. */
  private static Map<String, List<String>> patterns(Object files) {
    Map<String, List<String>> patterns = new LinkedHashMap<>();
    if (files instanceof Map) {
      CardYaml.map(files).forEach((split, paths) -> patterns.put(split, strings(paths)));
      return patterns;
    }
    for (Object item : CardYaml.list(files)) {
      if (item instanceof Map) {
        Map<String, @Nullable Object> entry = CardYaml.map(item);
        Object split = entry.get("split");
        Object path = entry.get("path");
        if (split == null || path == null) {
          throw new IllegalArgumentException(
              "an entry of data_files has no split or no path: " + Excerpt.of(item));
        }
        if (patterns.put(split.toString(), strings(path)) != null) {
          throw new IllegalArgumentException(
              "data_files names the split " + Excerpt.of(split) + " twice");
        }
      } else {
        patterns.computeIfAbsent("train", split -> new ArrayList<>()).add(item.toString());
      }
    }
    return patterns;
  }

  private static void addClasses(
      Map<String, @Nullable Object> entry,
      String configuration,
      Map<String, Map<String, Object>> classes) {
    for (Object item : CardYaml.list(entry.get("features"))) {
      Map<String, @Nullable Object> feature = CardYaml.map(item);
      Object names = classNames(feature);
      if (feature.get("name") != null && names != null) {
        classes
            .computeIfAbsent(configuration, name -> new LinkedHashMap<>())
            .put(String.valueOf(feature.get("name")), names);
      }
    }
  }

  /**
   * The class names of a column of classes, or of lists of classes in the notation of datasets 4 or
   * older.
   */
  private static @Nullable Object classNames(Map<String, @Nullable Object> feature) {
    for (String type : List.of("dtype", "list", "large_list", "sequence")) {
      Map<String, @Nullable Object> of = CardYaml.map(feature.get(type));
      Object classes = of.get("class_label");
      if (classes == null) {
        classes = CardYaml.map(of.get("dtype")).get("class_label"); // of a list's items
      }
      Object names = CardYaml.map(classes).get("names");
      if (names != null) {
        return names;
      }
    }
    return null;
  }

  /** A list, or a mapping of numbers to names. */
  private static List<String> namesInOrder(Object names) {
    if (!(names instanceof Map)) {
      return strings(names);
    }
    Map<String, @Nullable Object> byNumber = CardYaml.map(names);
    List<String> numbers =
        byNumber.keySet().stream()
            .filter(key -> NUMBER.matcher(key).matches())
            .sorted(Comparator.comparingInt(Integer::parseInt))
            .toList();
    if (numbers.isEmpty()
        || numbers.size() != byNumber.size()
        || Integer.parseInt(numbers.get(numbers.size() - 1)) != numbers.size() - 1) {
      throw new IllegalArgumentException(
          "class_label names are numbered "
              + Excerpt.of(byNumber.keySet())
              + ", expected 0, 1, 2, ...");
    }
    return numbers.stream().map(number -> String.valueOf(byNumber.get(number))).toList();
  }

  private static List<String> strings(@Nullable Object value) {
    return CardYaml.list(value).stream().map(String::valueOf).toList();
  }
}
