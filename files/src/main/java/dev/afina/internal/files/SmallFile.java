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
 * Reads files of one kind completely into memory, up to a limit, because their content cannot be
 * trusted.
 *
 * @param mostBytes the maximum size of a file of this kind, in bytes
 * @param expected what the file should be, for messages
 * @param refusal makes an exception from a message
 */
public record SmallFile(int mostBytes, String expected, Function<String, IOException> refusal) {
  /** What is read is copied and parsed, so a file may have one of so many parts of the heap. */
  private static final int HEAP_PARTS = 6;

  /** Text files of at most this many bytes; larger ones are rejected with an IOException. */
  public static SmallFile text(int mostBytes) {
    return new SmallFile(mostBytes, "a short text file", IOException::new);
  }

  /**
   * Reads a file.
   *
   * @throws NoSuchFileException if it does not exist
   * @throws IOException if it is too large, also for the heap, or not a regular file (reading a
   *     pipe could block forever); the message begins with its path
   */
  public byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      if (Files.exists(file)) {
        throw refusal.apply(file + ": not a plain file, expected " + expected);
      }
      throw new NoSuchFileException(file.toString());
    }
    requireFits(Files.size(file), file.toString());
    try (InputStream in = Files.newInputStream(file)) {
      return bytes(in, file.toString());
    }
  }

  /**
   * Reads a stream to its end. The caller closes it.
   *
   * @param where the stream's source, for messages
   * @throws IOException if the content exceeds the limit
   */
  public byte[] bytes(InputStream in, String where) throws IOException {
    int most = (int) Math.min(mostBytes, Runtime.getRuntime().maxMemory() / HEAP_PARTS);
    byte[] bytes = in.readNBytes(most + 1);
    requireFits(bytes.length, where);
    return bytes;
  }

  private void requireFits(long size, String where) throws IOException {
    if (size > mostBytes) {
      throw refusal.apply(where + ": more than " + mostBytes + " bytes, expected " + expected);
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (size > heap / HEAP_PARTS) {
      throw refusal.apply(
          "%s: %s bytes, expected at most a sixth of the heap of %s bytes; if the file is right, start Java with a larger -Xmx"
              .formatted(where, size, heap));
    }
  }

  /**
   * Reads a text file.
   *
   * @throws IOException as {@link #bytes(Path)}, and if it is not UTF-8
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
