package dev.afina.internal.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    if (isOnAnotherDisk(folder, parent)) {
      return true;
    }
    // A volume may be a folder of the same disk, which only the table tells.
    if (!Files.isReadable(MOUNTS)) {
      return false;
    }
    return mounts(Files.readAllBytes(MOUNTS)).contains(folder + "");
  }

  private static boolean isOnAnotherDisk(Path folder, Path parent) {
    try {
      return !Files.getFileStore(folder).equals(Files.getFileStore(parent));
    } catch (IOException e) { // in a chroot, whose table of mounts may lack its own root
      return false;
    }
  }

  /** The folders in Linux' table; names of others may be bytes of any encoding. */
  static Set<String> mounts(byte[] table) {
    return new String(table, StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(" ", MOUNT_POINT + 2))
        .filter(fields -> fields.length > MOUNT_POINT)
        .map(fields -> unescaped(fields[MOUNT_POINT]))
        .collect(Collectors.toSet());
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
}
