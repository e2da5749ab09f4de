package dev.afina.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads Thrift's compact protocol, which Parquet uses for its metadata, without trusting any size
 * in it: the decoder would allocate as many elements as a list claims to have. Keeps only what the
 * caller asks for.
 */
final class ThriftReader {
  static final int TRUE = 1;
  static final int I32 = 5;
  static final int BINARY = 8;
  static final int LIST = 9;
  static final int STRUCT = 12;

  private static final int FALSE = 2;
  private static final int BYTE = 3;
  private static final int I16 = 4;
  private static final int I64 = 6;
  private static final int DOUBLE = 7;
  private static final int SET = 10;
  private static final int MAP = 11;
  private static final int UUID = 13;

  /** Parquet's own structures are nested eight deep. */
  private static final int DEEPEST = 32;

  /** Handles a field of a struct. */
  @FunctionalInterface
  interface Field {
    /** Reads the value and returns true, or returns false to skip it. */
    boolean read(int id, int type) throws IOException;
  }

  /** Reads an element of a list. */
  @FunctionalInterface
  interface Element {
    void read() throws IOException;
  }

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 13).flip();

  /** The position of the buffer's end in the file. */
  private long filled;

  private long end;

  ThriftReader(FileChannel file) {
    this.file = file;
  }

  /** Restricts reading to the bytes {@code from} to {@code to - 1}. */
  void range(long from, long to) {
    buffer.limit(0);
    filled = from;
    end = to;
  }

  /** The position of the next byte in the file. */
  long position() {
    return filled - buffer.remaining();
  }

  long remaining() {
    return end - position();
  }

  void skipBytes(long count) throws IOException {
    if (count < 0 || count > remaining()) {
      throw new IOException("it announces " + count + " bytes where " + remaining() + " are left");
    }
    long next = position() + count;
    if (count <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) count);
    } else {
      buffer.limit(0);
      filled = next;
    }
  }

  /** Skips a text; returns its length in bytes. */
  long text() throws IOException {
    long length = varint();
    skipBytes(length);
    return length;
  }

  /** Reads a struct, passing each field to the callback. */
  void struct(Field field) throws IOException {
    struct(field, 0);
  }

  /** Reads a list of structs. */
  void list(int type, Element element) throws IOException {
    if (type != LIST) {
      throw new IOException("its metadata has type " + type + " where a list belongs");
    }
    int header = readByte();
    long size = listSize(header);
    for (long i = 0; i < size; i++) {
      element.read();
    }
  }

  /** Reads an integer of any width. */
  long integer(int type) throws IOException {
    if (type != I16 && type != I32 && type != I64) {
      throw new IOException("its metadata has type " + type + " where a number belongs");
    }
    long zigzag = varint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  private void struct(Field field, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("its metadata is nested more than " + DEEPEST + " deep");
    }
    int id = 0;
    for (int header = readByte(); header != 0; header = readByte()) {
      int type = header & 0xf;
      int step = header >>> 4;
      id = step == 0 ? (int) integer(I16) : id + step;
      if (!field.read(id, type)) {
        skip(type, depth);
      }
    }
  }

  private void skip(int type, int depth) throws IOException {
    switch (type) {
      case TRUE, FALSE -> {} // the type is the value
      case BYTE -> skipBytes(1);
      case I16, I32, I64 -> varint();
      case DOUBLE -> skipBytes(8);
      case UUID -> skipBytes(16);
      case BINARY -> skipBytes(varint());
      case LIST, SET -> skipList(depth);
      case MAP -> skipMap(depth);
      case STRUCT -> struct((id, inner) -> false, depth + 1);
      default -> throw new IOException("its metadata has an unknown type " + type);
    }
  }

  private void skipList(int depth) throws IOException {
    int header = readByte();
    long size = listSize(header);
    int type = header & 0xf;
    for (long i = 0; i < size; i++) {
      skipElement(type, depth + 1);
    }
  }

  private void skipMap(int depth) throws IOException {
    long size = varint();
    if (size == 0) {
      return;
    }
    int types = readByte();
    requireFits(size);
    for (long i = 0; i < size; i++) {
      skipElement(types >>> 4, depth + 1);
      skipElement(types & 0xf, depth + 1);
    }
  }

  /** Outside of a struct a boolean takes a byte. */
  private void skipElement(int type, int depth) throws IOException {
    skip(type == TRUE || type == FALSE ? BYTE : type, depth);
  }

  private long listSize(int header) throws IOException {
    int small = header >>> 4;
    long size = small == 15 ? varint() : small;
    requireFits(size);
    return size;
  }

  /** Each element takes at least one byte. */
  private void requireFits(long size) throws IOException {
    if (size < 0 || size > remaining()) {
      throw new IOException(
          "its metadata announces " + size + " elements in " + remaining() + " bytes");
    }
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = readByte();
      value |= (long) (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        return value;
      }
    }
    throw new IOException("its metadata has a number of more than ten bytes");
  }

  private int readByte() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), Math.max(0, end - filled)));
      int got = buffer.hasRemaining() ? file.read(buffer, filled) : -1;
      buffer.flip();
      if (got <= 0) {
        throw new IOException("its metadata ends too soon");
      }
      filled += got;
    }
    return buffer.get() & 0xff;
  }
}
