package dev.afina.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes the rows of one file as they are read. */
final class RowCollector {
  /** As pandas writes integers of a column that also has gaps. */
  private static final Pattern WHOLE = Pattern.compile("(-?[0-9]{1,18})\\.0");

  /** More labels than this are no labels. */
  private static final int SHARED = 1 << 16;

  private final Path file;
  private final RowMemory memory;
  private final @Nullable ClassNames names;
  private final List<Example> rows = new ArrayList<>();
  private final Map<String, String> labels = new HashMap<>();

  /**
   * Of one file.
   *
   * @param memory of all files that are read together
   * @param names of the classes, where labels are their numbers
   */
  RowCollector(Path file, RowMemory memory, @Nullable ClassNames names) {
    this.file = file;
    this.memory = memory;
    this.names = names;
  }

  /** Of a file that is read alone and whose labels stay as they are. */
  RowCollector(Path file, DataLimits limits) {
    this(file, new RowMemory(limits), null);
  }

  /** How many rows there are so far. */
  int size() {
    return rows.size();
  }

  /**
   * Takes the next row.
   *
   * @param label null or blank where the row has none
   * @throws DatasetException if the rows become too many for the memory, or a label is none of the
   *     named classes
   */
  void add(String text, @Nullable String pair, @Nullable String label) throws DatasetException {
    String given = label == null || label.isBlank() ? null : label;
    String same = given == null ? null : labels.get(given);
    boolean isNew = given != null && same == null;
    if (isNew && labels.size() < SHARED) {
      labels.put(given, given);
    }
    String shared = same == null ? given : same;
    String named = shared == null || names == null ? shared : names.name(shared, rows.size(), file);
    Example row = new Example(text, pair, named == null ? null : new Target.One(named));
    memory.take(file, row, isNew);
    rows.add(row);
  }

  /** All rows. Where each label is an integer with ".0" behind it, labels are these integers. */
  List<Example> rows() {
    if (!labels.isEmpty()
        && labels.size() < SHARED
        && names == null
        && labels.keySet().stream().allMatch(label -> WHOLE.matcher(label).matches())) {
      labels.replaceAll((label, same) -> WHOLE.matcher(label).replaceFirst("$1"));
      rows.replaceAll(
          row -> row.label() == null ? row : row.withLabel(labels.getOrDefault(row.label(), "")));
    }
    return rows;
  }
}
