package dev.afina.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the files beside the weights, which go into memory as a whole. */
final class SmallFile {
  /** Four times the largest tokenizer.json that is known. */
  static final int MOST_BYTES = 128 << 20;

  private SmallFile() {}

  /**
   * Reads a file.
   *
   * @throws CheckpointException when it has more than {@value #MOST_BYTES} bytes
   */
  static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    }
  }

  /** Reads to the end; the caller closes. */
  static byte[] read(InputStream in, String where) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new CheckpointException(
          where
              + ": more than "
              + MOST_BYTES
              + " bytes, expected a file of configuration or vocabulary");
    }
    return bytes;
  }
}
