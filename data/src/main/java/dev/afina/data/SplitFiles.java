package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Assigns the files of a repository to splits by the rules of Python's datasets: by the patterns in
 * the card; otherwise by names such as {@code data/train-00000-of-00003.parquet}, {@code
 * test/part1.csv} or {@code my-dev.jsonl}; otherwise all files are {@code train}.
 */
final class SplitFiles {
  /** A kind of file, in the order in which equally frequent ones are preferred. */
  enum Kind {
    PARQUET("Parquet", "parquet", "geoparquet", "gpq"),
    JSON_LINES("JSON", "jsonl", "json", "ndjson"),
    CSV("CSV", "csv", "tsv");

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<String> suffixes;

    Kind(String title, String... suffixes) {
      this.title = title;
      this.suffixes = Set.of(suffixes);
    }
  }

  private static final Map<String, List<String>> KEYWORDS =
      Map.of(
          "train",
          List.of("train", "training"),
          "validation",
          List.of("validation", "valid", "dev", "val"),
          "test",
          List.of("test", "testing", "eval", "evaluation"));

  private static final List<String> USUAL_ORDER = List.of("train", "validation", "test");

  private static final Pattern SHARD =
      Pattern.compile("data/([^/]*)-[0-9]{5}-of-[0-9]{5}[^/]*\\.[^/]*");

  /** Metadata of data sets that looks like data. */
  private static final Set<String> NO_DATA =
      Set.of("config.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json");

  private SplitFiles() {}

  /**
   * The files of each split, in order; empty if there are no readable files. Of a split whose files
   * are of several kinds, those of the most frequent kind.
   *
   * @param patterns the patterns of each split; null for the usual names
   * @param folder the folder to look in; empty or ending in a slash
   */
  static Map<String, List<String>> of(
      List<String> paths, @Nullable Map<String, List<String>> patterns, String folder) {
    List<String> inside =
        paths.stream()
            .filter(path -> path.startsWith(folder))
            .map(path -> path.substring(folder.length()))
            .filter(path -> suffixes(path).anyMatch(SplitFiles::isKnown))
            .sorted()
            .toList();
    Map<String, List<String>> splits =
        oneKindEach(patterns == null ? byName(inside) : byPatterns(inside, patterns));
    splits.replaceAll((split, files) -> files.stream().map(file -> folder + file).toList());
    return splits;
  }

