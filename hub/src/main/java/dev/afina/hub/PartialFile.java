package dev.afina.hub;

import dev.afina.internal.files.WriteFailure;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partially downloaded blob, {@code HASH.afina-xxxxxxxx.incomplete} beside the blobs, with the
 * hash of what has arrived.
 *
 * <p>Each download uses a new name, and a partial file of a killed process is renamed before it is
 * continued: so even without working locks only one of two processes gets it. Written bytes are
 * never truncated or changed; starting over means a new file. So a process that has lost its
 * partial file to another cannot damage it.
 */
final class PartialFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(PartialFile.class);
  private static final String MARK = ".afina-";
  private static final String SUFFIX = ".incomplete";

  /** The part of the name after the hash, as a regular expression. */
  static final String NAME_END = "\\" + MARK + "[0-9a-f]{8}\\" + SUFFIX;

  /** Thrown if the disk, rather than the network, fails. */
  static final class DiskException extends IOException {
    private static final long serialVersionUID = 1L;

    DiskException(String message, IOException cause) {
      super(message, cause);
    }
  }

  private final Path folder;
  private final ContentHash hash;
  private final long size;
  private Path file;
  private FileChannel channel;
  private MessageDigest digest;
  private long bytes;

  private PartialFile(Path folder, ContentHash hash, long size, Path file) throws IOException {
    this.folder = folder;
    this.hash = hash;
    this.size = size;
    this.file = file;
    this.channel = opened(file);
    this.digest = hash.digest(size);
  }

  static PartialFile fresh(Path folder, ContentHash hash, long size) throws IOException {
    return new PartialFile(folder, hash, size, unused(folder, hash));
  }

  /**
   * Takes over the longest partial file of earlier downloads, and deletes the others.
   *
   * @return that file, or a new one if there is none
   */
  static PartialFile resumed(Path folder, ContentHash hash, long size) throws IOException {
    PartialFile resumed = null;
    for (Left part : left(folder, hash)) {
      Path left = part.file();
      if (resumed != null || part.size() > size) {
        Files.deleteIfExists(left);
        continue;
      }
      Path own = unused(folder, hash);
      try {
        Files.move(left, own);
      } catch (NoSuchFileException e) {
        continue; // another process was faster
      }
      resumed = new PartialFile(folder, hash, size, own);
      resumed.readBack();
    }
    return resumed != null ? resumed : fresh(folder, hash, size);
  }

  long bytes() {
    return bytes;
  }

  void append(byte[] buffer, int count) throws IOException {
    try {
      ByteBuffer source = ByteBuffer.wrap(buffer, 0, count);
      while (source.hasRemaining()) {
        channel.write(source);
      }
    } catch (ClosedByInterruptException e) {
      throw new InterruptedIOException("interrupted while writing " + file);
    } catch (IOException e) {
      throw new DiskException(
          file
              + ": cannot be written ("
              + e.getMessage()
              + "), at byte "
              + bytes
              + " of "
              + size
              + "; free some space or set HF_HUB_CACHE to another disk",
          e);
    }
    digest.update(buffer, 0, count);
    bytes += count;
  }

  /** Discards the content and starts over with an empty file. */
  void restart() throws IOException {
    discard();
    file = unused(folder, hash);
    channel = opened(file);
    digest = hash.digest(size);
    bytes = 0;
  }

  /** The hash of the complete content. Call only once. */
  String hash() {
    return ContentHash.hex(digest);
  }

  /** Turns the file into a blob: flushed to disk, then renamed. */
  void moveTo(Path blob) throws IOException {
    try {
      channel.force(true);
      channel.close();
    } catch (IOException e) { // some disks notice only now that they are full
      throw WriteFailure.of(
          blob, "what was downloaded of it is kept", RepositoryCache.ELSEWHERE, e);
    }
    RepositoryCache.move(file, blob);
  }

  /** Keeps the file for a later download, unless it is empty. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (bytes == 0) {
      Files.deleteIfExists(file);
    }
  }

  void discard() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }

  private void readBack() throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        bytes += count;
      }
    }
    LOG.info("{}: resuming a download at byte {} of {}", file, bytes, size);
  }

  private static FileChannel opened(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static Path unused(Path folder, ContentHash hash) {
    return folder.resolve(hash.value() + MARK + RepositoryCache.unique() + SUFFIX);
  }

  /** A partial file of an earlier download. */
  private record Left(Path file, long size) {}

  /** The existing partial files of this blob, longest first. */
  private static List<Left> left(Path folder, ContentHash hash) throws IOException {
    List<Left> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(hash.value() + MARK) && name.endsWith(SUFFIX)) {
          found.add(new Left(file, file.toFile().length())); // 0 for one that is gone by now
        }
      }
    }
    found.sort(Comparator.comparingLong(Left::size).reversed());
    return found;
  }
}
