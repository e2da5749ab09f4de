package dev.afina.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Parquet files for {@link Dataset#parquet}. The module {@code afina-parquet} has one; {@link
 * java.util.ServiceLoader} finds it, so this module needs no decoder.
 *
 * <p>Implementations are safe for use by several threads at once.
 */
public interface ParquetReader {
  /**
   * Returns what a file says of itself.
   *
   * @param file the file
   * @return names and metadata
   * @throws IOException when it cannot be read or is no Parquet file
   */
  Footer footer(Path file) throws IOException;

  /**
   * Reads chosen columns of all rows.
   *
   * @param file the file
   * @param columns names of top-level columns, none twice
   * @param limits what the file may ask of this machine; the rows' memory is reckoned by who takes
   *     them
   * @param rows takes the rows in the order of the file
   * @throws IOException when the file cannot be read, has no such column, or one that is a map, a
   *     struct or a list of such, or asks for more than the limits; its message is one short line
   */
  void read(Path file, List<String> columns, DataLimits limits, Rows rows) throws IOException;

  /**
   * The end of a Parquet file.
   *
   * @param columns the names of the top-level columns, in order
   * @param metadata what the writer noted, by key; Python's datasets notes its features under
   *     {@code huggingface}
   */
  record Footer(List<String> columns, Map<String, String> metadata) {
    /** Copies both. */
    public Footer {
      columns = List.copyOf(columns);
      metadata = Map.copyOf(metadata);
    }
  }

  /** Takes rows. */
  @FunctionalInterface
  interface Rows {
    /**
     * Takes the next row.
     *
     * @param values a value a column, in the order asked for: String, Long, Double, Boolean, a List
     *     of such, which may hold nulls, or null; the array is valid during the call only. Values
     *     that a file holds once may be one object for all rows that have them
     * @throws IOException to end the reading
     */
    void row(@Nullable Object[] values) throws IOException;
  }
}