  /** The kind of a file, by the last of its suffixes that is known. */
  static Kind kind(String path) {
    return suffixes(path)
        .flatMap(suffix -> Arrays.stream(Kind.values()).filter(k -> k.suffixes.contains(suffix)))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  /** Whether a CSV file is delimited by tabs, by its name. */
  static boolean isTabbed(String path) {
    return suffixes(path).anyMatch("tsv"::equals);
  }

  private static boolean isKnown(String suffix) {
    return Arrays.stream(Kind.values()).anyMatch(kind -> kind.suffixes.contains(suffix));
  }

  /** The suffixes of a file's name, without the dots. */
  private static Stream<String> suffixes(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return Arrays.stream(name.split("\\.", -1)).skip(1).map(s -> s.toLowerCase(Locale.ROOT));
  }

  private static Map<String, List<String>> byName(List<String> paths) {
    Map<String, List<String>> shards = new TreeMap<>(splitOrder());
    for (String path : paths) {
      Matcher shard = SHARD.matcher(path);
      if (shard.matches()) {
        shards.computeIfAbsent(shard.group(1), split -> new ArrayList<>()).add(path);
      }
    }
    if (!shards.isEmpty()) {
      return new LinkedHashMap<>(shards);
    }
    Map<String, List<String>> inFolders =
        byKeywords(
            paths,
            "**/@/**",
            "**/@[-._ 0-9]*/**",
            "**/*[-._ 0-9]@/**",
            "**/*[-._ 0-9]@[-._ 0-9]*/**");
    if (!inFolders.isEmpty()) {
      return inFolders;
    }
    Map<String, List<String>> inNames =
        byKeywords(paths, "**/@[-._ 0-9]*", "**/*[-._ 0-9]@[-._ 0-9]*");
    return inNames.isEmpty() ? byPatterns(paths, Map.of("train", List.of("**"))) : inNames;
  }

  private static Comparator<String> splitOrder() {
    Comparator<String> usual =
        Comparator.comparingInt(
            split -> USUAL_ORDER.contains(split) ? USUAL_ORDER.indexOf(split) : USUAL_ORDER.size());
    return usual.thenComparing(Comparator.naturalOrder());
  }

  private static Map<String, List<String>> byKeywords(List<String> paths, String... templates) {
    Map<String, List<String>> patterns = new LinkedHashMap<>();
    for (String split : USUAL_ORDER) {
      List<String> ofSplit = new ArrayList<>();
      for (String keyword : KEYWORDS.getOrDefault(split, List.of())) {
        for (String template : templates) {
          ofSplit.add(template.replace("@", keyword));
        }
      }
      patterns.put(split, ofSplit);
    }
    return byPatterns(paths, patterns);
  }

  private static Map<String, List<String>> byPatterns(
      List<String> paths, Map<String, List<String>> patterns) {
    Map<String, List<String>> splits = new LinkedHashMap<>();
    patterns.forEach(
        (split, ofSplit) -> {
          Set<String> files = new LinkedHashSet<>();
          for (String pattern : ofSplit) {
            String plain = withoutDots(pattern);
            PathGlob glob = new PathGlob(plain);
            paths.stream()
                .filter(glob::matches)
                .filter(path -> isAskedFor(path, plain))
                .forEach(files::add);
          }
          if (!files.isEmpty()) {
            splits.put(split, new ArrayList<>(files));
          }
        });
    return splits;
  }

  /** Without any {@code ./} at its beginning. */
  static String withoutDots(String path) {
    int from = 0;
    while (path.startsWith("./", from)) {
      from += 2;
    }
    return path.substring(from);
  }

  /** Hidden files, and files in folders like __pycache__, match only if the pattern names them. */
  private static boolean isAskedFor(String path, String pattern) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return (!NO_DATA.contains(name) || pattern.endsWith(name))
        && parts(path, ".") == parts(pattern, ".")
        && parts(parent(path), "__") == parts(parent(pattern), "__");
  }

  private static long parts(String path, String start) {
    return Arrays.stream(path.split("/", -1))
        .filter(part -> part.startsWith(start) && !part.matches("\\.+"))
        .count();
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** Keeps of each split the files of its most frequent kind. */
  private static Map<String, List<String>> oneKindEach(Map<String, List<String>> splits) {
    Map<String, List<String>> kept = new LinkedHashMap<>(splits);
    kept.replaceAll((split, files) -> ofMostFrequentKind(files));
    return kept;
  }

  private static List<String> ofMostFrequentKind(List<String> files) {
    Map<Kind, List<String>> byKind =
        files.stream()
            .collect(
                Collectors.groupingBy(
                    SplitFiles::kind, () -> new EnumMap<>(Kind.class), Collectors.toList()));
    List<String> most = List.of();
    for (List<String> ofKind : byKind.values()) {
      most = ofKind.size() > most.size() ? ofKind : most;
    }
    return most;
  }

  /**
   * The kind of file of each split, such as {@code train has Parquet}; empty if all have the same.
   *
   * @param splits as {@link #of} returns them
   */
  static Optional<String> differentKinds(Map<String, List<String>> splits) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    splits.forEach((split, files) -> kinds.put(split, kind(files.get(0))));
    return new HashSet<>(kinds.values()).size() < 2
        ? Optional.empty()
        : Optional.of(
            kinds.entrySet().stream()
                .map(e -> "%s has %s".formatted(Excerpt.quoted(e.getKey()), e.getValue().title))
                .collect(Collectors.joining(", ")));
  }

  /** All suffixes of the files, for messages. */
  static Set<String> suffixesOf(List<String> paths) {
    Set<String> all = new TreeSet<>();
    paths.stream().flatMap(SplitFiles::suffixes).forEach(suffix -> all.add("." + suffix));
    return all;
  }
}
