package dev.afina.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A folder that a training writes to, on a file system that several machines have mounted. */
final class MountedFolder {
  private static final Duration PATIENCE = Duration.ofSeconds(10); // network file systems lag

  private MountedFolder() {}

  /**
   * The folder that a param names, as an absolute path, because a relative one means another folder
   * in each process.
   *
   * @param param the param's name
   * @param value a path or a URI {@code file:/…}
   * @throws IllegalArgumentException if it is the URI of another file system
   */
  static Path of(String param, String value) {
    ModelPlace place = new ModelPlace(value);
    if (place.onHadoop().isPresent()) {
      throw new IllegalArgumentException(
          "%s: got \"%s\", expected the path of a mounted folder, such as /shared/models"
                  .formatted(param, value)
              + (param.equals("outputFolder")
                  ? "; on another file system the model can be saved after the training, by"
                      + " model.save"
                  : ""));
    }
    return place.onFiles().orElse(Path.of(value)).toAbsolutePath();
  }

  /** A file by which others can tell whether they see the same folder. */
  static final class Mark implements AutoCloseable {
    private final Path file;

    private Mark(Path file) {
      this.file = file;
    }

    /** Makes the folder, if need be, and the mark. */
    static Mark put(Path folder, String name) throws IOException {
      Files.createDirectories(folder);
      return new Mark(Files.writeString(folder.resolve(name), ""));
    }

    @Override
    public void close() throws IOException {
      boolean unused = Files.deleteIfExists(file);
    }
  }

  /** Waits some seconds for a mark, and tells whether it is there. */
  static boolean hasMark(Path folder, String name) {
    return hasMark(folder, name, PATIENCE);
  }

  static boolean hasMark(Path folder, String name, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!Files.exists(folder.resolve(name))) {
        if (System.nanoTime() - end >= 0) {
          return false;
        }
        Thread.sleep(100);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
