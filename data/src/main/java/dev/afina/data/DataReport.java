package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks data for common problems before a training: validation rows that are also in the training
 * data, equal texts with different labels or values, repeated and empty texts, labels that one part
 * lacks, and imbalanced labels. Only reports; the data is not changed.
 *
 * <p>Texts are equal if all their characters are, including case and spaces. Immutable and thread
 * safe.
 */
public final class DataReport {
  /** Labels are imbalanced if the most frequent one has this many times the rows of the least. */
  private static final double IMBALANCED = 5;

  private static final int SHOWN = 3;
  private static final int LONGEST_SHOWN = 60;

  private final List<String> warnings;
  private final Map<String, Double> balancedWeights;
  private final Map<String, Double> positiveWeights;

  private DataReport(
      List<String> warnings,
      Map<String, Double> balancedWeights,
      Map<String, Double> positiveWeights) {
    this.warnings = List.copyOf(warnings);
    this.balancedWeights = balancedWeights;
    this.positiveWeights = positiveWeights;
  }

  /**
   * Checks data of the type that {@link ProblemType#of} infers from the training data.
   *
   * @param training rows that all have a target
   * @param validation rows that all have a target, or null for none
   * @throws IllegalArgumentException if a row has no target
   */
  public static DataReport of(Dataset training, @Nullable Dataset validation) {
    return of(training, validation, ProblemType.of(training));
  }

  /**
   * Checks data of a known type. For {@link ProblemType#REGRESSION} labels are treated as values,
   * so class counts are not checked.
   *
   * @param training rows that all have a target
   * @param validation rows that all have a target, or null for none
   * @param type what the data is for
   * @throws IllegalArgumentException if a row has no target
   */
  public static DataReport of(Dataset training, @Nullable Dataset validation, ProblemType type) {
    return of(training, validation, type, List.of());
  }

  /**
   * Checks data for a model that may have more labels than the data. It cannot learn them, so they
   * are reported.
   *
   * @param training rows that all have a target
   * @param validation rows that all have a target, or null for none
   * @param type what the data is for
   * @param unused the labels of the model that no training row has
   * @throws IllegalArgumentException if a row has no target
   */
  public static DataReport of(
      Dataset training, @Nullable Dataset validation, ProblemType type, List<String> unused) {
    boolean numbers = type == ProblemType.REGRESSION;
    List<String> warnings = new ArrayList<>();
    empty("training data", training).ifPresent(warnings::add);
    contradictions("training data", training, numbers).ifPresent(warnings::add);
    repeated(training).ifPresent(warnings::add);
    if (validation != null) {
      empty("validation data", validation).ifPresent(warnings::add);
      contradictions("validation data", validation, numbers).ifPresent(warnings::add);
      shared(training, validation).ifPresent(warnings::add);
    }
    if (numbers) {
      return new DataReport(warnings, Map.of(), Map.of());
    }
    alike(training, validation).ifPresent(warnings::add);
    Set<String> expected = new LinkedHashSet<>(unused);
    if (validation != null) {
      expected.addAll(validation.classCounts().keySet());
    }
    absent("training data", training, expected).ifPresent(warnings::add);
    if (validation != null) {
      absent("validation data", validation, training.classCounts().keySet())
          .ifPresent(warnings::add);
    }
    boolean lists = type == ProblemType.MULTI_LABEL;
    Map<String, Double> balanced = lists ? Map.of() : balanced(training);
    Map<String, Double> positive = lists ? positive(training) : Map.of();
    imbalance(training, lists ? "positive" : "balanced class", lists ? positive : balanced)
        .ifPresent(warnings::add);
    return new DataReport(warnings, balanced, positive);
  }

