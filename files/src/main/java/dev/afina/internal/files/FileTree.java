package dev.afina.internal.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Operations on a file, or on a folder with everything in it. Links are not followed. Another
 * process may be deleting the same files: those that vanish in the meantime are skipped.
 */
public final class FileTree {
  private FileTree() {}

  /**
   * The time of the last change of a file or of anything in a folder; the epoch if it does not
   * exist.
   */
  public static FileTime lastChange(Path path) throws IOException {
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

  /** The total size in bytes of a file or of all files in a folder; 0 if it does not exist. */
  public static long bytes(Path path) throws IOException {
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

  /** Deletes a file, or a folder with everything in it. Links are deleted, not followed. */
  public static void delete(Path path) throws IOException {
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
