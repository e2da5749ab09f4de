package dev.afina.spark;

import dev.afina.internal.files.FileTree;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a model's folder, held open so that they can be read after they were deleted. A
 * pipeline that overwrites the folder it was loaded from deletes everything before it asks its
 * stages to write themselves.
 *
 * <p>Unix keeps the content of an open file on a local disk, and so do most network file systems
 * for the machine that deleted it. The files are closed when the garbage collector finds this
 * object. On Windows, where an open file is in the way of a new one, none are held.
 */
final class HeldFiles {
  private final String reference;
  private final Map<String, RandomAccessFile> files = new TreeMap<>();

  /**
   * Opens the files of a folder.
   *
   * @param reference the model's reference
   * @param folder where it is on this machine
   */
  HeldFiles(String reference, Path folder) throws IOException {
    this.reference = reference;
    if (File.separatorChar == '/') {
      try (var all = Files.list(folder)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          files.put(file.getFileName().toString(), new RandomAccessFile(file.toFile(), "r"));
        }
      }
    }
  }

  /** Whether these are the files of a model, and there are any. */
  boolean isOf(String model) {
    return reference.equals(model) && !files.isEmpty();
  }

  /** The names of the files. */
  Set<String> names() {
    return files.keySet();
  }

  /** A copy in a new folder for temporary files. */
  synchronized Path copied() throws IOException {
    Path folder = Files.createTempDirectory("afina-model");
    try {
      byte[] part = new byte[1 << 20];
      for (Map.Entry<String, RandomAccessFile> file : files.entrySet()) {
        RandomAccessFile from = file.getValue();
        from.seek(0);
        try (OutputStream to = Files.newOutputStream(folder.resolve(file.getKey()))) {
          for (int n = from.read(part); n >= 0; n = from.read(part)) {
            to.write(part, 0, n);
          }
        }
      }
      return folder;
    } catch (IOException e) {
      FileTree.delete(folder);
      throw e;
    }
  }
}
