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
 * What is odd about data before a training: rows that are in the training data and in the
 * validation data, one text with different labels or values, empty texts, labels that one part
 * lacks, labels with few rows. It changes nothing. Immutable.
 *
 * <p>Texts are compared as they are, case and spaces included.
 */
public final class DataReport {
  /** The most frequent label has this many times the rows of the least frequent one. */
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
   * Looks at data that is for what {@link ProblemType#of} says.
   *
   * @param training each row has a label, a list of labels or values
   * @param validation as well, or null for none
   * @throws IllegalArgumentException if a row has none of these
   */
  public static DataReport of(Dataset training, @Nullable Dataset validation) {
    return of(training, validation, ProblemType.of(training));
  }

  /**
   * Looks at data. Of a regression, labels that are numbers are values: nothing is said of how many
   * rows have each.
   *
   * @param training each row has a label, a list of labels or values
   * @param validation as well, or null for none
   * @param type what the data is for
   * @throws IllegalArgumentException if a row has none of these
   */
  public static DataReport of(Dataset training, @Nullable Dataset validation, ProblemType type) {
    return of(training, validation, type, List.of());
  }

  /**
   * Looks at data for a model whose labels are known. Those that no row of the training data has
   * are named, since the model cannot learn them.
   *
   * @param training each row has a label, a list of labels or values
   * @param validation as well, or null for none
   * @param type what the data is for
   * @param labels the model's; empty where they are those of the data
   * @throws IllegalArgumentException if a row has none of these
   */
  public static DataReport of(
      Dataset training, @Nullable Dataset validation, ProblemType type, List<String> labels) {
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
    Set<String> expected = new LinkedHashSet<>(labels);
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

  /** A sentence for each thing that was found, with a count and examples; may be empty. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * A weight for each label of the training data, n / (labels · rows of the label), as
   * scikit-learn's {@code class_weight="balanced"}. Unmodifiable, in the order of the labels; empty
   * where rows have lists of labels or values.
   */
  public Map<String, Double> balancedWeights() {
    return balancedWeights;
  }

  /**
   * A weight of what is positive for each label of training data with lists of labels, rows without
   * the label / rows with it, which PyTorch's {@code pos_weight} takes: both sides then weigh the
   * same. It is 1 for a label that all rows have. Unmodifiable, in the order of the labels; empty
   * where rows have single labels or values.
   */
  public Map<String, Double> positiveWeights() {
    return positiveWeights;
  }

  /** The warnings, one a line; "nothing odd" where there are none. */
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

  /** What a row has; the order of labels in a list does not count. */
  private static String described(String what, Dataset data, int row) {
    Target target = data.get(row).target();
    if (target == null) {
      throw new IllegalArgumentException(
          "%s: row %s has neither a label nor values (counted from 0)".formatted(what, row));
    }
    Object shown = target;
    if (target instanceof Target.One one) {
      shown = one.label();
    } else if (target instanceof Target.Several several) {
      shown = new TreeSet<>(several.labels());
    } else if (target instanceof Target.Numbers numbers) {
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

  private static Optional<String> absent(String what, Dataset data, Set<String> expected) {
    Set<String> missing = new LinkedHashSet<>(expected);
    missing.removeAll(data.classCounts().keySet());
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s: no row of %s: %s"
                .formatted(what, count(missing.size(), "label"), some(List.copyOf(missing))));
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
