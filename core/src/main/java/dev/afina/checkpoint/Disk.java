package dev.afina.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a write needs so that a crash or a power cut leaves the old content or the new one. */
final class Disk {
  static final boolean WINDOWS =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

  /** Linux' table of what is mounted where; field 5 is the folder. */
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  private static final int MOUNT_POINT = 4;

  private static final Pattern REMOTE =
      Pattern.compile("(nfs|cifs|smb|9p|afs|ceph|gluster|lustre|beegfs|fuse|webdav|vboxsf).*");

  private Disk() {}

  /**
   * Returns an unused name beside the target, {@code .name.tmp-…}; on the same disk, so that it can
   * be renamed.
   */
  static Path temporarySibling(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".tmp-" + UUID.randomUUID());
  }

  /** Forces the content of a file to the disk. */
  static void forceFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /**
   * Forces names made or changed in a folder to the disk; Windows has no such call and needs none.
   */
  static void forceFolder(@Nullable Path folder) throws IOException {
    if (folder != null && !WINDOWS) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Forces a folder and the files in it to the disk. */
  static void forceAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        forceFile(file);
      }
    }
    forceFolder(folder);
  }

  /**
   * Whether a folder cannot be renamed because something is mounted on it, as a container's volume
   * is, or because its parent cannot be written.
   */
  static boolean staysInPlace(Path folder) throws IOException {
    Path parent = folder.getParent();
    return parent == null || !Files.isWritable(parent) || isMountPoint(folder, parent);
  }

  private static boolean isMountPoint(Path folder, Path parent) throws IOException {
    if (!Files.getFileStore(folder).equals(Files.getFileStore(parent))) {
      return true;
    }
    // A volume may be a folder of the same disk, which only the table tells.
    if (!Files.isReadable(MOUNTS)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.UTF_8)) {
      return lines
          .map(line -> line.split(" ", MOUNT_POINT + 2))
          .anyMatch(f -> f.length > MOUNT_POINT && unescaped(f[MOUNT_POINT]).equals(folder + ""));
    }
  }

  /** The table has blanks, tabs, line ends and backslashes as three octal digits. */
  private static String unescaped(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  /** Whether other machines may write there, which our locks may not reach. */
  static boolean isRemote(Path folder) throws IOException {
    FileStore store = Files.getFileStore(folder);
    return REMOTE.matcher(store.type().toLowerCase(Locale.ROOT)).matches();
  }

  /** When anything in a folder, or a file, was changed last; the epoch when it is not there. */
  static FileTime lastChange(Path path) throws IOException {
    FileTime[] last = {FileTime.fromMillis(0)};
    visit(
        path,
        attributes -> {
          if (attributes.lastModifiedTime().compareTo(last[0]) > 0) {
            last[0] = attributes.lastModifiedTime();
          }
        });
    return last[0];
  }

  /** The bytes of all files in a folder, or of a file; 0 when it is not there. */
  static long bytes(Path path) throws IOException {
    long[] sum = {0};
    visit(path, attributes -> sum[0] += attributes.isRegularFile() ? attributes.size() : 0);
    return sum[0];
  }

  private interface Visit {
    void visited(BasicFileAttributes attributes);
  }

  private static void visit(Path path, Visit visit) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new Visitor() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            visit.visited(attributes);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            visit.visited(attributes);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Deletes a folder with all in it, or a file; links are deleted, not followed. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new Visitor() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Somebody else may be deleting the same. */
  private abstract static class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }
}
