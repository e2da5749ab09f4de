package dev.afina.internal.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the state of a folder's files when their content was last verified, so that the next
 * start need not read them again.
 *
 * <p>For each file it stores the inode number, size, modification time and change time. The system
 * updates the change time on each write, rename and change of permissions, and only root can reset
 * it, so any touched file is verified again. The record lies beside the folder, where only the
 * owner can write. Windows has no change time, so every start verifies the content there.
 */
final class Seal {
  private static final Logger log = LoggerFactory.getLogger(Seal.class);

  private final Path note;
  private final String state; // empty if the system does not provide enough

  private Seal(Path note, String state) {
    this.note = note;
    this.state = state;
  }

  /** The current state of the files. */
  static Seal of(Path folder, Collection<String> names) throws IOException {
    Path note = folder.resolveSibling(folder.getFileName() + ".seal");
    if (!FolderTrust.canBeChecked()) {
      return new Seal(note, "");
    }
    StringBuilder state = new StringBuilder();
    for (String name : names) {
      Map<String, Object> file =
          Files.readAttributes(
              folder.resolve(name),
              "unix:dev,ino,size,lastModifiedTime,ctime",
              LinkOption.NOFOLLOW_LINKS);
      state.append(name).append(' ').append(new TreeMap<>(file)).append('\n');
    }
    return new Seal(note, state.toString());
  }

  /** Whether the state is the one recorded by {@link #write}. */
  boolean holds() throws IOException {
    return !state.isEmpty()
        && Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)
        && FolderTrust.isOwn(note)
        && Files.isReadable(note)
        && Files.readString(note).equals(state);
  }

  /**
   * Records that the content was verified. If that cannot be written, each start verifies again.
   */
  void write() {
    if (state.isEmpty()) {
      return;
    }
    Path written = null;
    try {
      written = Files.createTempFile(note.getParent(), "tmp-", ".seal");
      Files.writeString(written, state);
      // Readable like the libraries: one user may prepare the folder and another run with it.
      Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(written, note, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      log.debug("{} cannot be written; the next start compares again", note, e);
      if (written != null) {
        NativeFolder.delete(written);
      }
    }
  }
}
