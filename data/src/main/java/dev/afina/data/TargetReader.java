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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the target of a row of what the file has in its columns. */
final class TargetReader {
  /** Also as table programs write an integer of a column that has gaps: 1.0. */
  private static final Pattern INTEGER = Pattern.compile("(-?[0-9]+)(?:\\.0)?");

  /** Says where in a file something is wrong. */
  @FunctionalInterface
  interface Fault {
    DatasetException of(String problem);
  }

  private final TargetColumns<?> columns;
  private final String noun;
  private final List<String> shown;
  private final List<String> labels;
  private final Fault fault;
  private final Map<String, Long> unknown = new LinkedHashMap<>();

  /**
   * Of one file.
   *
   * @param noun what the file has: columns or members
   * @param shown the columns in messages
   * @param labels the label of each column, where there is a column for each label
   * @throws DatasetException if two of these labels have one name, or one has none
   */
  TargetReader(
      TargetColumns<?> columns, String noun, List<String> shown, List<String> labels, Fault fault)
      throws DatasetException {
    this.columns = columns;
    this.noun = noun;
    this.shown = shown;
    this.fault = fault;
    try {
      this.labels = columns.kind() == Kind.FLAGS ? Labels.distinct("labels", labels) : labels;
    } catch (IllegalArgumentException e) {
      throw fault.of("%ss of labels: %s".formatted(noun, String.valueOf(e.getMessage())));
    }
  }

  /**
   * The target of a row; null where it is not known.
   *
   * @param cells of its columns, in order; null where there is no value
   * @throws DatasetException if they mean none
   */
  @Nullable Target read(@Nullable Cell[] cells) throws DatasetException {
    takeUnknown(cells);
    return switch (columns.kind()) {
      case NONE -> null;
      case LABEL -> label(cells[0]);
      case FLAGS -> isNothing(cells, "0 or 1") ? null : flags(cells);
      case VALUES -> isNothing(cells, "a finite number") ? null : values(cells);
    };
  }

  /** Takes away what says that a label is not known. */
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
   * How many rows so far have a word in place of a label, such as {@code 3 rows have no label: 2
   * "NA", 1 "-"}; empty where none has.
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
    if (cell instanceof Cell.Several several) {
      return several(several);
    }
    String label = name(cell);
    if (label == null) {
      throw unexpected(0, cell, "a string, a number, true, false, null or a list of labels");
    }
    if (columns.separator() != null) {
      return new Target.Several(separated(label, columns.separator()));
    }
    return label.isBlank() ? null : new Target.One(label);
  }

  /** The label that a value is; null where it is none. */
  private static @Nullable String name(@Nullable Cell cell) {
    if (cell instanceof Cell.Text text) {
      return text.text();
    }
    if (cell instanceof Cell.Truth truth) {
      return String.valueOf(truth.value());
    }
    if (cell instanceof Cell.Numeral number) {
      Matcher integer = INTEGER.matcher(number.text());
      if (integer.matches()) {
        return integer.group(1);
      }
      return Numerals.finite(number.text()).isPresent() ? number.text() : null;
    }
    return null;
  }

  private Target several(Cell.Several list) throws DatasetException {
    Set<String> names = new LinkedHashSet<>();
    for (Cell item : list.cells()) {
      String name = name(item);
      if (name == null
          || item instanceof Cell.Truth
          || (item instanceof Cell.Numeral && !INTEGER.matcher(name).matches())) {
        throw fault.of(
            "%s %s has %s in its list, expected strings or integers; numbers to predict are read by valueColumns(...)"
                .formatted(noun, shown.get(0), Cell.described(item)));
      }
      add(name, names);
    }
    return new Target.Several(List.copyOf(names));
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

  // A 0 or 1 for each label, as one list, is another thing than a list of labels. It shows itself
  // by values that are there twice.
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

  /** Whether no column has a value; in some of them it must not be missing. */
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
    return new Target.Several(fitting);
  }

  private boolean isSet(int column, @Nullable Cell cell) throws DatasetException {
    if (cell instanceof Cell.Truth truth) {
      return truth.value();
    }
    String text =
        cell instanceof Cell.Text string
            ? string.text().strip()
            : cell instanceof Cell.Numeral number ? number.text() : "";
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
    if (cells.length == 1 && cells[0] instanceof Cell.Several several) {
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
    return new Target.Numbers(numbers);
  }

  private DatasetException unexpected(int column, @Nullable Cell cell, String expected) {
    return fault.of(
        "%s %s is %s, expected %s"
            .formatted(noun, shown.get(column), Cell.described(cell), expected));
  }
}
