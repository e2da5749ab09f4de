package dev.afina.data;

import dev.afina.internal.files.Excerpt;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a classifier in the order of its outputs: position {@code i} is the label of logit
 * {@code i}, and {@code id2label} in a checkpoint's config.json.
 *
 * <p>Immutable and safe to share.
 */
public final class Labels {
  private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");

  /** The names that transformers generates for labels without names. */
  private static final Pattern UNNAMED = Pattern.compile("LABEL_[0-9]+");

  private final List<String> names;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final boolean namesAreWords;

  /** The first position of a name that occurs twice; negative if all names differ. */
  private final int shared;

  private Labels(List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("labels: none given, expected at least one name");
    }
    this.names = named("labels", names);
    int sharedBy = -1;
    for (int i = 0; i < names.size(); i++) {
      Integer earlier = indexes.putIfAbsent(this.names.get(i), i);
      if (earlier != null && sharedBy < 0) {
        sharedBy = earlier;
      }
    }
    this.shared = sharedBy;
    this.namesAreWords = this.names.stream().noneMatch(Labels::isInteger);
  }

  /**
   * These labels in this order.
   *
   * @throws IllegalArgumentException if there is no name, or a name is null, blank or given twice
   */
  public static Labels of(String... names) {
    // Arrays.asList keeps a null for the check to name; List.of would throw on it.
    return of(Arrays.asList(names));
  }

  /**
   * These labels in this order.
   *
   * @throws IllegalArgumentException if there is no name, or a name is null, blank or given twice
   */
  public static Labels of(List<String> names) {
    Labels labels = new Labels(names);
    labels.requireDistinct("labels");
    return labels;
  }

  /**
   * The labels of a checkpoint, which may contain a name twice: transformers accepts such models.
   *
   * @throws IllegalArgumentException if there is no name, or a name is null or blank
   */
  public static Labels ofCheckpoint(List<String> names) {
    return new Labels(names);
  }

  /**
   * All labels that occur in a data set, in an order that does not depend on the order of the rows:
   * by value if every label is an integer, otherwise by the natural order of strings (upper case
   * before lower case).
   *
   * @throws IllegalArgumentException if the data set is empty, a row has no label, some rows have a
   *     list of labels and others a single one, all lists are empty, or all rows have the same
   *     single label, so that there is nothing to learn
   */
  public static Labels from(Dataset data) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(
          "labels: the data set is empty; give rows, or name the labels by labels(...)");
    }
    int list = firstRow(data, Target.MultiLabel.class);
    int single = firstRow(data, Target.SingleLabel.class);
    if (list >= 0 && single >= 0) {
      throw new IllegalArgumentException(
          "labels: row %s has a list of labels and row %s a single one (counted from 0), expected the same kind in all rows; Dataset.map makes them alike"
              .formatted(list, single));
    }
    Set<String> distinct = new LinkedHashSet<>();
    for (int i = 0; i < data.size(); i++) {
      distinct.addAll(list >= 0 ? data.labelsOf(i) : List.of(data.labelOf(i)));
    }
    if (distinct.isEmpty()) {
      throw new IllegalArgumentException(
          "labels: the lists of all %s rows are empty, expected at least one label; check which columns are the labels, or name them by labels(...)"
              .formatted(data.size()));
    }
    if (list < 0 && distinct.size() == 1) {
      throw new IllegalArgumentException(
          "labels: all %s rows have the same label %s, expected at least two labels; check which column is the label, or name the labels by labels(...)"
              .formatted(data.size(), Excerpt.quoted(data.labelOf(0))));
    }
    return new Labels(sorted(distinct));
  }

  /** The first row with a target of this kind; -1 if there is none. */
  private static int firstRow(Dataset data, Class<? extends Target> kind) {
    for (int row = 0; row < data.size(); row++) {
      if (kind.isInstance(data.get(row).target())) {
        return row;
      }
    }
    return -1;
  }

  /**
   * Checks that all names differ, so that a name identifies one output.
   *
   * @param what describes the labels in the message
   * @throws IllegalArgumentException if two labels have the same name
   */
  public void requireDistinct(String what) {
    if (shared >= 0) {
      String name = names.get(shared);
      throw givenTwice(what, name, shared, names.lastIndexOf(name));
    }
  }

  /** The number of labels. */
  public int size() {
    return names.size();
  }

  /** The names in order. Unmodifiable. */
  public List<String> names() {
    return names;
  }

  /**
   * The name at a position.
   *
   * @param index from 0 to {@code size() - 1}
   * @throws IllegalArgumentException if the position is out of range
   */
  public String name(int index) {
    if (index < 0 || index >= names.size()) {
      throw new IllegalArgumentException(
          "label index %s, expected 0 to %s".formatted(index, names.size() - 1));
    }
    return names.get(index);
  }

  /**
   * The position of a name. For labels of data, which may be numbers, see {@link #resolve}.
   *
   * @throws IllegalArgumentException if no label has this name, or two have it
   */
  public int index(String name) {
    Integer index = indexes.get(name);
    if (index == null) {
      throw new IllegalArgumentException(
          "label %s is not one of %s".formatted(Excerpt.quoted(name), listed()));
    }
    if (names.lastIndexOf(name) != index) {
      throw new IllegalArgumentException(
          "label %s is the name of two outputs, %s and %s; give the position"
              .formatted(Excerpt.quoted(name), index, names.lastIndexOf(name)));
    }
    return index;
  }

  /**
   * The position of a row's label, which may be a name or a position itself. {@code "2"} is the
   * third name, and so is {@code "2.0"}, which pandas writes if an integer column has gaps.
   *
   * <p>Integers are positions only if no name is an integer: with the names {@code "1"} to {@code
   * "5"} the row label {@code "0"} is an error rather than the first name.
   *
   * <p>A single label does not show whether the data counts from 0 or from 1. {@link #resolveAll},
   * which training and evaluation use, looks at all labels and throws if that is not clear.
   *
   * @throws IllegalArgumentException if the label is neither a name nor a position, or two outputs
   *     have this name
   */
  public int resolve(String label) {
    String name = nameOf(label);
    if (name != null) {
      return index(name);
    }
    String position = whole(label);
    if (isPosition(position)) {
      return Integer.parseInt(position);
    }
    throw new IllegalArgumentException(
        "label %s is neither one of %s%s; add it to labels(...), or correct the rows with Dataset.map or filter"
            .formatted(
                Excerpt.quoted(label),
                listed(),
                namesAreWords ? " nor a position 0 to " + (names.size() - 1) : ""));
  }

  /**
   * The positions of the labels of all rows, in row order; see {@link #resolve}. If labels are
   * integers, it must be clear from all of them together that they count from 0.
   *
   * @param what describes the data in messages, such as "training data"
   * @param alike other data that numbers its classes in the same way, such as the training data;
   *     {@code Dataset.of()} for none
   * @throws IllegalArgumentException if the data is empty, a row's label is missing or unknown (the
   *     message names the row), or integers may count from 1
   */
  public List<Integer> resolveAll(String what, Dataset data, Dataset alike) {
    requireCountable(what, data, alike);
    List<Integer> positions = new ArrayList<>(data.size());
    for (int row = 0; row < data.size(); row++) {
      positions.add(resolve(what, row, known(what, data::labelOf, row)));
    }
    return positions;
  }

  /**
   * The positions of the labels of all rows that may have several labels, by the rules of {@link
   * #resolveAll}: one list per row, in row order, of distinct ascending positions. A row with a
   * single label gives a list of one.
   *
   * @param what describes the data in messages, such as "training data"
   * @param alike other data that numbers its classes in the same way, such as the training data;
   *     {@code Dataset.of()} for none
   * @throws IllegalArgumentException if the data is empty, a row's labels are missing or one of
   *     them is unknown (the message names the row), or integers may count from 1
   */
  public List<List<Integer>> resolveSets(String what, Dataset data, Dataset alike) {
    requireCountable(what, data, alike);
    List<List<Integer>> sets = new ArrayList<>(data.size());
    for (int row = 0; row < data.size(); row++) {
      int number = row;
      sets.add(
          known(what, data::labelsOf, row).stream()
              .map(label -> resolve(what, number, label))
              .distinct()
              .sorted()
              .toList());
    }
    return sets;
  }

  private static <T> T known(String what, IntFunction<T> target, int row) {
    try {
      return target.apply(row);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  private int resolve(String what, int row, String label) {
    try {
      return resolve(label);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          what + ", row " + row + " (counted from 0): " + e.getMessage(), e);
    }
  }

  private void requireCountable(String what, Dataset data, Dataset alike) {
    if (data.size() == 0) {
      throw new IllegalArgumentException(what + ": expected 1 example or more, got none");
    }
    Set<String> all = new HashSet<>(data.classCounts().keySet());
    all.addAll(alike.classCounts().keySet());
    requireFromZero(what, all);
  }

  /**
   * Checks that class numbers count from 0. Data that counts from 1 gives itself away if its last
   * class occurs; if neither that nor class 0 occurs, the two cannot be told apart.
   *
   * @param what describes the data in the message
   * @param rows all labels of the data, and of other data that counts in the same way
   * @throws IllegalArgumentException if the numbers seem to count from 1, or may
   */
  private void requireFromZero(String what, Collection<String> rows) {
    if (!namesAreWords || names.stream().allMatch(n -> UNNAMED.matcher(n).matches())) {
      return;
    }
    List<BigInteger> numbers =
        rows.stream()
            .filter(label -> nameOf(label) == null && isInteger(label))
            .map(Labels::number)
            .sorted()
            .toList();
    if (numbers.isEmpty() || numbers.get(0).signum() <= 0) {
      return;
    }
    BigInteger last = numbers.get(numbers.size() - 1);
    int beyond = last.compareTo(BigInteger.valueOf(names.size()));
    if (beyond > 0) {
      return; // neither way of counting makes sense; resolve reports it
    }
    throw new IllegalArgumentException(
        "%s: the labels are numbers from %s to %s beside the %s names %s: %s; say it by Dataset.withLabelNames(names, 0) or (names, 1)"
            .formatted(
                what,
                numbers.get(0),
                last,
                names.size(),
                listed(),
                beyond == 0
                    ? "they seem to count from 1"
                    : "no row is 0 and none is %s, so it cannot be told whether they count from 0 or from 1"
                        .formatted(names.size())));
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

  /**
   * A copy of the names, checked to be distinct and not blank.
   *
   * @param what describes the names in messages
   * @throws IllegalArgumentException if one is null, blank or given twice
   */
  static List<String> distinct(String what, List<String> names) {
    List<String> copy = named(what, names);
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < copy.size(); i++) {
      Integer earlier = first.putIfAbsent(copy.get(i), i);
      if (earlier != null) {
        throw givenTwice(what, copy.get(i), earlier, i);
      }
    }
    return copy;
  }

  private static List<String> named(String what, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name == null || name.isBlank()) {
        throw new IllegalArgumentException(
            "%s: name %s is %s; give each label a name"
                .formatted(what, i, name == null ? "null" : "blank"));
      }
    }
    return List.copyOf(names);
  }

  private static IllegalArgumentException givenTwice(
      String what, String name, int first, int second) {
    return new IllegalArgumentException(
        "%s: %s is given twice, at %s and %s; names must differ"
            .formatted(what, Excerpt.quoted(name), first, second));
  }

  /** The order of {@link #from}: also that of class counts. */
  static List<String> sorted(Collection<String> distinct) {
    // Equal numbers that are written differently ("1", "01") are two labels: the string decides.
    Comparator<String> order =
        distinct.stream().allMatch(Labels::isInteger)
            ? Comparator.comparing(Labels::number).thenComparing(Comparator.naturalOrder())
            : Comparator.naturalOrder();
    return distinct.stream().sorted(order).toList();
  }

  private static boolean isInteger(String label) {
    return Numerals.integer(label) != null;
  }

  private static BigInteger number(String label) {
    return new BigInteger(whole(label));
  }

  /** "1" for "1.0"; other labels unchanged. */
  private static String whole(String label) {
    String integer = Numerals.integer(label);
    return integer == null ? label : integer;
  }

  /** The name that a label means, even if only one of the two is written with ".0". */
  @Nullable String nameOf(String label) {
    if (indexes.containsKey(label)) {
      return label;
    }
    if (!isInteger(label)) {
      return null;
    }
    String whole = whole(label);
    return indexes.containsKey(whole)
        ? whole
        : indexes.containsKey(whole + ".0") ? whole + ".0" : null;
  }

  /** The position of a name; negative if no label has it. */
  int position(String name) {
    return indexes.getOrDefault(name, -1);
  }

  /** Whether no name is an integer. */
  boolean namesAreWords() {
    return namesAreWords;
  }

  private boolean isPosition(String label) {
    return namesAreWords
        && INDEX.matcher(label).matches()
        && Integer.parseInt(label) < names.size();
  }

  private String listed() {
    return "[" + Excerpt.list(names) + "]";
  }
}
