package dev.afina.internal.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files in a folder and its subfolders. The folder itself may be a link. A link inside it
 * counts if it points to a file; one to a folder is not followed.
 */
public final class FolderFiles {
  private FolderFiles() {}

  /** What to do about a subfolder that cannot be read. */
  public interface Unreadable {
    /**
     * Called once for each of them.
     *
     * @param problem one line that names the subfolder and the reason
     * @throws IOException if the listing shall end
     */
    void met(String problem, IOException cause) throws IOException;
  }

  /**
   * Lists the files.
   *
   * @param leftOut which subfolders to leave out, by their path in the folder with {@code /}
   * @param unreadable what to do about a subfolder that cannot be read
   * @return the files by their path in the folder, with {@code /} between its parts
   * @throws IOException if there is no such folder, it is a file, or cannot be read
   */
  public static SortedMap<String, Path> of(
      Path folder, Predicate<String> leftOut, Unreadable unreadable) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(
          folder.toString(), null, "no such folder (looked in " + folder.toAbsolutePath() + ")");
    }
    if (!Files.isDirectory(folder)) {
      throw new FileSystemException(folder.toString(), null, "is a file, expected a folder");
    }
    // Resolved once: a walk does not follow a link, and the link may be moved meanwhile.
    Path root = Files.isSymbolicLink(folder) ? folder.toRealPath() : folder;
    Listing listing = new Listing(root, leftOut, unreadable);
    Files.walkFileTree(root, listing);
    return listing.files;
  }

  private static final class Listing extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Predicate<String> leftOut;
    private final Unreadable unreadable;
    private final SortedMap<String, Path> files = new TreeMap<>();

    Listing(Path root, Predicate<String> leftOut, Unreadable unreadable) {
      this.root = root;
      this.leftOut = leftOut;
      this.unreadable = unreadable;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return !folder.equals(root) && leftOut.test(name(folder))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (Files.isRegularFile(file)) { // of a link: what it points to
        files.put(name(file), file);
      }
      return FileVisitResult.CONTINUE;
    }

    /** Also called for a folder that cannot be opened. */
    @Override
    public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
      if (path.equals(root)) {
        throw new IOException(problem(path, failure) + "; mend its permissions", failure);
      }
      if (!leftOut.test(name(path))) {
        unreadable.met(problem(path, failure), failure);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(folder, failure);
    }

    private String name(Path path) {
      return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    private static String problem(Path path, IOException failure) {
      String reason =
          failure instanceof AccessDeniedException ? "no permission" : String.valueOf(failure);
      return MessageText.of("%s: cannot be read (%s)".formatted(path, reason));
    }
  }
}
