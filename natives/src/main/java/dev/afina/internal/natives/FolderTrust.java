package dev.afina.internal.natives;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Checks that only this user or root can change a folder from which code is loaded.
 *
 * <p>The rules are those of sshd for key files: the folder, and every folder above it, must belong
 * to this user or root, and only the owner may have write access. Two exceptions are safe: a parent
 * folder with the sticky bit, such as /tmp, where users cannot rename the files of others; and
 * write access for a group with the owner's name, which by convention has no other member on Linux.
 * The folder itself must not be a link. On Windows nothing is checked: home and temporary folders
 * are private by default there.
 */
final class FolderTrust {
  private static final int STICKY = 01000;
  private static final int GROUP_WRITES = 020;
  private static final int OTHERS_WRITE = 02;
  private static final Integer ROOT = 0;

  private FolderTrust() {}

  static boolean canBeChecked() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  }

  /**
   * Checks that no other user can plant code in a folder.
   *
   * @throws IOException if another user could; the message names the place and the reason
   */
  static void require(Path folder) throws IOException {
    if (!canBeChecked()) {
      return;
    }
    Path lexical = folder.toAbsolutePath().normalize();
    if (Files.isSymbolicLink(lexical)) {
      throw refused(lexical, lexical, "it is a link");
    }
    Set<Path> places = new LinkedHashSet<>();
    // Both the path as written, with the folders of all links on it, and the path it resolves to.
    for (Path start : new Path[] {lexical, lexical.toRealPath()}) {
      for (Path place = start; place != null; place = place.getParent()) {
        places.add(place);
      }
    }
    for (Path place : places) {
      boolean isAbove = !place.equals(lexical) && !place.equals(lexical.toRealPath());
      String objection = objection(place, isAbove);
      if (!objection.isEmpty()) {
        throw refused(lexical, place, objection);
      }
    }
  }

  /** Whether a file belongs to this user or root and only the owner may write to it. */
  static boolean isOwn(Path file) throws IOException {
    return !canBeChecked() || (!Files.isSymbolicLink(file) && objection(file, false).isEmpty());
  }

  /** Why a place cannot be trusted; empty if it can. */
  private static String objection(Path place, boolean isAbove) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(
            place, "unix:uid,mode,isSymbolicLink,isDirectory", LinkOption.NOFOLLOW_LINKS);
    Object owner = Objects.requireNonNull(unix.get("uid"));
    int mode = (int) Objects.requireNonNull(unix.get("mode"));
    if (!owner.equals(ROOT) && !owner.equals(ownUid())) {
      return "it belongs to " + posix(place).owner().getName() + ", neither you nor root";
    }
    boolean isLink = Boolean.TRUE.equals(unix.get("isSymbolicLink")); // has no mode of its own
    boolean isSticky =
        isAbove && Boolean.TRUE.equals(unix.get("isDirectory")) && (mode & STICKY) != 0;
    boolean othersWrite =
        (mode & OTHERS_WRITE) != 0 || ((mode & GROUP_WRITES) != 0 && !isGroupOfOne(place));
    if (othersWrite && !isSticky && !isLink) {
      return "others may write there ("
          + PosixFilePermissions.toString(posix(place).permissions())
          + "; chmod go-w helps)";
    }
    return "";
  }

  private static boolean isGroupOfOne(Path place) throws IOException {
    PosixFileAttributes posix = posix(place);
    return posix.group().getName().equals(posix.owner().getName());
  }

  /** The attributes with user and group names, which take a while to look up. */
  private static PosixFileAttributes posix(Path place) throws IOException {
    return Files.readAttributes(place, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static IOException refused(Path folder, Path place, String objection) {
    return new IOException(
        "native libraries are not loaded from "
            + folder
            + ", where another user could plant code: "
            + (place.equals(folder) ? "" : place + ": ")
            + objection
            + "; or "
            + CacheFolder.WAY_OUT);
  }

  /** The user that this process writes files as. */
  static int ownUid() throws IOException {
    Path file;
    try {
      file = Files.createTempFile("afina", ".uid");
    } catch (IOException e) {
      // A container whose file system is read-only; its folder of libraries may be there already.
      Path self = Path.of("/proc/self");
      if (!Files.isDirectory(self)) {
        throw e;
      }
      return (int) Files.getAttribute(self, "unix:uid");
    }
    try {
      return (int) Files.getAttribute(file, "unix:uid");
    } finally {
      Files.delete(file);
    }
  }
}
