package dev.afina.internal.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Reads a kind of file whole into memory, up to a limit, because anybody may have changed it.
 *
 * @param mostBytes the most that a file of this kind may have
 * @param expected what the file should be, for the message
 * @param refusal makes the exception from its message
 */
public record SmallFile(int mostBytes, String expected, Function<String, IOException> refusal) {

  /** A text of at most so many bytes, refused by an IOException. */
  public static SmallFile text(int mostBytes) {
    return new SmallFile(mostBytes, "a short text file", IOException::new);
  }

  /**
   * Reads a file.
   *
   * @throws NoSuchFileException when there is none
   * @throws IOException when it is larger, or no plain file (the reader of a pipe could wait
   *     without end); the message begins with its path
   */
  public byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      if (Files.exists(file)) {
        throw refusal.apply(file + ": not a plain file, expected " + expected);
      }
      throw new NoSuchFileException(file.toString());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return bytes(in, file.toString());
    }
  }

  /**
   * Reads to the end; the caller closes.
   *
   * @param where the stream's source, for the message
   * @throws IOException when there is more than the limit
   */
  public byte[] bytes(InputStream in, String where) throws IOException {
    byte[] bytes = in.readNBytes(mostBytes + 1);
    if (bytes.length > mostBytes) {
      throw refusal.apply(where + ": more than " + mostBytes + " bytes, expected " + expected);
    }
    return bytes;
  }

  /**
   * Reads a file of text.
   *
   * @throws IOException as {@link #bytes(Path)}, and when it is not UTF-8
   */
  public String string(Path file) throws IOException {
    byte[] bytes = bytes(file);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      IOException refused =
          refusal.apply(file + ": not UTF-8, expected " + expected + "; delete it or mend it");
      refused.initCause(e);
      throw refused;
    }
  }
}
