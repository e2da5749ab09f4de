package dev.afina.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The rows of a source as a lazy stream. */
final class RowStream extends Spliterators.AbstractSpliterator<Example> {
  private final Path file;
  private final RowSource source;
  private final @Nullable ClassNames names;
  private long row;
  private boolean ended;
  private boolean closed;

  private RowStream(Path file, RowSource source, @Nullable ClassNames names) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE);
    this.file = file;
    this.source = source;
    this.names = names;
  }

  /**
   * A stream of the rows of an open file. Closing the stream closes the file.
   *
   * @param names the names of the classes if labels are class numbers; null if labels stay as they
   *     are
   */
  static Stream<Example> of(Path file, RowSource source, @Nullable ClassNames names) {
    RowStream rows = new RowStream(file, source, names);
    return StreamSupport.stream(rows, false).onClose(rows::close);
  }

  @Override
  public synchronized boolean tryAdvance(Consumer<? super Example> action) {
    if (ended) {
      return false;
    }
    if (closed) {
      throw new IllegalStateException("this stream of " + file + " is closed");
    }
    Example next = next();
    if (next == null) {
      ended = true;
      close(); // in case the caller forgets
      return false;
    }
    action.accept(next);
    return true;
  }

  private @Nullable Example next() {
    try {
      Example read = source.next();
      row++;
      if (read == null || names == null || read.target() == null) {
        return read;
      }
      return read.with(names.target(read.target(), row - 1, file));
    } catch (IOException e) {
      ended = true;
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        source.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
