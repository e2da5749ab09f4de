package dev.afina.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the heap that the rows of a data set take, to reject too many before memory runs out.
 */
final class RowMemory {
  /** An Example with four references, and its place in a list that grows and is copied once. */
  private static final int ROW = 32 + 16;

  /** A String and its array, without the characters. */
  private static final int STRING = 24 + 16;

  /** An object with one reference. */
  private static final int OBJECT = 16;

  /** A List and its array, without the elements. */
  private static final int LIST = 24 + 16;

  private static final int REFERENCE = 4;

  /** A Double or Long. */
  private static final int NUMBER = 16;

  /** RowColumns and its array, without the values. */
  private static final int COLUMNS = 24 + 16;

  /** An element in a list of names and an entry in the map of their positions. */
  private static final int NAME = 64;

  private static final long MEGABYTE = 1L << 20;

  /** The strings seen last, so that a string which many rows share counts once. */
  private final Object[] seen = new Object[1 << 12];

  /** The names of columns seen last, which many rows share. */
  private ColumnNames names = ColumnNames.NONE;

  private final DataLimits limits;
  private long bytes;
  private long rows;

  RowMemory(DataLimits limits) {
    this.limits = limits;
  }

  /**
   * Adds a row of a file.
   *
   * @param newTarget whether this is the first row with its target, which later rows share
   */
  void take(Path file, Example row, boolean newTarget) throws DatasetException {
    Optional<String> problem = take(row, newTarget);
    if (problem.isPresent()) {
      throw new DatasetException(file, problem.get(), null);
    }
  }

  /** Adds a row. Returns a message if the rows now exceed the limit. */
  Optional<String> take(Example row, boolean newTarget) {
    bytes += ROW + bytes(row.text());
    if (row.pair() != null) {
      bytes += bytes(row.pair());
    }
    if (newTarget && row.target() != null) {
      bytes += bytes(row.target());
    }
    bytes += bytes(row.columns());
    rows++;
    return bytes <= limits.memoryBytes()
        ? Optional.empty()
        : Optional.of(
            "the first "
                + rows
                + " rows take about "
                + megabytes(bytes)
                + " MB, the limit is "
                + megabytes(limits.memoryBytes())
                + " MB of a heap of "
                + megabytes(Runtime.getRuntime().maxMemory())
                + " MB; read a part of the file, or give Java more memory by -Xmx");
  }

  private long bytes(RowColumns columns) {
    if (columns.size() == 0) {
      return 0;
    }
    long sum = COLUMNS + (long) REFERENCE * columns.size();
    for (int i = 0; i < columns.size(); i++) {
      sum += bytes(columns.value(i));
    }
    if (columns.names() != names) {
      names = columns.names();
      sum += LIST + names.list().stream().mapToLong(name -> NAME + bytes(name)).sum();
    }
    return sum;
  }

  private long bytes(@Nullable Object value) {
    if (value instanceof String text) {
      return bytes(text);
    }
    if (value instanceof List<?> list) {
      return LIST + list.stream().mapToLong(item -> REFERENCE + bytes(item)).sum();
    }
    return value instanceof Number ? NUMBER : 0;
  }

  private long bytes(Target target) {
    if (target instanceof Target.SingleLabel single) {
      return OBJECT + bytes(single.label());
    }
    if (target instanceof Target.MultiLabel several) {
      long strings = several.labels().stream().mapToLong(this::bytes).sum();
      return OBJECT + LIST + (long) REFERENCE * several.labels().size() + strings;
    }
    return target instanceof Target.Values numbers
        ? OBJECT + LIST + (long) (REFERENCE + NUMBER) * numbers.values().size()
        : 0;
  }

  private long bytes(String text) {
    int slot = System.identityHashCode(text) & (seen.length - 1);
    if (seen[slot] == text) { // the same object, not an equal one
      return 0;
    }
    seen[slot] = text;
    return STRING + (long) text.length() * (isLatin(text) ? 1 : 2);
  }

  /** Java stores such strings with one byte per character. */
  private static boolean isLatin(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }

  private static long megabytes(long bytes) {
    return (bytes + MEGABYTE - 1) / MEGABYTE;
  }
}
