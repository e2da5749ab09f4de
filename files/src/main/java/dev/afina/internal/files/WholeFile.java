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
 * Writes a file completely or not at all: to a temporary file in the same folder, flushed to disk,
 * then renamed over an existing file in one step. Readers never see a partial file.
 */
public final class WholeFile {
  /** The content of the file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the content. The caller closes the stream. */
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /**
   * Writes a file, following a link. If the content throws, an existing file is unchanged.
   *
   * @throws IOException if the folder does not exist, the name belongs to something that is not a
   *     file, or writing fails
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
    try {
      replace(target, folder.resolve("." + UUID.randomUUID() + ".part"), content);
    } catch (IOException e) {
      throw WriteFailure.of(file, "what was there is unchanged", e);
    }
  }

  private static void replace(Path target, Path temporary, Content content) throws IOException {
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
        content.writeTo(out);
        out.flush();
        channel.force(true); // before the file appears under its name
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
