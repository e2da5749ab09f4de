package dev.afina.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet decoder for {@link Dataset#parquet}. The module {@code afina-parquet} implements it and
 * is found by {@link java.util.ServiceLoader}, so that this module does not depend on Parquet's
 * libraries.
 *
 * <p>Implementations must be thread safe.
 */
public interface ParquetReader {
  /**
   * Reads the footer of a file.
   *
   * @throws IOException if the file cannot be read or is not a Parquet file
   */
  Footer footer(Path file) throws IOException;

  /**
   * Opens a file to read some columns of all its rows.
   *
   * @param columns the names of distinct top-level columns
   * @param limits the limits to enforce, except {@link DataLimits#memoryBytes}, which the caller
   *     checks
   * @return the rows; the caller closes them
   * @throws IOException if the file cannot be read, lacks a column, exceeds a limit, or a column is
   *     a map, a struct, a list of these, or of a type that is not read; the message is one short
   *     line
   */
  Rows open(Path file, List<String> columns, DataLimits limits) throws IOException;

  /**
   * The metadata of a Parquet file.
   *
   * @param columns the names of the top-level columns, in order
   * @param nested the columns that cannot be read: maps, structs, lists of these, and those of a
   *     type that is not read
   * @param rows the number of rows that the file claims to have
   * @param metadata the writer's key-value metadata; Python's {@code datasets} stores its features
   *     under {@code huggingface}
   */
  record Footer(List<String> columns, Set<String> nested, long rows, Map<String, String> metadata) {
    /** Copies the collections. */
    public Footer {
      columns = List.copyOf(columns);
      nested = Set.copyOf(nested);
      metadata = Map.copyOf(metadata);
    }
  }

  /** The rows of an open file, in file order. Not thread safe. */
  interface Rows extends Closeable {
    /**
     * Reads the next row.
     *
     * @return one value per column, in the order of the request: a String, Long, Double, Boolean, a
     *     {@link java.math.BigDecimal} for a decimal number or an integer that fits no Long, a List
     *     of these (which may contain nulls), or null. Dates, times and timestamps are ISO text.
     *     Valid until the next call. Rows may share equal values. Null after the last row
     * @throws IOException if the file cannot be read or exceeds a limit, or a text is not UTF-8;
     *     the message is one short line
     */
    @Nullable Object @Nullable [] next() throws IOException;
  }
}
