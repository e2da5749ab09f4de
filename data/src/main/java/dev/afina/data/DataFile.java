package dev.afina.data;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * A text file, plain or gzipped, in UTF-8 or in the encoding of its byte order mark or of its
 * options.
 *
 * @param isOneText whether the whole file is one text, which may also be a web page
 */
record DataFile(Path path, ReadingOptions options, boolean isOneText) {
  private static final int BUFFER = 1 << 16;

  /** A file of many rows. */
  DataFile(Path path, ReadingOptions options) {
    this(path, options, false);
  }

  /**
   * Opens the file. The caller closes the reader, and passes exceptions from it to {@link
   * #explain}.
   */
  Reader open() throws IOException {
    InputStream in = bytes();
    try {
      return new BufferedReader(new InputStreamReader(in, strict(skipMark(in))), BUFFER);
    } catch (IOException e) {
      in.close();
      throw explain(e);
    }
  }

  /**
   * An exception that says what is wrong with the file, if that is known; otherwise the given one.
   */
  IOException explain(IOException problem) throws IOException {
    if (problem instanceof CharacterCodingException) {
      return notDecoded(problem);
    }
    if (problem instanceof ZipException || problem instanceof EOFException) {
      return new DatasetException(
          path, "the gzip data is damaged or cut short; fetch the file again", problem);
    }
    return problem;
  }

  private InputStream bytes() throws IOException {
    if (Files.isDirectory(path)) {
      throw new DatasetException(path, "is a folder; give one of the files in it", null);
    }
    if (Files.notExists(path)) {
      throw new NoSuchFileException(
          path.toString(), null, "no such data file (looked in " + path.toAbsolutePath() + ")");
    }
    InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER);
    try {
      byte[] start = peek(in, 2);
      boolean gzip = // RFC 1952, ID1 and ID2
          start.length == 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
      return gzip
          ? new BufferedInputStream(ExpansionGuard.gunzip(path, in, options.limits()), BUFFER)
          : in;
    } catch (IOException e) {
      in.close();
      throw explain(e);
    }
  }

  private static byte[] peek(InputStream in, int bytes) throws IOException {
    in.mark(bytes);
    byte[] start = in.readNBytes(bytes);
    in.reset();
    return start;
  }

  /** Determines the encoding and skips the byte order mark. */
  private Charset skipMark(InputStream in) throws IOException {
    byte[] start = peek(in, FileKind.BYTES);
    Optional<String> problem = isOneText ? FileKind.problemOfText(start) : FileKind.problem(start);
    if (problem.isPresent()) {
      throw new DatasetException(path, problem.get(), null);
    }
    TextEncoding encoding = TextEncoding.of(path, start, options.charset());
    in.skipNBytes(encoding.markBytes());
    return encoding.charset();
  }

  private DatasetException notDecoded(IOException problem) throws IOException {
    try (InputStream in = bytes()) {
      Charset encoding = skipMark(in);
      return new DatasetException(
          path,
          firstInvalidLine(in, encoding),
          encoding.equals(StandardCharsets.UTF_8)
              ? "not valid UTF-8; name the encoding, such as charset(\"windows-1252\"), or save the file as UTF-8 (in Excel: \"CSV UTF-8\")"
              : "not valid " + encoding.name() + "; name the right encoding by charset(...)",
          problem);
    }
  }

  // A reader does not reveal where its decoder stopped, so a second pass finds the line.
  private static long firstInvalidLine(InputStream in, Charset charset) throws IOException {
    CharsetDecoder decoder = strict(charset);
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    CharBuffer chars = CharBuffer.allocate(BUFFER);
    long line = 1;
    char previous = 0;
    boolean end = false;
    while (!end) {
      int got = in.read(bytes.array(), bytes.position(), bytes.remaining());
      end = got < 0;
      bytes.position(bytes.position() + Math.max(0, got)).flip();
      CoderResult result;
      do {
        result = decoder.decode(bytes, chars, end);
        chars.flip();
        while (chars.hasRemaining()) {
          char c = chars.get();
          if (c == '\r' || (c == '\n' && previous != '\r')) {
            line++;
          }
          previous = c;
        }
        chars.clear();
      } while (result.isOverflow());
      if (result.isError()) {
        return line;
      }
      bytes.compact();
    }
    return line;
  }

  private static CharsetDecoder strict(Charset charset) {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }
}
