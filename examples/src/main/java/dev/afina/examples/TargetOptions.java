package dev.afina.examples;

import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
import dev.afina.data.JsonFormat;
import dev.afina.data.Labels;
import dev.afina.data.ProblemType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which columns say what a row is to teach, what that is called, and which task it makes. */
final class TargetOptions {
  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "single-label, multi-label (any number of labels per text) or regression (numbers)."
              + " Default: what the rows have")
  private @Nullable String task;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description =
          "Column of the label, or path of a JSON member (a.b), which may be a list of labels."
              + " Default: label")
  private @Nullable String label;

  @Option(
      names = "--label-separator",
      paramLabel = "TEXT",
      description = "What is between several labels in that column, such as a comma: multi-label.")
  private @Nullable String labelSeparator;

  @Option(
      names = "--label-columns",
      paramLabel = "COLUMN",
      split = ",",
      converter = Unquoted.class,
      description =
          "A column of 0 and 1 for each label, named as the label, with commas between:"
              + " multi-label. A name that has a comma stands in double quotes.")
  private String @Nullable [] labelColumns;

  @Option(
      names = "--value-columns",
      paramLabel = "COLUMN",
      split = ",",
      converter = Unquoted.class,
      description = "The columns of the numbers to predict, with commas between: regression.")
  private String @Nullable [] valueColumns;

  @Option(
      names = "--labels",
      paramLabel = "NAME",
      split = ",",
      converter = Unquoted.class,
      description =
          "The labels, or the numbers' names, in the order of the model's outputs, with commas"
              + " between. Default: the names of --label-columns or --value-columns; else those of"
              + " the checkpoint if it fits the data, else of the data")
  private String @Nullable [] labels;

  /** What the user named the outputs; null where nothing was said. */
  String @Nullable [] labels() {
    return labels == null ? null : labels.clone();
  }

  /**
   * The task that these options make; empty where the rows decide.
   *
   * @throws IllegalArgumentException when they contradict each other, naming both
   */
  Optional<ProblemType> task() {
    requireOneKind();
    Optional<ProblemType> named = Optional.ofNullable(task).map(Tasks::named);
    Optional<ProblemType> implied = implied();
    if (named.isPresent() && implied.isPresent() && !named.equals(implied)) {
      throw new IllegalArgumentException(
          "--task %s and %s contradict each other: these columns make a task %s"
              .formatted(task, source(), Tasks.name(implied.get())));
    }
    return named.or(() -> implied);
  }

  /** What the task is known by. */
  String source() {
    if (labelColumns != null) {
      return "--label-columns";
    }
    if (labelSeparator != null) {
      return "--label-separator";
    }
    if (valueColumns != null) {
      return "--value-columns";
    }
    return task != null ? "--task" : "what the rows to train on have; --task names another";
  }

  /** Whether the user named the task. */
  boolean named() {
    return task != null;
  }

  private Optional<ProblemType> implied() {
    if (labelColumns != null || labelSeparator != null) {
      return Optional.of(ProblemType.MULTI_LABEL);
    }
    return valueColumns == null ? Optional.empty() : Optional.of(ProblemType.REGRESSION);
  }

  private void requireOneKind() {
    refuseBoth("--label", label, "--label-columns", labelColumns);
    refuseBoth("--label", label, "--value-columns", valueColumns);
    refuseBoth("--label-columns", labelColumns, "--value-columns", valueColumns);
    refuseBoth("--label-separator", labelSeparator, "--label-columns", labelColumns);
    refuseBoth("--label-separator", labelSeparator, "--value-columns", valueColumns);
    if (labels != null && labelColumns != null && labels.length < labelColumns.length) {
      throw new IllegalArgumentException(
          "--labels: %s names for the %s --label-columns; name all, or leave --labels out"
              .formatted(labels.length, labelColumns.length));
    }
  }

  private static void refuseBoth(
      String one, @Nullable Object value, String other, @Nullable Object otherValue) {
    if (value != null && otherValue != null) {
      throw new IllegalArgumentException(
          "%s and %s contradict each other: rows have one kind of target; leave one of them out"
              .formatted(one, other));
    }
  }

  /** A format with a header that finds these columns. */
  CsvFormat byNames(CsvFormat format) {
    CsvFormat found = label == null ? format : format.label(label);
    found = labelSeparator == null ? found : found.labelSeparator(labelSeparator);
    if (labelColumns != null) {
      return found.labelColumns(labelColumns[0], rest(labelColumns));
    }
    return valueColumns == null ? found : found.valueColumns(valueColumns[0], rest(valueColumns));
  }

  /** Whether columns can be found where there is no header. */
  boolean haveColumns() {
    return label != null || labelColumns != null || valueColumns != null;
  }

  /** A format without a header that finds these columns, which are numbers. */
  CsvFormat byPositions(CsvFormat format) {
    if (labelColumns != null) {
      int[] columns = positions("--label-columns", labelColumns);
      return format.labelColumns(columns[0], rest(columns));
    }
    if (valueColumns != null) {
      int[] columns = positions("--value-columns", valueColumns);
      return format.valueColumns(columns[0], rest(columns));
    }
    CsvFormat found = format.label(position("--label", String.valueOf(label)));
    return labelSeparator == null ? found : found.labelSeparator(labelSeparator);
  }

  /** A format that finds these members. */
  JsonFormat members(JsonFormat format) {
    JsonFormat found = label == null ? format : format.label(label);
    found = labelSeparator == null ? found : found.labelSeparator(labelSeparator);
    if (labelColumns != null) {
      return found.labelColumns(labelColumns[0], rest(labelColumns));
    }
    return valueColumns == null ? found : found.valueColumns(valueColumns[0], rest(valueColumns));
  }

  /** Rows of a file without header, whose label columns have numbers: with the user's names. */
  Dataset renamed(Dataset rows) {
    if (labelColumns == null || labels == null) {
      return rows;
    }
    Labels names = Labels.of(labels);
    return rows.map(
        row -> {
          List<String> numbers = row.labels();
          return numbers == null
              ? row
              : row.withLabels(
                  numbers.stream().map(number -> names.name(Integer.parseInt(number))).toList());
        });
  }

  /**
   * The names of the outputs where these options give them, else null: those that the user named,
   * else the columns, so that a column without a 1 is a label, too.
   *
   * @param header whether columns have names
   */
  String @Nullable [] names(Dataset train, boolean header) {
    if (labels != null) {
      return labels.clone();
    }
    if (labelColumns != null) {
      return header
          ? labelColumns.clone()
          : IntStream.range(0, labelColumns.length)
              .mapToObj(String::valueOf)
              .toArray(String[]::new);
    }
    return header && valueColumns != null && valueColumns.length == values(train)
        ? valueColumns.clone()
        : null;
  }

  /** A JSON member may be a list of numbers. */
  private static int values(Dataset train) {
    List<Double> first = train.size() == 0 ? null : train.get(0).values();
    return first == null ? 0 : first.size();
  }

  private static int[] positions(String option, String[] columns) {
    return Arrays.stream(columns).mapToInt(column -> position(option, column)).toArray();
  }

  /**
   * The number of a column.
   *
   * @throws IllegalArgumentException if it is none
   */
  static int position(String option, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          option + ": with --no-header expected the number of a column, got \"" + value + "\"", e);
    }
  }

  private static String[] rest(String[] columns) {
    return Arrays.copyOfRange(columns, 1, columns.length);
  }

  private static int[] rest(int[] columns) {
    return Arrays.copyOfRange(columns, 1, columns.length);
  }
}
