package dev.afina.data;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file in its order, each read when it is asked for. Labels are as they stand there.
 * For one thread at a time.
 */
interface RowSource extends Closeable {
  /**
   * The next row; null at the end.
   *
   * @throws DatasetException if it cannot be read as asked; nothing more is to be asked for then
   */
  @Nullable Example next() throws IOException;
}
