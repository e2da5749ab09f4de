package dev.afina.hub;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes temporary files of killed processes.
 *
 * <p>Only files that were not written to for an hour are removed. A more recent partial download
 * may still be resumed, and a locked one is being written.
 */
final class CacheLeftovers {
  private static final Logger LOG = LoggerFactory.getLogger(CacheLeftovers.class);
  private static final Duration QUIET = Duration.ofHours(1);

  /** See {@link RepositoryCache#unique}. */
  private static final String TEMPORARY = "\\.[0-9a-f]{8}\\.tmp";

  private CacheLeftovers() {}

  /** Runs a removal while holding the lock of a blob, unless somebody else has the lock. */
  interface Locks {
    boolean tryWhileLocked(String hash, Removal removal) throws IOException;
  }

  /** Removes one file. */
  interface Removal {
    void run() throws IOException;
  }

  /** Removes partial blobs, and temporary copies of blobs. */
  static void removeFrom(Path blobs, Locks locks) {
    Pattern part = Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64})" + PartialFile.NAME_END);
    removeOld(
        blobs,
        part,
        file -> {
          String hash = part.matcher(file.getFileName().toString()).replaceFirst("$1");
          return locks.tryWhileLocked(hash, () -> Files.deleteIfExists(file));
        });
    removeOld(blobs, Pattern.compile("[0-9a-f]{40,64}" + TEMPORARY), Files::deleteIfExists);
  }

  /** Removes temporary files of a small file. */
  static void removeOf(Path file) {
    String name = Pattern.quote(file.getFileName().toString());
    removeOld(file.resolveSibling(""), Pattern.compile(name + TEMPORARY), Files::deleteIfExists);
  }

  private interface Deletion {
    boolean delete(Path file) throws IOException;
  }

  private static void removeOld(Path folder, Pattern names, Deletion deletion) {
    Instant line = Instant.now().minus(QUIET);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder, file -> names.matcher(file.getFileName().toString()).matches())) {
      for (Path file : files) {
        BasicFileAttributes attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isRegularFile()
            && attributes.lastModifiedTime().toInstant().isBefore(line)
            && deletion.delete(file)) {
          LOG.info("{}: removed; a killed process left its {} bytes", file, attributes.size());
        }
      }
    } catch (NoSuchFileException e) { // another process does the same
      LOG.debug("{}: gone", e.getFile());
    } catch (IOException | DirectoryIteratorException e) { // what was asked for is done
      LOG.debug("{}: old temporary files stay: {}", folder, e.toString());
    }
  }
}
