package dev.afina.data;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file, read one at a time in file order. Labels are as written in the file. Not
 * thread safe.
 */
interface RowSource extends Closeable {
  /**
   * Reads the next row; null at the end.
   *
   * @throws DatasetException if the row is not as expected; the source must not be used after that
   */
  @Nullable Example next() throws IOException;

  /**
   * Whether the format has no numbers, only texts. Then labels such as "1.0" may be integers, which
   * pandas writes so if their column has gaps.
   */
  default boolean hasOnlyTexts() {
    return false;
  }
}
