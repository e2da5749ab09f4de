package dev.afina;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The labels of a classifier in the order of its outputs: position {@code i} is the label of logit
 * {@code i}, and {@code id2label} in a checkpoint's config.json.
 *
 * <p>Immutable and safe to share.
 */
public final class Labels {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");

  /** A message shows at most this many names. */
  private static final int SHOWN = 20;

  private final List<String> names;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final boolean namesAreWords;

  private Labels(List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("labels: none given, expected at least one name");
    }
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name == null || name.isBlank()) {
        throw new IllegalArgumentException(
            "labels: name %d is %s; give each label a name"
                .formatted(i, name == null ? "null" : "blank"));
      }
      Integer earlier = indexes.putIfAbsent(name, i);
      if (earlier != null) {
        throw new IllegalArgumentException(
            "labels: \"%s\" is given twice, at %d and %d; names must differ"
                .formatted(name, earlier, i));
      }
    }
    this.names = List.copyOf(names);
    this.namesAreWords = names.stream().noneMatch(Labels::isInteger);
  }

  /**
   * These labels in this order.
   *
   * @throws IllegalArgumentException if there is none, or one is null, blank or given twice
   */
  public static Labels of(String... names) {
    // Arrays.asList keeps a null for the check to name; List.of would throw on it.
    return new Labels(Arrays.asList(names));
  }

  /**
   * These labels in this order.
   *
   * @throws IllegalArgumentException if there is none, or one is null, blank or given twice
   */
  public static Labels of(List<String> names) {
    return new Labels(names);
  }

  /**
   * The labels of a data set to train on: numbers in numeric order if every label is an integer,
   * else the natural order of strings (so upper case before lower case), whatever the order of the
   * rows.
   *
   * @throws IllegalArgumentException if the data set is empty, a row has no label, or all rows have
   *     the same one: with one class there is nothing to learn
   */
  public static Labels from(Dataset data) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(
          "labels: the data set is empty; give rows, or name the labels by labels(...)");
    }
    Set<String> distinct = new LinkedHashSet<>();
    for (int i = 0; i < data.size(); i++) {
      distinct.add(data.labelOf(i));
    }
    if (distinct.size() == 1) {
      throw new IllegalArgumentException(
          "labels: all %d rows have the same label \"%s\", expected at least two labels; check which column is the label, or name the labels by labels(...)"
              .formatted(data.size(), data.labelOf(0)));
    }
    return new Labels(sorted(distinct));
  }

  /** How many there are. */
  public int size() {
    return names.size();
  }

  /** The names in order; unmodifiable. */
  public List<String> names() {
    return names;
  }

  /**
   * The name at a position.
   *
   * @throws IllegalArgumentException if the position is not in {@code 0..size-1}
   */
  public String name(int index) {
    if (index < 0 || index >= names.size()) {
      throw new IllegalArgumentException(
          "label index %d, expected 0 to %d".formatted(index, names.size() - 1));
    }
    return names.get(index);
  }

  /**
   * The position of a name, taken literally.
   *
   * @throws IllegalArgumentException if no label has this name
   */
  public int index(String name) {
    Integer index = indexes.get(name);
    if (index == null) {
      throw new IllegalArgumentException(
          "label \"%s\" is not one of %s".formatted(name, this.listed()));
    }
    return index;
  }

  /**
   * The position that the label of a row means: that of the name, or, for data with integer labels
   * and names given beside them, the integer itself. {@code "2"} is then the third name.
   *
   * <p>An integer is a position only while no name is an integer: with labels {@code "1".."5"} the
   * row label {@code "0"} is an error and not the label {@code "1"}.
   *
   * @throws IllegalArgumentException if the label is neither a name nor a position
   */
  public int resolve(String label) {
    Integer index = indexes.get(label);
    if (index != null) {
      return index;
    }
    if (namesAreWords && INDEX.matcher(label).matches()) {
      int position = Integer.parseInt(label);
      if (position < names.size()) {
        return position;
      }
    }
    throw new IllegalArgumentException(
        "label \"%s\" is neither one of %s%s; add it to labels(...), or correct the rows with Dataset.map or filter"
            .formatted(
                label,
                listed(),
                namesAreWords ? " nor a position 0 to " + (names.size() - 1) : ""));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Labels labels && names.equals(labels.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  /** All names in order. */
  @Override
  public String toString() {
    return "Labels" + names;
  }

  /** The order of {@link #from}: also that of class counts. */
  static List<String> sorted(Collection<String> distinct) {
    // Equal numbers that are written differently ("1", "01") are two labels: the string decides.
    Comparator<String> order =
        distinct.stream().allMatch(Labels::isInteger)
            ? Comparator.<String, BigInteger>comparing(BigInteger::new)
                .thenComparing(Comparator.naturalOrder())
            : Comparator.naturalOrder();
    return distinct.stream().sorted(order).toList();
  }

  private static boolean isInteger(String label) {
    return INTEGER.matcher(label).matches();
  }

  private String listed() {
    if (names.size() <= SHOWN) {
      return names.toString();
    }
    return "[%s, ... %d more]"
        .formatted(String.join(", ", names.subList(0, SHOWN)), names.size() - SHOWN);
  }
}
