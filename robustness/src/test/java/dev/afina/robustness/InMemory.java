package dev.afina.robustness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary folders in memory where the system has such a file system with some room, else the
 * usual ones. Forcing a file to the disk takes no time there, and a killed process leaves the same:
 * what it has written is the kernel's, not its own.
 */
public final class InMemory implements TempDirFactory {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long ROOM = 512L << 20;

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    boolean usable =
        Files.isDirectory(MEMORY)
            && Files.isWritable(MEMORY)
            && Files.getFileStore(MEMORY).getUsableSpace() >= ROOM;
    return usable
        ? Files.createTempDirectory(MEMORY, "junit-afina")
        : Files.createTempDirectory("junit-afina");
  }
}
