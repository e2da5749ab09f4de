package dev.afina.checkpoint;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a checkpoint folder as a whole: a reader finds the old folder or the new one, never a
 * mixture and never a half.
 *
 * <p>The files are written into a hidden folder beside the target and forced to disk. Then the old
 * folder is renamed aside, the new one renamed to the target's name, and the old one deleted. No
 * file system of Java exchanges two folders in one step, so between the two renames there is for an
 * instant no folder of that name; when the process is killed just then, both are there whole, as
 * {@code .name.tmp-…} and {@code .name.old-…}.
 */
public final class AtomicFolder {
  /**
   * The files that make a checkpoint; any other file of a replaced folder, such as README.md, is
   * carried over.
   */
  private static final Pattern CHECKPOINT_FILE =
      Pattern.compile(
          "(.*_)?config\\.json|tokenizer.*\\.json|.*\\.index\\.json|vocab\\.(json|txt)|merges\\.txt"
              + "|special_tokens_map\\.json|added_tokens\\.json|trainer_state\\.json|(all|train|eval)_results"
              + "\\.json|.*\\.(safetensors|onnx|bin|pt|pth|h5|msgpack|model)");

  private static final Logger LOG = LoggerFactory.getLogger(AtomicFolder.class);

  private AtomicFolder() {}

  /** Writes the files of a folder. */
  @FunctionalInterface
  public interface FolderContent {
    /**
     * Writes all files.
     *
     * @param folder an empty folder that exists; plain files only go into it
     * @throws IOException when a file cannot be written
     */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Writes or replaces a folder.
   *
   * @param target the folder; its parents are made when they are missing; a link to a folder stays
   *     a link
   * @param content writes the files; when it throws, the old folder stays as it was and nothing is
   *     left behind
   * @throws FileAlreadyExistsException when {@link #requireReplaceable} refuses the target
   * @throws InterruptedIOException when the thread is interrupted meanwhile; one that was
   *     interrupted before writes the folder and stays interrupted
   * @throws IOException when a file cannot be written or renamed; the old folder is then in its
   *     place
   */
  public static void write(Path target, FolderContent content) throws IOException {
    // Java closes a channel that an interrupted thread uses. An interrupt from before waits until
    // the
    // folder is there; one that comes meanwhile ends the write.
    boolean interrupted = Thread.interrupted();
    try {
      writeWhole(target, content);
    } catch (ClosedByInterruptException e) {
      InterruptedIOException ended =
          new InterruptedIOException(
              target + ": the thread was interrupted while it saved; no half folder is left");
      ended.initCause(e);
      throw ended;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void writeWhole(Path target, FolderContent content) throws IOException {
    requireReplaceable(target);
    Path folder = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath().normalize();
    Path parent = parent(folder);
    Files.createDirectories(parent);
    Path temporary = Files.createDirectory(Disk.temporarySibling(folder));
    try {
      content.writeTo(temporary);
      if (Files.exists(folder)) {
        carryOver(folder, temporary);
      }
      try (Stream<Path> files = Files.list(temporary)) {
        for (Path file : files.toList()) {
          Disk.forceFile(file);
        }
      }
      Disk.forceFolder(temporary);
      replace(folder, temporary);
      Disk.forceFolder(parent);
    } finally {
      delete(temporary); // there only if something failed
    }
  }

  /**
   * Refuses a target that is not clearly a checkpoint folder, so that a wrong path never costs
   * anybody a file. Call it before long work whose result goes there.
   *
   * @param target a folder that does not exist, is empty, or holds nothing but plain files and
   *     among them a config.json with a {@code model_type}
   * @throws FileAlreadyExistsException when it is a file, or a folder of another kind; the message
   *     says which entry is in the way
   * @throws IOException when the folder cannot be read
   */
  public static void requireReplaceable(Path target) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw refusal(target, "a file, expected a folder; save to another path");
    }
    List<Path> entries;
    try (Stream<Path> files = Files.list(target)) {
      entries = files.sorted().toList();
    }
    if (entries.isEmpty()) {
      return;
    }
    if (!isModelFolder(target)) {
      throw refusal(
          target,
          "a folder with "
              + entries.size()
              + " entries and no config.json of a model, so it is not replaced; save to a new or empty folder");
    }
    for (Path entry : entries) {
      if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
        throw refusal(
            target,
            "holds \""
                + entry.getFileName()
                + "\", which is not a plain file, so it is not replaced; move that away or save to another folder");
      }
    }
  }

  private static boolean isModelFolder(Path folder) throws IOException {
    Path config = folder.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      return false;
    }
    try {
      JsonObject json = JsonFile.parseObject(Files.readAllBytes(config), config.toString());
      return json.has("model_type");
    } catch (CheckpointException e) {
      return false; // a config.json of something else
    }
  }

  private static void carryOver(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(file.getFileName().toString());
        if (!CHECKPOINT_FILE.matcher(file.getFileName().toString()).matches()
            && !Files.exists(copy)) {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** Puts the replacement into the folder's place; when that fails the folder is where it was. */
  static void replace(Path folder, Path replacement) throws IOException {
    if (!Files.exists(folder)) {
      Files.move(replacement, folder, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path old = Disk.sibling(folder, "old");
    Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(replacement, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    try {
      delete(old);
    } catch (IOException e) { // the new folder is in place, which is what was asked for
      LOG.warn(
          "{}: saved, but the folder it replaces could not be removed and is left as {}",
          folder,
          old,
          e);
    }
  }

  private static Path parent(Path folder) throws FileAlreadyExistsException {
    Path parent = folder.getParent();
    if (parent == null) {
      throw refusal(folder, "the root of a file system, expected a folder in it");
    }
    return parent;
  }

  private static FileAlreadyExistsException refusal(Path target, String reason) {
    return new FileAlreadyExistsException(target.toString(), null, reason);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
