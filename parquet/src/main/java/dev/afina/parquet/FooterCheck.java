package dev.afina.parquet;

import dev.afina.data.DataLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Checks a file's footer before the decoder sees it, which trusts its sizes and parses nested types
 * recursively.
 */
final class FooterCheck {
  /** {@code PAR1} at both ends, and the footer's length before the last. */
  private static final int MAGIC = 4;

  private static final int TAIL = 8;
  private static final int PAR1 = 0x31524150;
  private static final int PARE = 0x45524150;

  // Field ids of FileMetaData in the format's definition.
  private static final int SCHEMA = 2;
  private static final int CREATED_BY = 6;

  /** Of SchemaElement: num_children. */
  private static final int CHILDREN = 5;

  /**
   * The decoder looks for the version in the writer's name by a regular expression, in a time that
   * grows with the square of its length.
   */
  private static final int LONGEST_WRITER = 1_000;

  /** The decoder's objects for a footer take this many times its size. */
  private static final int OBJECTS = 16;

  /** Their size for one type of the schema, which may have a few bytes in the file. */
  private static final int TYPE_OBJECTS = 1_000;

  private static final int DEEPEST_TYPE = 100;

  private FooterCheck() {}

  /**
   * Checks the footer.
   *
   * @throws IOException if it is not a footer, contradicts itself, or is too large for the memory
   */
  static void check(FileChannel file, DataLimits limits) throws IOException {
    long size = file.size();
    if (size < MAGIC + TAIL) {
      throw new IOException("it has " + size + " bytes only");
    }
    ByteBuffer tail = ByteBuffer.allocate(TAIL).order(ByteOrder.LITTLE_ENDIAN);
    while (tail.hasRemaining() && file.read(tail, size - TAIL + tail.position()) > 0) {
      // until all bytes are there
    }
    if (!tail.hasRemaining() && tail.getInt(4) == PARE) {
      throw new Refused("it is encrypted, which is not supported; save it without encryption");
    }
    if (tail.hasRemaining() || tail.getInt(4) != PAR1) {
      throw new IOException("it does not end with PAR1; it is another kind of file, or cut short");
    }
    long length = Integer.toUnsignedLong(tail.getInt(0));
    if (length > size - TAIL - MAGIC) {
      throw new IOException("its metadata announces " + length + " bytes, the file has " + size);
    }
    if (length > limits.memoryBytes() / OBJECTS) {
      throw new Refused(
          "its metadata of "
              + length
              + " bytes needs more than the memory allowed; give Java more by -Xmx");
    }
    ThriftReader reader = new ThriftReader(file);
    reader.range(size - TAIL - length, size - TAIL);
    reader.struct(
        (id, type) -> {
          if (id == SCHEMA && type == ThriftReader.LIST) {
            schema(reader, type, limits.memoryBytes() / TYPE_OBJECTS);
            return true;
          }
          if (id == CREATED_BY && type == ThriftReader.BINARY) {
            long bytes = reader.text();
            if (bytes > LONGEST_WRITER) {
              throw new IOException(
                  "its writer's name has " + bytes + " bytes, expected at most " + LONGEST_WRITER);
            }
            return true;
          }
          return false;
        });
  }

  /** Types are listed in depth-first order: a parent, then its children. */
  private static void schema(ThriftReader reader, int type, long most) throws IOException {
    Deque<Long> open = new ArrayDeque<>(); // the number of children that each type still expects
    long[] count = new long[1];
    reader.list(
        type,
        () -> {
          if (++count[0] > most) {
            throw new Refused(
                "it has more than "
                    + most
                    + " columns and groups, which the memory allowed cannot hold; give Java more by -Xmx");
          }
          while (!open.isEmpty() && open.peek() == 0) {
            open.pop();
          }
          if (!open.isEmpty()) {
            open.push(open.pop() - 1);
          }
          long[] children = new long[1];
          reader.struct(
              (id, kind) -> {
                if (id == CHILDREN && kind == ThriftReader.I32) {
                  children[0] = reader.integer(kind);
                  return true;
                }
                return false;
              });
          if (children[0] > 0) {
            open.push(children[0]);
          }
          if (open.size() > DEEPEST_TYPE) {
            throw new IOException("its types are nested more than " + DEEPEST_TYPE + " deep");
          }
        });
  }
}
