package dev.afina.examples;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of standard input. Unlike a BufferedReader it tells which line is not UTF-8, and
 * whether the next one is there without waiting.
 */
final class Lines {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final InputStream in;
  private long number;

  Lines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** The number of the last line read, from 1. */
  long number() {
    return number;
  }

  /** Whether something of the next line has arrived. */
  boolean ready() throws IOException {
    return in.available() > 0;
  }

  /** The next line without its break, LF or CRLF; null after the last. */
  @Nullable String next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    int b = in.read();
    if (b == -1) {
      return null;
    }
    number++;
    for (; b != -1 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    String text = decode(line.toByteArray());
    if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(1);
    }
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private String decode(byte[] bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("standard input:" + number + ": not valid UTF-8", e);
    }
  }
}
