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
 * Notes how a folder's files were when their content was last compared, so that the next start need
 * not read them all again.
 *
 * <p>For each file: number, size, time of the last write and time of the last change of any kind.
 * The system sets the last one at each write, rename and change of rights, and only root can set it
 * back, so a file that was touched is compared again. The note lies beside the folder, where only
 * its owner can write. Windows keeps no such time: there every start compares.
 */
final class Seal {
  private static final Logger log = LoggerFactory.getLogger(Seal.class);

  private final Path note;
  private final String state; // empty where the system does not tell enough

  private Seal(Path note, String state) {
    this.note = note;
    this.state = state;
  }

  /** How the files are now. */
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

  /** Whether they are as they were when {@link #write} was called. */
  boolean holds() throws IOException {
    return !state.isEmpty()
        && Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)
        && FolderTrust.isOwn(note)
        && Files.isReadable(note)
        && Files.readString(note).equals(state);
  }

  /** Notes that the content was compared; where that cannot be written, each start compares. */
  void write() {
    if (state.isEmpty()) {
      return;
    }
    Path written = null;
    try {
      written = Files.createTempFile(note.getParent(), "tmp-", ".seal");
      Files.writeString(written, state);
      // As the libraries: one user may prepare the folder and another run with it.
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
