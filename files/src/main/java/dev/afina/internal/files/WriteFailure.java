package dev.afina.internal.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a user reads when a disk refuses a write. The JDK's exceptions name a temporary file, or no
 * file at all ("No space left on device"). This one names the target, what is still there, and the
 * way out; theirs is its cause.
 */
public final class WriteFailure extends IOException {
  private static final long serialVersionUID = 1L;
  private static final String ELSEWHERE = "choose another path";

  /** A file name may have 255 bytes on most disks; temporary ones are 43 longer than the target. */
  private static final int LONGEST_NAME = 255 - 43;

  private WriteFailure(String message, IOException cause) {
    super(MessageText.of(message), cause);
  }

  /**
   * Explains why a file or folder could not be written.
   *
   * @param target what the user asked for
   * @param kept what is there now, such as {@code what was there is unchanged}
   * @param cause why
   * @return the exception to throw; {@code cause} itself if it is an interrupt, or its message is
   *     ours
   */
  public static IOException of(Path target, String kept, IOException cause) {
    return of(target, kept, ELSEWHERE, cause);
  }

  /**
   * As {@link #of(Path, String, IOException)}, where the target is not chosen by a path.
   *
   * @param elsewhere how to choose another place, such as {@code set HF_HUB_CACHE to another disk}
   */
  public static IOException of(Path target, String kept, String elsewhere, IOException cause) {
    boolean isInterrupt =
        cause instanceof InterruptedIOException || cause instanceof ClosedByInterruptException;
    if (isInterrupt || cause instanceof WriteFailure || isOurs(cause)) {
      return cause;
    }
    return new WriteFailure(
        "%s: cannot be written (%s); %s; %s"
            .formatted(target, reason(cause), kept, wayOut(target, elsewhere, cause)),
        cause);
  }

  /** For a target that is complete, although a later step failed. */
  public static IOException afterwards(Path target, IOException cause) {
    return new WriteFailure(
        "%s: was written, but the disk has not confirmed it (%s), so a power cut may undo it; look after the disk, then save again"
            .formatted(target, reason(cause)),
        cause);
  }

  /** The JDK gives no reason where the class says it. */
  private static boolean isOurs(IOException e) {
    return e instanceof FileSystemException file
        && e.getClass() != FileSystemException.class
        && file.getReason() != null;
  }

  private static String reason(IOException cause) {
    if (!(cause instanceof FileSystemException e)) {
      return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
    if (e instanceof AccessDeniedException) {
      return "no permission for " + e.getFile();
    }
    if (e instanceof NoSuchFileException) {
      return e.getFile() + " is missing or was removed meanwhile";
    }
    if (e instanceof FileAlreadyExistsException) {
      return e.getFile() + " is in the way";
    }
    return e.getReason() == null ? String.valueOf(e.getMessage()) : e.getReason();
  }

  private static String wayOut(Path target, String elsewhere, IOException cause) {
    Path name = target.getFileName();
    if (name != null && name.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      return "choose a name of at most " + LONGEST_NAME + " bytes";
    }
    Path place = existing(target);
    if (!Files.isDirectory(place)) {
      return place + " is no folder: " + elsewhere;
    }
    if (cause instanceof AccessDeniedException) {
      return "mend the permissions, or " + elsewhere;
    }
    try {
      FileStore disk = Files.getFileStore(place);
      return disk.isReadOnly()
          ? place + " is mounted read-only: " + elsewhere
          : "the disk of %s has %s bytes free: make room for all of it beside what is there (bytes, files, quota, ulimit -f), or %s"
              .formatted(place, disk.getUsableSpace(), elsewhere);
    } catch (IOException e) { // it is the disk that fails
      return elsewhere;
    }
  }

  /** The target if it is a folder, else what exists of the path to it. */
  private static Path existing(Path target) {
    Path absolute = target.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      return absolute;
    }
    Path place = absolute.getParent();
    while (place != null && !Files.exists(place)) {
      place = place.getParent();
    }
    return place == null ? absolute : place;
  }
}
