package dev.afina.parquet;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a column has for each row of a group. */
interface RowValues {
  /** Takes what the next row has; null where it has nothing. */
  @Nullable Object next() throws IOException;

  /** Makes sure that no row is left. */
  void requireEnd() throws IOException;
}
