package dev.afina.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
   * Opens a file to read chosen columns of all rows.
   *
   * @param file the file
   * @param columns names of top-level columns, none twice
   * @param limits what the file may ask of this machine; the rows' memory is reckoned by who takes
   *     them
   * @return the rows, which the caller closes
   * @throws IOException when the file cannot be read, has no such column, or one that is a map, a
   *     struct or a list of such, or asks for more than the limits; its message is one short line
   */
  Rows open(Path file, List<String> columns, DataLimits limits) throws IOException;

  /**
   * The end of a Parquet file.
   *
   * @param columns the names of the top-level columns, in order
   * @param nested those of them that are maps or structs, or lists of such, and cannot be read
   * @param rows how many rows the file announces
   * @param metadata what the writer noted, by key; Python's datasets notes its features under
   *     {@code huggingface}
   */
  record Footer(List<String> columns, Set<String> nested, long rows, Map<String, String> metadata) {
    /** Copies the collections. */
    public Footer {
      columns = List.copyOf(columns);
      nested = Set.copyOf(nested);
      metadata = Map.copyOf(metadata);
    }
  }

  /** The rows of an open file, in its order. For one thread at a time. */
  interface Rows extends Closeable {
    /**
     * Reads the next row.
     *
     * @return a value a column, in the order asked for: String, Long, Double, Boolean, a List of
     *     such, which may hold nulls, or null; the array is valid until the next call. Values that
     *     a file holds once may be one object for all rows that have them. Null at the end
     * @throws IOException when the file cannot be read or asks for more than the limits; its
     *     message is one short line
     */
    @Nullable Object @Nullable [] next() throws IOException;
  }
}
