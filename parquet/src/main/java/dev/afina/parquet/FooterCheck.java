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

  /** Field ids in the format's definition: FileMetaData.schema and SchemaElement.num_children. */
  private static final int SCHEMA = 2;

  private static final int CHILDREN = 5;

  /** The decoder's objects for a footer take this many times its size. */
  private static final int OBJECTS = 16;

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
            schema(reader, type);
            return true;
          }
          return false;
        });
  }

  /** Types are listed in depth-first order: a parent, then its children. */
  private static void schema(ThriftReader reader, int type) throws IOException {
    Deque<Long> open = new ArrayDeque<>(); // the number of children that each type still expects
    reader.list(
        type,
        () -> {
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
