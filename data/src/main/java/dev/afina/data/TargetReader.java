package dev.afina.data;

import dev.afina.data.TargetColumns.Kind;
import dev.afina.internal.files.Excerpt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts the cells of a row to its target. All formats share it, so that they agree. */
final class TargetReader {
  /** Makes an exception that names the current place in the file. */
  @FunctionalInterface
  interface Fault {
    DatasetException of(String problem);
  }

  private final TargetColumns<?> columns;
  private final String noun;
  private final List<String> shown;
  private final List<String> labels;
  private final @Nullable ClassNames classes;
  private final Fault fault;
  private final Map<String, Long> unknown = new LinkedHashMap<>();

  /**
   * A reader for one file.
   *
   * @param noun what messages call a column: column or member
   * @param shown the columns as shown in messages
   * @param labels the label of each column, if there is one column per label
   * @param classes the names of the classes, if the file tells strings from numbers and its labels
   *     may be both; null otherwise
   * @throws DatasetException if a label is blank or occurs twice
   */
  TargetReader(
      TargetColumns<?> columns,
      String noun,
      List<String> shown,
      List<String> labels,
      @Nullable ClassNames classes,
      Fault fault)
      throws DatasetException {
    this.columns = columns;
    this.noun = noun;
    this.shown = shown;
    this.classes = classes;
    this.fault = fault;
    try {
      this.labels = columns.kind() == Kind.FLAGS ? Labels.distinct("labels", labels) : labels;
    } catch (IllegalArgumentException e) {
      throw fault.of("%ss of labels: %s".formatted(noun, String.valueOf(e.getMessage())));
    }
  }

  /**
   * The target of a row; null if it is unknown.
   *
   * @param cells the cells of the target columns, in order; null for a missing value
   * @throws DatasetException if the cells are not a target of this kind
   */
  @Nullable Target read(@Nullable Cell[] cells) throws DatasetException {
    takeUnknown(cells);
    return switch (columns.kind()) {
      case NONE -> null;
      case LABEL ->
          label(
              classes == null || columns.separator() != null
                  ? cells[0]
                  : classes.numbered(cells[0]));
      case FLAGS -> isNothing(cells, "0 or 1") ? null : flags(cells);
      case VALUES -> isNothing(cells, "a finite number") ? null : values(cells);
    };
  }

  /** Replaces words that mean "no label" by null, and counts such rows. */
  private void takeUnknown(@Nullable Cell[] cells) {
    String word = null;
    for (int i = 0; i < cells.length && !columns.unknownWords().isEmpty(); i++) {
      String text =
          cells[i] instanceof Cell.Text string
              ? string.text().strip()
              : cells[i] instanceof Cell.Numeral number ? number.text() : null;
      if (text != null && columns.unknownWords().contains(text)) {
        cells[i] = null;
        word = text;
      }
    }
    if (word != null) {
      unknown.merge(word, 1L, Long::sum);
    }
  }

  /**
   * How many rows so far had a word that means "no label", such as {@code 3 rows have no label: 2
   * "NA", 1 "-"}; empty if none had.
   */
  Optional<String> unknown() {
    long rows = unknown.values().stream().mapToLong(count -> count).sum();
    return rows == 0
        ? Optional.empty()
        : Optional.of(
            (rows == 1 ? "1 row has no label: " : rows + " rows have no label: ")
                + Excerpt.list(
                    unknown.entrySet().stream()
                        .map(word -> word.getValue() + " " + Excerpt.quoted(word.getKey()))
                        .toList()));
  }

  private @Nullable Target label(@Nullable Cell cell) throws DatasetException {
    if (cell == null) {
      return null;
    }
    if (cell instanceof Cell.Array several) {
      return several(several);
    }
    String label = name(cell);
    if (label == null) {
      throw unexpected(0, cell, "a string, a number, true, false, null or a list of labels");
    }
    if (columns.separator() != null) {
      return new Target.MultiLabel(separated(label, columns.separator()));
    }
    return label.isBlank() ? null : new Target.SingleLabel(label);
  }

  /** A cell as a label; null if it cannot be one. */
  private static @Nullable String name(@Nullable Cell cell) {
    if (cell instanceof Cell.Text text) {
      return text.text();
    }
    if (cell instanceof Cell.Bool truth) {
      return String.valueOf(truth.value());
    }
    return cell instanceof Cell.Numeral number ? Numerals.label(number.text()).orElse(null) : null;
  }

