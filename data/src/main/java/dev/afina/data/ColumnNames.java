package dev.afina.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The distinct names of a row's columns, in order. Shared by all rows that have them. */
final class ColumnNames {
  static final ColumnNames NONE = new ColumnNames(List.of());

  private final List<String> names;
  private final Map<String, Integer> positions = new HashMap<>();

  /**
   * These names with the one that was added last, cached because it is mostly added to many rows.
   */
  private volatile @Nullable ColumnNames longer;

  private ColumnNames(List<String> names) {
    this.names = Collections.unmodifiableList(names);
    for (String name : names) {
      positions.put(name, positions.size());
    }
  }

  /** Column names, which must be distinct. */
  static ColumnNames of(List<String> names) {
    return names.isEmpty() ? NONE : new ColumnNames(new ArrayList<>(names));
  }

  /** Unmodifiable. */
  List<String> list() {
    return names;
  }

  /** The position of a name; -1 if there is no such name. */
  int position(String name) {
    return positions.getOrDefault(name, -1);
  }

  /** The same names with one more at the end. */
  ColumnNames plus(String name) {
    ColumnNames known = longer;
    if (known == null || !known.names.get(names.size()).equals(name)) {
      List<String> more = new ArrayList<>(names);
      more.add(name);
      known = new ColumnNames(more);
      longer = known;
    }
    return known;
  }
}
