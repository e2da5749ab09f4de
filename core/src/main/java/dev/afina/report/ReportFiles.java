package dev.afina.report;

import dev.afina.internal.files.FileTree;
import dev.afina.internal.files.WriteFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes some files into a folder, all of them or none. All that can fail is done beside them: what
 * is left then is one renaming for each. When a later one fails, the earlier are taken back.
 */
final class ReportFiles {
  private ReportFiles() {}

  /**
   * Writes or replaces the files; others in the folder stay.
   *
   * @param folder is made where it is missing
   * @param texts by name of the file
   * @throws IOException when a file cannot be written; those of before are then as they were
   */
  static void write(Path folder, Map<String, String> texts) throws IOException {
    try {
      writeAll(folder, texts);
    } catch (IOException e) {
      throw WriteFailure.of(folder, "what was there is unchanged", e);
    }
  }

  private static void writeAll(Path folder, Map<String, String> texts) throws IOException {
    Files.createDirectories(folder);
    Path scratch = Files.createDirectory(folder.resolve(".afina-report-" + UUID.randomUUID()));
    try {
      for (Map.Entry<String, String> text : texts.entrySet()) {
        Path target = folder.resolve(text.getKey());
        if (Files.exists(target) && !Files.isRegularFile(target)) {
          throw new FileAlreadyExistsException(
              target.toString(), null, "is no file; the report would replace it");
        }
        if (Files.exists(target)) {
          Files.copy(target, scratch.resolve(text.getKey() + ".before"));
        }
        write(scratch.resolve(text.getKey()), text.getValue());
      }
      replace(folder, scratch, List.copyOf(texts.keySet()));
    } finally {
      FileTree.delete(scratch);
    }
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Puts files of {@code scratch} in place; {@code NAME.before} there is what was in place. */
  static void replace(Path folder, Path scratch, List<String> names) throws IOException {
    List<String> replaced = new ArrayList<>();
    try {
      for (String name : names) {
        move(scratch.resolve(name), folder.resolve(name));
        replaced.add(name);
      }
    } catch (IOException e) {
      for (String name : replaced) {
        Path before = scratch.resolve(name + ".before");
        if (Files.exists(before)) {
          move(before, folder.resolve(name));
        } else {
          Files.deleteIfExists(folder.resolve(name));
        }
      }
      throw e;
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
