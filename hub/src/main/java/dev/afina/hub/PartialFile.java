package dev.afina.hub;

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
 * The part of a content that has come so far, {@code HASH.afina-xxxxxxxx.incomplete} beside the
 * blobs, and the hash of it.
 *
 * <p>The name is new for each download, and a part that a killed process left is renamed before it
 * is continued: where a file system's locks do not work, of two processes only one gets it. Bytes
 * once written are never cut off or changed; starting over means another file. So even a process
 * that lost its part to another one can do it no harm.
 */
final class PartialFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(PartialFile.class);
  private static final String MARK = ".afina-";
  private static final String SUFFIX = ".incomplete";

  /** How the name goes on behind the hash, as a regular expression. */
  static final String NAME_END = "\\" + MARK + "[0-9a-f]{8}\\" + SUFFIX;

  /** The disk is full or broken, as opposed to the network. */
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
   * Takes over the longest part that an earlier download left, and deletes the others.
   *
   * @return it, or a new one when there is none
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

  /** Forgets the part and begins again with none. */
  void restart() throws IOException {
    discard();
    file = unused(folder, hash);
    channel = opened(file);
    digest = hash.digest(size);
    bytes = 0;
  }

  /** The hash of a complete content; call once. */
  String hash() {
    return ContentHash.hex(digest);
  }

  /** Makes the content a blob, on the disk before it has its name. */
  void moveTo(Path blob) throws IOException {
    channel.force(true);
    channel.close();
    RepositoryCache.move(file, blob);
  }

  /** Leaves the part for a later download; an empty one is deleted. */
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

  /** A part that an earlier download left. */
  private record Left(Path file, long size) {}

  /** The parts of this content that are there, the longest first. */
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
