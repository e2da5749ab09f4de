package dev.afina.parquet;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The values of a column, one per row of a row group. */
interface RowValues {
  /** The value of the next row, which may be null. */
  @Nullable Object next() throws IOException;

  /** Checks that no row is left. */
  void requireEnd() throws IOException;
}