  private Target several(Cell.Array list) throws DatasetException {
    Set<String> names = new LinkedHashSet<>();
    for (Cell item : list.cells()) {
      String name = name(item);
      if (name == null
          || item instanceof Cell.Bool
          || (item instanceof Cell.Numeral && Numerals.integer(name) == null)) {
        throw fault.of(
            "%s %s has %s in its list, expected strings or integers; numbers to predict are read by valueColumns(...)"
                .formatted(noun, shown.get(0), Cell.described(item)));
      }
      add(name, names);
    }
    return new Target.MultiLabel(List.copyOf(names));
  }

  private List<String> separated(String field, String separator) throws DatasetException {
    Set<String> names = new LinkedHashSet<>();
    if (!field.isBlank()) {
      int from = 0;
      for (int to; (to = field.indexOf(separator, from)) >= 0; from = to + separator.length()) {
        add(field.substring(from, to).strip(), names);
      }
      add(field.substring(from).strip(), names);
    }
    return List.copyOf(names);
  }

  // A list with a 0 or 1 for each label is not a list of labels. It gives itself away by values
  // that occur twice.
  private void add(String name, Set<String> names) throws DatasetException {
    if (name.isBlank()) {
      throw fault.of(
          "%s %s: label %s of its list is blank; each needs a name"
              .formatted(noun, shown.get(0), names.size()));
    }
    if (!names.add(name)) {
      throw fault.of(
          "%s %s has the label %s twice in its list; a 0 or 1 for each label is read from %ss of their own by labelColumns(...)"
              .formatted(noun, shown.get(0), Excerpt.quoted(name), noun));
    }
    if (names.size() >= Cell.MOST) {
      throw fault.of(
          "%s %s: a list of %s labels or more; check which %s is the label"
              .formatted(noun, shown.get(0), Cell.MOST, noun));
    }
  }

  /** Whether no column has a value. It is an error if only some have one. */
  private boolean isNothing(@Nullable Cell[] cells, String expected) throws DatasetException {
    int missing = -1;
    int there = -1;
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] == null || (cells[i] instanceof Cell.Text text && text.text().isBlank())) {
        missing = i;
      } else {
        there = i;
      }
    }
    if (missing >= 0 && there >= 0) {
      throw fault.of(
          "%s %s is empty and %s %s is not, expected %s in each of them, or nothing in all"
              .formatted(noun, shown.get(missing), noun, shown.get(there), expected));
    }
    return there < 0;
  }

  private Target flags(@Nullable Cell[] cells) throws DatasetException {
    List<String> fitting = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      if (isSet(i, cells[i])) {
        fitting.add(labels.get(i));
      }
    }
    return new Target.MultiLabel(fitting);
  }

  private boolean isSet(int column, @Nullable Cell cell) throws DatasetException {
    if (cell instanceof Cell.Bool truth) {
      return truth.value();
    }
    String text =
        cell instanceof Cell.Text string
            ? string.text().strip()
            : cell instanceof Cell.Numeral number
                ? Numerals.label(number.text()).orElse("") // 1.00 is 1
                : "";
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "1.0", "true" -> true;
      case "0", "0.0", "false" -> false;
      case "-1", "-1.0" ->
          throw fault.of(
              "%s %s is -1, which marks a row that is not scored, expected 0 or 1; leave such rows out of the file, or read it by unlabelled()"
                  .formatted(noun, shown.get(column)));
      default -> throw unexpected(column, cell, "0 or 1");
    };
  }

  private Target values(@Nullable Cell[] cells) throws DatasetException {
    if (cells.length == 1 && cells[0] instanceof Cell.Array several) {
      int size = several.cells().size();
      if (size == 0 || size > Cell.MOST) {
        throw fault.of(
            "%s %s is a list of %s numbers, expected 1 to %s"
                .formatted(
                    noun, shown.get(0), size == 0 ? "no" : "more than " + Cell.MOST, Cell.MOST));
      }
      return numbers(several.cells().toArray(new @Nullable Cell[0]));
    }
    return numbers(cells);
  }

  private Target numbers(@Nullable Cell[] cells) throws DatasetException {
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      OptionalDouble number =
          cells[i] instanceof Cell.Text text
              ? Numerals.finite(text.text())
              : cells[i] instanceof Cell.Numeral digits
                  ? Numerals.finite(digits.text())
                  : OptionalDouble.empty();
      if (number.isEmpty()) {
        throw unexpected(Math.min(i, shown.size() - 1), cells[i], "a finite number such as 4.5");
      }
      numbers.add(number.getAsDouble());
    }
    return new Target.Values(numbers);
  }

  private DatasetException unexpected(int column, @Nullable Cell cell, String expected) {
    return fault.of(
        "%s %s is %s, expected %s"
            .formatted(noun, shown.get(column), Cell.described(cell), expected));
  }
}
