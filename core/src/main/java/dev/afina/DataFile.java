package dev.afina;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens a text file as it comes: plain or gzip, UTF-8 and nothing else, with or without a BOM. */
final class DataFile {
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private DataFile() {}

  /** The file's characters. The caller closes it, and passes what reading throws to explain. */
  static BufferedReader open(Path path) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(bytes(path), strictUtf8()));
    try {
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      return reader;
    } catch (IOException e) {
      reader.close();
      throw explain(path, e);
    }
  }

  /** Says what is wrong with the file where that is known; else the exception itself. */
  static IOException explain(Path path, IOException problem) throws IOException {
    if (problem instanceof CharacterCodingException) {
      return new DatasetException(
          path,
          firstInvalidLine(path),
          "not valid UTF-8; save the file as UTF-8 (in Excel: \"CSV UTF-8\")",
          problem);
    }
    if (problem instanceof ZipException || problem instanceof EOFException) {
      return new DatasetException(
          path, "the gzip data is damaged or cut short; fetch the file again", problem);
    }
    return problem;
  }

  private static InputStream bytes(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new DatasetException(path, "is a folder; give one of the files in it", null);
    }
    if (Files.notExists(path)) {
      throw new NoSuchFileException(
          path.toString(), null, "no such data file (looked in " + path.toAbsolutePath() + ")");
    }
    InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b; // RFC 1952, ID1 and ID2
      in.reset();
      return gzip ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16)) : in;
    } catch (IOException e) {
      in.close();
      throw explain(path, e);
    }
  }

  // A decoder does not tell where it stopped, so the line is looked for in a second pass, and only
  // then. Line breaks are single bytes that are part of no longer UTF-8 sequence.
  private static long firstInvalidLine(Path path) throws IOException {
    try (InputStream in = bytes(path)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long number = 1;
      int previous = -1;
      for (int b = in.read(); b != -1; b = in.read()) {
        if (b == '\n' && previous == '\r') {
          previous = b;
          continue; // the second half of a break that is counted already
        }
        if (b == '\n' || b == '\r') {
          if (!isUtf8(line.toByteArray())) {
            return number;
          }
          line.reset();
          number++;
        } else {
          line.write(b);
        }
        previous = b;
      }
      return number;
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      strictUtf8().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static CharsetDecoder strictUtf8() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }
}
