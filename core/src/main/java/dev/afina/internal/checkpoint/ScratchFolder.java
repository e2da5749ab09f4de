package dev.afina.internal.checkpoint;

import dev.afina.internal.checkpoint.SaveClaim.Kind;
import dev.afina.internal.files.FileTree;
import dev.afina.internal.files.WriteFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder in the system's temporary folder that only this user can read. It is deleted when it is
 * closed, and when the process is killed before, by the next that makes one of the same name.
 *
 * <p>Use an instance from one thread at a time.
 */
public final class ScratchFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ScratchFolder.class);

  private final SaveClaim claim;

  private ScratchFolder(SaveClaim claim) {
    this.claim = claim;
  }

  /**
   * Makes a folder.
   *
   * @param name what it is for, as a part of its name
   * @return the folder, empty; the caller closes it
   * @throws IOException when it cannot be made
   */
  public static ScratchFolder make(String name) throws IOException {
    Path place = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    try {
      return make(place, name);
    } catch (IOException e) {
      throw WriteFailure.of(
          place, "nothing was changed", "set -Djava.io.tmpdir to another folder", e);
    }
  }

  private static ScratchFolder make(Path place, String name) throws IOException {
    String prefix = "." + name + ".";
    // Others write there too: a folder of theirs could turn into a link while it is deleted.
    UserPrincipal owner = owner();
    new Leftovers(place, prefix)
        .remove(path -> Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(owner));
    SaveClaim claim = SaveClaim.take(place, prefix);
    boolean complete = false;
    try {
      Files.createDirectory(claim.path(Kind.TMP), ownerOnly());
      complete = true;
      return new ScratchFolder(claim);
    } finally {
      if (!complete) {
        claim.close();
      }
    }
  }

  /**
   * Returns where it is.
   *
   * @return the folder
   */
  public Path path() {
    return claim.path(Kind.TMP);
  }

  /** Deletes the folder; what cannot be deleted is named in the log, and left to the next one. */
  @Override
  public void close() {
    try (SaveClaim ended = claim) {
      FileTree.delete(ended.path(Kind.TMP));
    } catch (IOException e) { // the work is done, or its failure matters more
      LOG.warn("{}: temporary files are left", path(), e);
    }
  }

  /** Who this process is; in a container it may be a number without a name. */
  private static UserPrincipal owner() throws IOException {
    Path process = Path.of("/proc/self");
    return Files.exists(process)
        ? Files.getOwner(process)
        : FileSystems.getDefault()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
  }

  private static FileAttribute<?>[] ownerOnly() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }
}
