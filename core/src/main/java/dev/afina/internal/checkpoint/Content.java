package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of one file, wherever they lie, read in ranges of at most 2 GiB. */
sealed interface Content extends Closeable {
  /** Bytes that are copied at a time. */
  int COPY_BUFFER = 1 << 16;

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
   * @throws CheckpointException when there is no such file, or a folder
   */
  static Content of(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new CheckpointException(file + ": a folder, expected a file");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file + ": no such file", e);
    }
    try {
      return new Mapped(file.toString(), channel, channel.size());
    } catch (ClosedByInterruptException e) {
      throw interrupted(file.toString(), e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Copies a stream into a temporary file that the system deletes when the content is closed, or
   * when the process ends.
   *
   * @param size what the stream says that it has; below 0 when it does not say
   * @param where the stream's source, for messages
   * @throws IOException when the temporary folder has no room; the message says how much is needed
   */
  static Content copyOf(InputStream in, long size, String where) throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    FileChannel channel;
    try {
      channel = temporaryFile(folder);
    } catch (IOException e) {
      throw noRoom(where, folder, size, e);
    }
    try {
      ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BUFFER);
      ReadableByteChannel source = Channels.newChannel(in);
      while (source.read(buffer.clear()) >= 0) {
        write(channel, buffer.flip(), folder, size, where);
      }
      return new Mapped(where, channel, channel.size());
    } catch (ClosedByInterruptException e) {
      throw interrupted(where, e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel temporaryFile(Path folder) throws IOException {
    return FileChannel.open(
        Files.createTempFile(folder, "afina-model", ".tmp"),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private static void write(
      FileChannel channel, ByteBuffer bytes, Path folder, long size, String where)
      throws IOException {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw noRoom(where, folder, size, e);
    }
  }

  private static IOException noRoom(String where, Path folder, long size, IOException cause) {
    return new IOException(
        where
            + ": needs "
            + (size < 0 ? "its size" : size + " bytes")
            + " in the temporary folder "
            + folder
            + " while it is read, which cannot be written ("
            + cause.getMessage()
            + "); set -Djava.io.tmpdir to a folder with more room, or unpack the model into a folder and open that",
        cause);
  }

  /** Java's own exception has no message. */
  private static InterruptedIOException interrupted(
      String where, ClosedByInterruptException cause) {
    InterruptedIOException e =
        new InterruptedIOException(where + ": the thread was interrupted while it read");
    e.initCause(cause);
    return e;
  }

  /** Wraps bytes in memory. */
  static Content of(ByteBuffer bytes) {
    return new InMemory(bytes.slice().asReadOnlyBuffer());
  }

  /**
   * A file.
   *
   * @param where its name, for messages
   */
  record Mapped(String where, FileChannel channel, long size) implements Content {
    @Override
    public ByteBuffer range(long position, int length) throws IOException {
      try {
        if (channel.size() != size) { // a map past the end faults at its first use
          throw new CheckpointException(
              where
                  + ": had "
                  + size
                  + " bytes when it was opened and now has "
                  + channel.size()
                  + "; something writes to it");
        }
        return channel.map(MapMode.READ_ONLY, position, length).order(ByteOrder.LITTLE_ENDIAN);
      } catch (ClosedByInterruptException e) {
        throw interrupted(where, e);
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
                where
                    + ": ends at byte "
                    + at
                    + ", before the tensor does; something writes to it");
          }
          at += count;
        }
      } catch (ClosedByInterruptException e) {
        throw interrupted(where, e);
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