  /**
   * One sentence per problem found, with a count and up to three examples. Unmodifiable; may be
   * empty.
   */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Class weights that balance the labels of the training data, {@code n / (labels · rows of the
   * label)}, as scikit-learn's {@code class_weight="balanced"}. Unmodifiable, in the order of
   * {@link Dataset#classCounts}; empty unless the data is single-label.
   */
  public Map<String, Double> balancedWeights() {
    return balancedWeights;
  }

  /**
   * Weights for the positive rows of each label, {@code rows without the label / rows with it}, as
   * for PyTorch's {@code pos_weight}: positives and negatives then have the same total weight. 1
   * for a label that all rows have. Unmodifiable, in the order of {@link Dataset#classCounts};
   * empty unless the data is multi-label.
   */
  public Map<String, Double> positiveWeights() {
    return positiveWeights;
  }

  /** The warnings, one per line, or "nothing odd". */
  @Override
  public String toString() {
    return warnings.isEmpty() ? "nothing odd" : String.join("\n", warnings);
  }

  private record Key(String text, @Nullable String pair) {
    static Key of(Example example) {
      return new Key(example.text(), example.pair());
    }

    boolean isBlank() {
      return text.isBlank() && (pair == null || pair.isBlank());
    }

    @Override
    public String toString() {
      String shown = Excerpt.of(text, LONGEST_SHOWN);
      return pair == null
          ? "\"" + shown + "\""
          : "\"" + shown + "\" / \"" + Excerpt.of(pair, LONGEST_SHOWN) + "\"";
    }
  }

  private static Optional<String> empty(String what, Dataset data) {
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < data.size(); row++) {
      if (Key.of(data.get(row)).isBlank()) {
        rows.add(row);
      }
    }
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: %s without text: %s (counted from 0)"
                .formatted(what, count(rows.size(), "row"), some(rows)));
  }

  private static Optional<String> contradictions(String what, Dataset data, boolean numbers) {
    Map<Key, Set<String>> targets = new LinkedHashMap<>();
    for (int row = 0; row < data.size(); row++) {
      Example example = data.get(row);
      targets
          .computeIfAbsent(Key.of(example), k -> new LinkedHashSet<>())
          .add(described(what, data, row));
    }
    List<String> several = new ArrayList<>();
    targets.forEach(
        (key, own) -> {
          if (own.size() > 1) {
            several.add(
                key
                    + " is "
                    + own.stream()
                        .limit(SHOWN)
                        .map(target -> Excerpt.of(target, LONGEST_SHOWN))
                        .collect(Collectors.joining(" and "))
                    + (own.size() > SHOWN ? " and others" : ""));
          }
        });
    return several.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: %s with %s: %s"
                .formatted(
                    what,
                    count(several.size(), "text"),
                    numbers ? "different values" : "more than one label",
                    some(several)));
  }

  /** The target of a row as text; the order of labels in a list does not matter. */
  private static String described(String what, Dataset data, int row) {
    Target target = data.get(row).target();
    if (target == null) {
      throw new IllegalArgumentException(
          "%s: row %s has neither a label nor values (counted from 0)".formatted(what, row));
    }
    Object shown = target;
    if (target instanceof Target.SingleLabel single) {
      shown = single.label();
    } else if (target instanceof Target.MultiLabel several) {
      shown = new TreeSet<>(several.labels());
    } else if (target instanceof Target.Values numbers) {
      shown = numbers.values().size() == 1 ? numbers.values().get(0) : numbers.values();
    }
    return String.valueOf(shown);
  }

  private static Optional<String> repeated(Dataset data) {
    Map<Key, Integer> rows = new LinkedHashMap<>();
    data.forEach(example -> rows.merge(Key.of(example), 1, Integer::sum));
    int extra = data.size() - rows.size();
    if (extra == 0) {
      return Optional.empty();
    }
    List<Key> some = new ArrayList<>();
    rows.forEach(
        (key, count) -> {
          if (count > 1) {
            some.add(key);
          }
        });
    return Optional.of(
        "training data: %s a text that came before: %s"
            .formatted(extra == 1 ? "1 row repeats" : extra + " rows repeat", some(some)));
  }

  private static Optional<String> shared(Dataset training, Dataset validation) {
    Map<Key, Boolean> known = new HashMap<>();
    training.forEach(example -> known.put(Key.of(example), true));
    List<Key> shared = new ArrayList<>();
    validation.forEach(
        example -> {
          if (known.containsKey(Key.of(example))) {
            shared.add(Key.of(example));
          }
        });
    return shared.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "validation data: %s of %s in the training data, too, so its figures are too good: %s"
                .formatted(
                    shared.size() == 1 ? "1 row" : shared.size() + " rows",
                    validation.size() + (shared.size() == 1 ? " is" : " are"),
                    some(shared)));
  }

  /** The expected labels that no row has. */
  private static Optional<String> absent(String what, Dataset data, Set<String> expected) {
    Set<String> missing = new LinkedHashSet<>(expected);
    missing.removeAll(data.classCounts().keySet());
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: no row of %s: %s"
                .formatted(what, count(missing.size(), "label"), some(List.copyOf(missing))));
  }

  /** Labels that a person would take for one. */
  private static Optional<String> alike(Dataset training, @Nullable Dataset validation) {
    Set<String> labels = new TreeSet<>(training.classCounts().keySet());
    if (validation != null) {
      labels.addAll(validation.classCounts().keySet());
    }
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String label : labels) {
      groups
          .computeIfAbsent(label.strip().toLowerCase(Locale.ROOT), k -> new ArrayList<>())
          .add("\"" + Excerpt.of(label, LONGEST_SHOWN) + "\"");
    }
    List<String> several =
        groups.values().stream()
            .filter(group -> group.size() > 1)
            .map(group -> String.join(" and ", group))
            .toList();
    return several.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "labels that differ in case or blanks only are classes of their own: " + some(several));
  }

  private static Map<String, Double> balanced(Dataset data) {
    Map<String, Integer> counts = data.classCounts();
    Map<String, Double> weights = new LinkedHashMap<>();
    counts.forEach(
        (label, rows) -> weights.put(label, data.size() / ((double) counts.size() * rows)));
    return Collections.unmodifiableMap(weights);
  }

  private static Map<String, Double> positive(Dataset data) {
    Map<String, Double> weights = new LinkedHashMap<>();
    data.classCounts()
        .forEach(
            (label, rows) ->
                weights.put(label, rows == data.size() ? 1 : (data.size() - rows) / (double) rows));
    return Collections.unmodifiableMap(weights);
  }

  private static Optional<String> imbalance(
      Dataset data, String kind, Map<String, Double> weights) {
    TreeMap<Integer, String> byRows = new TreeMap<>();
    data.classCounts().forEach((label, rows) -> byRows.putIfAbsent(rows, label));
    if (byRows.size() < 2 || byRows.lastKey() < IMBALANCED * byRows.firstKey()) {
      return Optional.empty();
    }
    String least = Objects.requireNonNull(byRows.get(byRows.firstKey()));
    String most = Objects.requireNonNull(byRows.get(byRows.lastKey()));
    return Optional.of(
        String.format(
            Locale.ROOT,
            "training data: label \"%s\" has %,d rows, \"%s\" %,d; %s weights would be %.3g"
                + " and %.3g",
            Excerpt.of(most, LONGEST_SHOWN),
            byRows.lastKey(),
            Excerpt.of(least, LONGEST_SHOWN),
            byRows.firstKey(),
            kind,
            Objects.requireNonNull(weights.get(most)),
            Objects.requireNonNull(weights.get(least))));
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private static String some(List<?> things) {
    StringJoiner shown = new StringJoiner(", ");
    things.stream().limit(SHOWN).forEach(thing -> shown.add(String.valueOf(thing)));
    return things.size() > SHOWN ? shown + ", …" : shown.toString();
  }
}
