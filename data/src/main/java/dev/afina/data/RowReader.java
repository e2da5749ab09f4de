package dev.afina.data;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Limits the length of a row, for parsers that would read a row of any length into memory. */
final class RowReader extends Reader {
  /** Thrown if a row is longer than allowed. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final Reader in;
  private final int most;
  private final char[] buffer = new char[1 << 13];
  private int at;
  private int filled;
  private long left = Long.MAX_VALUE;
  private @Nullable IOException failure;

  RowReader(Reader in, int most) {
    this.in = in;
    this.most = most;
  }

  /** Starts a row: its characters are counted from here. */
  void beginRow() {
    left = most;
  }

  /** Stops counting, because the caller does not keep what follows. */
  void skip() {
    left = Long.MAX_VALUE;
  }

  /** The exception from reading the file itself, as opposed to the parser's about its content. */
  @Nullable IOException failure() {
    return failure;
  }

  /** The next line without its line break; null at the end. */
  @Nullable String readLine() throws IOException {
    if (!fill()) {
      return null;
    }
    beginRow();
    StringBuilder line = new StringBuilder();
    do {
      int end = at;
      while (end < filled && buffer[end] != '\n' && buffer[end] != '\r') {
        end++;
      }
      take(end - at);
      line.append(buffer, at, end - at);
      at = end;
    } while (at == filled && fill());
    if (fill() && buffer[at++] == '\r' && fill() && buffer[at] == '\n') {
      at++;
    }
    return line.toString();
  }

  /** Skips white space and returns the next character without consuming it; -1 at the end. */
  int peekBeyondBlanks() throws IOException {
    while (fill() && Character.isWhitespace(buffer[at])) {
      at++;
    }
    return fill() ? buffer[at] : -1;
  }

  @Override
  public int read(char[] chars, int from, int length) throws IOException {
    if (!fill()) {
      return -1;
    }
    int got = Math.min(length, filled - at);
    take(got);
    System.arraycopy(buffer, at, chars, from, got);
    at += got;
    return got;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void take(int characters) throws TooLong {
    left -= characters;
    if (left < 0) {
      TooLong e = new TooLong();
      failure = e;
      throw e;
    }
  }

  /** Whether there is a next character. */
  private boolean fill() throws IOException {
    if (at < filled) {
      return true;
    }
    try {
      filled = in.read(buffer, 0, buffer.length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
    at = 0;
    return filled > 0;
  }
}
