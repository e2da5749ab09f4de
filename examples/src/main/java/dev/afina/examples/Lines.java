package dev.afina.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of standard input. Unlike a BufferedReader it tells which line is not UTF-8, and
 * whether the next one is there as a whole, so that nobody who types waits for an answer.
 */
final class Lines {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final int BLOCK = 1 << 16;

  private final InputStream in;
  private byte[] buffer = new byte[BLOCK];
  private int from; // of the next line
  private int scanned; // no break in from..scanned
  private int to; // of what was read
  private boolean ended;
  private long number;

  Lines(InputStream in) {
    this.in = in;
  }

  /** The number of the last line read, from 1. */
  long number() {
    return number;
  }

  /** Whether the next line can be read without waiting; false where nobody knows. */
  boolean ready() throws IOException {
    while (!atBreak() && !ended && in.available() > 0) {
      fill();
    }
    return atBreak();
  }

  /** The next line without its break, LF or CRLF; null after the last. */
  @Nullable String next() throws IOException {
    while (!atBreak() && !ended) {
      fill();
    }
    if (from == to) {
      return null;
    }
    number++;
    String text = decode(ByteBuffer.wrap(buffer, from, scanned - from));
    from = scanned = Math.min(to, scanned + 1); // the last line may have no break
    if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(1);
    }
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private boolean atBreak() {
    while (scanned < to && buffer[scanned] != '\n') {
      scanned++;
    }
    return scanned < to;
  }

  private void fill() throws IOException {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      scanned -= from;
      to -= from;
      from = 0;
    }
    if (to == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.multiplyExact(2, buffer.length));
    }
    int read = in.read(buffer, to, buffer.length - to);
    ended = read == -1;
    to += Math.max(0, read);
  }

  private String decode(ByteBuffer bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("standard input:" + number + ": not valid UTF-8", e);
    }
  }
}
