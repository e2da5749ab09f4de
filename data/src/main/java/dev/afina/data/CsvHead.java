package dev.afina.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the rows of a CSV file, and what its columns are called.
 *
 * @param skippedLines the lines to skip at the beginning
 * @param skippedRows the rows to skip behind them
 * @param hasLine whether a line with the names of the columns follows
 * @param names the names of the columns; null for those in that line
 */
record CsvHead(int skippedLines, int skippedRows, boolean hasLine, @Nullable List<String> names) {
  /** The first line names the columns. */
  static final CsvHead LINE = new CsvHead(0, 0, true, null);

  /** The first line is a row; columns have positions only. */
  static final CsvHead NONE = new CsvHead(0, 0, false, null);

  CsvHead {
    names = names == null ? null : List.copyOf(names);
  }

  /** Whether columns have names. */
  boolean hasNames() {
    return hasLine || names != null;
  }
}
