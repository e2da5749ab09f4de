package dev.afina.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects the rows of one file, sharing equal targets and watching the memory limit. */
final class RowCollector {
  /** How pandas writes the integers of a column that has gaps. */
  private static final Pattern WHOLE = Pattern.compile("(-?[0-9]{1,18})\\.0");

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}(?:\\.0)?");

  /** At most this many labels and targets are shared: with more, the column hardly holds labels. */
  private static final int SHARED = 1 << 16;

  private final Path file;
  private final RowMemory memory;
  private final @Nullable ClassNames names;
  private final List<Example> rows = new ArrayList<>();

  // Rows with equal labels share one object.
  private final Map<String, String> labels = new HashMap<>();
  private final Map<Target, Target> targets = new HashMap<>();

  /**
   * A collector for one file of several.
   *
   * @param memory the memory of all files that are read together
   * @param names the names of the classes if labels are class numbers; null if labels stay as they
   *     are
   */
  RowCollector(Path file, RowMemory memory, @Nullable ClassNames names) {
    this.file = file;
    this.memory = memory;
    this.names = names;
  }

  /** A collector for a single file whose labels stay as they are. */
  RowCollector(Path file, DataLimits limits) {
    this(file, new RowMemory(limits), null);
  }

  /** The names of the classes; null if labels stay as they are. */
  @Nullable ClassNames classes() {
    return names;
  }

  /** Reads all rows of a source and closes it. */
  static List<Example> read(RowSource source, RowCollector rows) throws IOException {
    try (source) {
      for (Example row = source.next(); row != null; row = source.next()) {
        rows.add(row);
      }
      if (source.hasOnlyTexts()) {
        rows.shortenIntegers();
      }
    }
    return rows.rows;
  }

  /**
   * Adds the next row.
   *
   * @throws DatasetException if the rows exceed the memory limit, or a label is not a class
   */
  void add(Example read) throws DatasetException {
    Target given = read.target();
    Target same = given == null ? null : targets.get(given);
    Target target = given == null || same != null ? same : settled(given);
    Example row = target == given ? read : read.with(target);
    memory.take(file, row, same == null);
    rows.add(row);
  }

  private @Nullable Target settled(Target given) throws DatasetException {
    Target target = names == null ? shared(given) : names.target(given, rows.size(), file);
    if (target != null && targets.size() < SHARED) {
      targets.put(given, target);
    }
    return target;
  }

  private Target shared(Target given) {
    if (given instanceof Target.SingleLabel single) {
      return new Target.SingleLabel(shared(single.label()));
    }
    return given instanceof Target.MultiLabel several
        ? new Target.MultiLabel(several.labels().stream().map(this::shared).toList())
        : given;
  }

  private String shared(String label) {
    String same = labels.get(label);
    if (same == null && labels.size() < SHARED) {
      labels.put(label, label);
    }
    return same == null ? label : same;
  }

  /** If all labels are integers and some are written with ".0", that is removed. */
  private void shortenIntegers() {
    if (!labels.isEmpty()
        && labels.size() < SHARED
        && names == null
        && labels.keySet().stream().anyMatch(label -> WHOLE.matcher(label).matches())
        && labels.keySet().stream().allMatch(label -> INTEGER.matcher(label).matches())) {
      labels.replaceAll((label, same) -> WHOLE.matcher(label).replaceFirst("$1"));
      targets.replaceAll((target, same) -> whole(target));
      rows.replaceAll(
          row -> {
            Target target = row.target();
            return target == null
                ? row
                : row.with(targets.containsKey(target) ? targets.get(target) : whole(target));
          });
    }
  }

  private Target whole(Target target) {
    if (target instanceof Target.SingleLabel single) {
      return new Target.SingleLabel(whole(single.label()));
    }
    return target instanceof Target.MultiLabel several
        ? new Target.MultiLabel(several.labels().stream().map(this::whole).toList())
        : target;
  }

  private String whole(String label) {
    return labels.getOrDefault(label, label);
  }
}
