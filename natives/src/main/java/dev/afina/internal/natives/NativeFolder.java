package dev.afina.internal.natives;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with native libraries from jars, which no other user can change.
 *
 * <p>The libraries are extracted once and verified before each use: the folder must contain exactly
 * these files with exactly this content, so that a planted, truncated or damaged file is never
 * loaded. A {@link Seal} tells which files were not touched since they were last verified; all
 * others are compared with the jars by size and checksum. If anything differs, the folder is
 * replaced and a warning is logged.
 *
 * <p>The folder's name contains the version and a checksum of the content, so that versions do not
 * affect each other. {@link CacheFolder} determines where such folders are, {@link FolderTrust}
 * checks who can change them.
 */
public final class NativeFolder {
  private static final Logger log = LoggerFactory.getLogger(NativeFolder.class);

  /** Incomplete folders that killed processes left behind are removed after this time. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path base;
  private final Path folder;
  private final List<NativeFile> files;
  private final Map<String, Content> expected;

  private NativeFolder(Path base, String name, List<NativeFile> files) throws IOException {
    this.base = base;
    this.files = List.copyOf(files);
    this.expected = new TreeMap<>();
    for (NativeFile file : files) {
      expected.put(file.name(), Content.of(file.source()));
    }
    CRC32 key = new CRC32();
    key.update(expected.toString().getBytes(StandardCharsets.UTF_8));
    this.folder = base.resolve(name + "-" + Long.toHexString(key.getValue()));
  }

  /**
   * The parent of all such folders, created if necessary and checked to be this user's alone.
   *
   * @throws IOException if it cannot be created or another user could change it; the message names
   *     the folder and a remedy
   */
  public static Path base() throws IOException {
    Path base = CacheFolder.locate().toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(base, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(base)) {
        Files.createDirectories(base, ofOwner());
      }
    } catch (IOException e) {
      throw new IOException(
          "the folder for native libraries "
              + base
              + " cannot be made ("
              + reason(e)
              + "); "
              + CacheFolder.WAY_OUT,
          e);
    }
    FolderTrust.require(base);
    return base;
  }

  /**
   * Returns a folder with exactly these files, creating it if necessary.
   *
   * @param base from {@link #base()}
   * @param name libraries and version, for people who look at the folder
   * @throws IOException if it cannot be created, or the process has too little address space to
   *     load the files; the message says what is needed, and a remedy
   */
  public static Path prepare(Path base, String name, List<NativeFile> files) throws IOException {
    return new NativeFolder(base, name, files).prepare();
  }

  private Path prepare() throws IOException {
    AddressSpace.require(bytes());
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !difference().isEmpty()) {
      // One class loader of one process at a time, so that none replaces what another has just
      // created.
      synchronized (NativeLoading.jvm()) {
        try (FileChannel file = FileChannel.open(base.resolve("lock"), CREATE, WRITE);
            FileLock lock = file.lock()) {
          log.trace("{} is held", lock);
          makeUnlessThere();
        } catch (IOException e) {
          throw new IOException(
              "native libraries of "
                  + (bytes() >> 20)
                  + " MB cannot be copied to "
                  + base
                  + " ("
                  + reason(e)
                  + "); make room and the right to write there, or "
                  + CacheFolder.WAY_OUT,
              e);
        }
      }
    }
    return folder;
  }

  private void makeUnlessThere() throws IOException {
    boolean isThere = Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
    if (isThere) {
      String difference = difference();
      if (difference.isEmpty()) {
        return;
      }
      log.warn("{} is not as the jars have it ({}); it is made anew", folder, difference);
    }
    removeAbandoned();
    Path made = Files.createTempDirectory(base, "tmp-", ofOwner());
    try {
      copyTo(made);
      if (isThere) {
        // Renamed first, because running processes still use its files.
        Path old = Files.createTempDirectory(base, "tmp-", ofOwner());
        Files.move(folder, old.resolve("old"));
        delete(old);
      }
      Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(made);
    }
    String difference = difference();
    if (!difference.isEmpty()) {
      throw new IOException(folder + " is not as the jars have it: " + difference);
    }
  }

  /** What differs from the jars; empty if nothing does. */
  private String difference() throws IOException {
    try {
      return differenceOfFiles();
    } catch (NoSuchFileException e) {
      return "another process is making it"; // the caller then waits for the lock
    }
  }

  private String differenceOfFiles() throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !FolderTrust.isOwn(folder)) {
      return "it is no folder of this user's alone";
    }
    try (Stream<Path> present = Files.list(folder)) {
      List<String> foreign =
          present
              .map(path -> path.getFileName().toString())
              .filter(name -> !expected.containsKey(name))
              .sorted()
              .toList();
      if (!foreign.isEmpty()) {
        return "there is a " + foreign.get(0) + " that no jar has";
      }
    }
    for (String name : expected.keySet()) {
      Path path = folder.resolve(name);
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        return name + " is missing or no file";
      }
      if (!FolderTrust.isOwn(path)) {
        return "another user may write " + name;
      }
    }
    Seal now = Seal.of(folder, expected.keySet());
    if (now.holds()) {
      return "";
    }
    for (Map.Entry<String, Content> file : expected.entrySet()) {
      if (!file.getValue().isOf(folder.resolve(file.getKey()))) {
        return file.getKey() + " has another content";
      }
    }
    now.write();
    return "";
  }

  private void copyTo(Path target) throws IOException {
    for (NativeFile file : files) {
      log.info("copying {} to {}", file.name(), folder);
      Path copy = target.resolve(file.name());
      try (InputStream in = file.source().openStream()) {
        Files.copy(in, copy);
      }
      if (FolderTrust.canBeChecked()) {
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
  }

  private long bytes() {
    return expected.values().stream().mapToLong(Content::bytes).sum();
  }

  /**
   * A new folder with copies of some files, for a class loader that needs libraries which another
   * has already loaded.
   *
   * @param base from {@link #base()}
   * @param from a folder from {@link #prepare}
   * @param names the files to copy
   * @return the folder, to be passed to {@link #delete} once the files are loaded
   */
  public static Path copyOf(Path base, Path from, List<String> names) throws IOException {
    Path copy = Files.createTempDirectory(base, "tmp-", ofOwner());
    for (String name : names) {
      Files.copy(from.resolve(name), copy.resolve(name));
    }
    return copy;
  }

  /** Deletes a folder as far as possible: on Windows, loaded files remain until a later start. */
  public static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      log.trace("{} is gone already", folder);
    } catch (IOException e) {
      log.debug("{} is left for a later start to remove", folder, e);
    }
  }

  private void removeAbandoned() throws IOException {
    FileTime limit = FileTime.from(Instant.now().minus(ABANDONED));
    try (Stream<Path> left = Files.list(base)) {
      for (Path path : left.filter(p -> p.getFileName().toString().startsWith("tmp-")).toList()) {
        if (Files.getLastModifiedTime(path).compareTo(limit) < 0) {
          delete(path);
        }
      }
    }
  }

  private static FileAttribute<?>[] ofOwner() {
    return FolderTrust.canBeChecked()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"))
        }
        : new FileAttribute<?>[0];
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
