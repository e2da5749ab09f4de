package dev.afina.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a write needs so that a crash or a power cut leaves the old content or the new one. */
final class Disk {
  private static final boolean WINDOWS =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

  private Disk() {}

  /**
   * Returns an unused name beside the target, {@code .name.tmp-…}; on the same disk, so that it can
   * be renamed.
   */
  static Path temporarySibling(Path target) {
    return sibling(target, "tmp");
  }

  /** Returns an unused name beside the target, {@code .name.KIND-…}. */
  static Path sibling(Path target, String kind) {
    return target.resolveSibling("." + target.getFileName() + "." + kind + "-" + UUID.randomUUID());
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
}
