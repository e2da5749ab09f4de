package dev.afina.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the text files of the cache and of locks, which anybody may have changed. */
final class SmallFile {
  private SmallFile() {}

  /**
   * Reads a file.
   *
   * @param most the most bytes that it may have
   * @throws NoSuchFileException when there is none
   * @throws IOException when it is no plain file (a pipe would be waited for without end), is
   *     larger, or not UTF-8; the message begins with its path
   */
  static String read(Path file, int most) throws IOException {
    if (!Files.isRegularFile(file)) {
      if (Files.exists(file)) {
        throw new IOException(file + ": not a plain file, expected a text file");
      }
      throw new NoSuchFileException(file.toString());
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(most + 1);
    }
    if (bytes.length > most) {
      throw new IOException(file + ": more than " + most + " bytes, expected a short text file");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": not UTF-8, expected a text file; delete it or mend it", e);
    }
  }
}
