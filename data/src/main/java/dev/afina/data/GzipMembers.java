package dev.afina.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks gzip (RFC 1952): all members of a file, one after the other, and zeros behind the last.
 * Java's own stream ends without a word where the header of a later member is damaged, and where a
 * pipe has no bytes just then.
 */
final class GzipMembers extends InputStream {
  private static final int DEFLATE = 8;
  private static final int HAS_CHECKSUM = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;

  /** Time, flags of the packer, operating system. */
  private static final int NOT_NEEDED = 6;

  private static final int BYTE = 0xff;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private boolean begun;
  private boolean ended;

  /** Of packed bytes; closed with this. */
  GzipMembers(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & BYTE;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!begun) {
      begun = true;
      header(next());
    }
    while (!ended) {
      int got = inflate(bytes, from, length);
      if (got > 0) {
        checksum.update(bytes, from, got);
        return got;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsDictionary()) {
        throw new ZipException("needs a dictionary");
      } else {
        if (at == filled && !fill()) {
          throw new EOFException();
        }
        inflater.setInput(buffer, at, filled - at);
        at = filled;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    inflater.end();
    in.close();
  }

  private int inflate(byte[] bytes, int from, int length) throws ZipException {
    try {
      return inflater.inflate(bytes, from, length);
    } catch (DataFormatException e) {
      ZipException damaged = new ZipException(e.getMessage());
      damaged.initCause(e);
      throw damaged;
    }
  }

  private void endMember() throws IOException {
    at -= inflater.getRemaining();
    long sum = number(4);
    long size = number(4);
    if (sum != checksum.getValue() || size != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw new ZipException("another checksum or size than that of the content");
    }
    checksum.reset();
    inflater.reset();
    while (at < filled || fill()) {
      int b = buffer[at++] & BYTE;
      if (b != 0) {
        header(b);
        return;
      }
    }
    ended = true;
  }

  /** Goes behind the header whose first byte was read. */
  private void header(int first) throws IOException {
    if (first != 0x1f || next() != 0x8b || next() != DEFLATE) {
      throw new ZipException("no header of gzip");
    }
    int flags = next();
    skip(NOT_NEEDED);
    if ((flags & HAS_EXTRA) != 0) {
      skip((int) number(2));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_CHECKSUM) != 0) {
      skip(2);
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // up to its end
    }
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      next();
    }
  }

  /** Least byte first. */
  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (long) next() << (Byte.SIZE * i);
    }
    return number;
  }

  private int next() throws IOException {
    if (at == filled && !fill()) {
      throw new EOFException();
    }
    return buffer[at++] & BYTE;
  }

  /** Whether there are more bytes. */
  private boolean fill() throws IOException {
    at = 0;
    filled = Math.max(0, in.read(buffer, 0, buffer.length));
    return filled > 0;
  }
}
