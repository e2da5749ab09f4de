package dev.afina.internal.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;

/**
 * Writes a file as a whole or not at all: beside its place, to the disk, and then to its name in
 * one step, in the place of a file that was there. Who reads never finds a half one.
 */
public final class WholeFile {
  /** What the file is to hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes it; the stream is closed by who called. */
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /**
   * Writes a file. Of a link, the file that it leads to is written. What the content throws leaves
   * all as it was.
   *
   * @throws IOException if there is no such folder, the name is that of something else than a file,
   *     or it cannot be written
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = (Files.exists(file) ? file.toRealPath() : file).toAbsolutePath();
    Path folder = target.getParent();
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new FileSystemException(
          file.toString(), null, "is a folder or another thing, expected the name of a file");
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(
          file.toString(), null, "the folder " + folder + " does not exist; make it first");
    }
    Path temporary = folder.resolve("." + UUID.randomUUID() + ".part");
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
        content.writeTo(out);
        out.flush();
        channel.force(true); // before the name says that it is there
      }
      keepPermissions(target, temporary);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (view != null && Files.exists(from)) {
      view.setPermissions(Files.getPosixFilePermissions(from));
    }
  }
}
