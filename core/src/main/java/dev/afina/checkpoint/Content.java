package dev.afina.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of one file, wherever they lie, read in ranges of at most 2 GiB. */
sealed interface Content extends Closeable {
  /** Returns the whole size in bytes. */
  long size();

  /**
   * Returns a range.
   *
   * @return a read-only little-endian buffer
   */
  ByteBuffer range(long position, int length) throws IOException;

  /** Fills {@code target} with the bytes from {@code position} on. */
  default void read(long position, ByteBuffer target) throws IOException {
    target.put(range(position, target.remaining()));
  }

  @Override
  void close() throws IOException;

  /**
   * Opens a file; each range becomes a memory map of its own, so the file may be larger than a
   * buffer.
   *
   * @throws CheckpointException when there is no such file
   */
  static Content of(Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file + ": no such file", e);
    }
    try {
      return new Mapped(file, channel, channel.size());
    } catch (ClosedByInterruptException e) {
      throw interrupted(file, e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Java's own exception has no message. */
  private static InterruptedIOException interrupted(Path file, ClosedByInterruptException cause) {
    InterruptedIOException e =
        new InterruptedIOException(file + ": the thread was interrupted while it read");
    e.initCause(cause);
    return e;
  }

  /** Wraps bytes in memory. */
  static Content of(ByteBuffer bytes) {
    return new InMemory(bytes.slice().asReadOnlyBuffer());
  }

  /** A file. */
  record Mapped(Path file, FileChannel channel, long size) implements Content {
    @Override
    public ByteBuffer range(long position, int length) throws IOException {
      try {
        if (channel.size() != size) { // a map past the end faults at its first use
          throw new CheckpointException(
              file
                  + ": had "
                  + size
                  + " bytes when it was opened and now has "
                  + channel.size()
                  + "; something writes to it");
        }
        return channel.map(MapMode.READ_ONLY, position, length).order(ByteOrder.LITTLE_ENDIAN);
      } catch (ClosedByInterruptException e) {
        throw interrupted(file, e);
      }
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      try {
        long at = position;
        while (target.hasRemaining()) {
          int count = channel.read(target, at);
          if (count < 0) {
            throw new CheckpointException(
                file + ": ends at byte " + at + ", before the tensor does; something writes to it");
          }
          at += count;
        }
      } catch (ClosedByInterruptException e) {
        throw interrupted(file, e);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** A buffer. */
  record InMemory(ByteBuffer bytes) implements Content {
    @Override
    public long size() {
      return bytes.capacity();
    }

    @Override
    public ByteBuffer range(long position, int length) {
      return bytes.slice(Math.toIntExact(position), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {}
  }
}
