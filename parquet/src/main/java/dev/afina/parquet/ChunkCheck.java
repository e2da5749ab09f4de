package dev.afina.parquet;

import dev.afina.data.DataLimits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Checks the headers of all pages of a column before the decoder allocates what they claim. */
final class ChunkCheck {
  // PageHeader and the structures in it, by the format's definition.
  private static final int UNPACKED = 2;
  private static final int PACKED = 3;
  private static final int DATA_PAGE = 5;
  private static final int DICTIONARY_PAGE = 7;
  private static final int DATA_PAGE_V2 = 8;
  private static final int VALUES = 1;

  /**
   * The minimum size of a value, unless all have fewer bytes. In a dictionary it takes an object.
   */
  private static final int SMALLEST_VALUE = 4;

  private static final int OBJECT = 64;

  /** The minimum memory that a value of a list takes. */
  private static final int REFERENCE = 4;

  /** A page and the dictionary of a column are in memory at the same time, for several columns. */
  private static final int PARTS = 8;

  private final FileChannel file;
  private final DataLimits limits;
  private final ThriftReader reader;

  private long unpacked;
  private long packed;
  private long values;
  private long dictionary;

  /** The minimum size of a value in the dictionary of the current chunk. */
  private int smallest = SMALLEST_VALUE;

  ChunkCheck(FileChannel file, DataLimits limits) {
    this.file = file;
    this.limits = limits;
    this.reader = new ThriftReader(file);
  }

  /**
   * Checks the chunk of a column in one row group.
   *
   * @param rows the number of rows in the group
   * @param list whether a row may have several values
   * @throws IOException if it contradicts itself or exceeds the limits
   */
  void check(ColumnChunkMetaData chunk, long rows, boolean list) throws IOException {
    long from = chunk.getStartingPos();
    long size = chunk.getTotalSize();
    if (from < 0 || size < 0 || from > file.size() || size > file.size() - from) {
      throw new IOException("a column announces bytes behind the file's end");
    }
    long count = chunk.getValueCount();
    if (list ? count < rows : count != rows) {
      throw new IOException("a column announces " + count + " values for " + rows + " rows");
    }
    if (count > limits.memoryBytes() / REFERENCE) {
      throw new Refused(
          "a column of lists announces "
              + count
              + " values, which the memory allowed cannot hold; give Java more by -Xmx");
    }
    smallest = size(chunk.getPrimitiveType());
    reader.range(from, from + size);
    for (long seen = 0; seen < count; ) {
      seen += page(count - seen);
    }
  }

  /** The minimum size of a value: a length of four bytes, a number, or a fixed number of bytes. */
  private static int size(PrimitiveType type) {
    return type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
        ? Math.max(1, Math.min(SMALLEST_VALUE, type.getTypeLength()))
        : SMALLEST_VALUE;
  }

  /** Checks the next page. Returns its number of values; 0 unless it is a data page. */
  private long page(long most) throws IOException {
    unpacked = -1;
    packed = -1;
    values = 0;
    dictionary = 0;
    reader.struct(this::field);
    if (packed < 0 || packed > reader.remaining() || unpacked < 0) {
      throw new IOException(
          "a page announces %s bytes, %s unpacked, where %s are left"
              .formatted(packed, unpacked, reader.remaining()));
    }
    if (unpacked > limits.memoryBytes() / PARTS || !limits.allowsExpansion(packed, unpacked)) {
      throw new Refused(
          "a page of %s bytes announces %s unpacked, more than the memory or %s times its size; raise DataLimits by Columns.limits(...) if this file shall be read"
              .formatted(packed, unpacked, limits.expansion()));
    }
    if (values < 0 || values > most) {
      throw new IOException("a page announces " + values + " values where " + most + " are left");
    }
    if (dictionary < 0
        || dictionary > unpacked / smallest
        || dictionary > limits.memoryBytes() / PARTS / OBJECT) {
      throw new IOException(
          "a dictionary of " + unpacked + " bytes announces " + dictionary + " values");
    }
    reader.skipBytes(packed);
    return values;
  }

  private boolean field(int id, int type) throws IOException {
    switch (id) {
      case UNPACKED -> unpacked = reader.integer(type);
      case PACKED -> packed = reader.integer(type);
      case DATA_PAGE, DATA_PAGE_V2 -> values = values(type);
      case DICTIONARY_PAGE -> dictionary = values(type);
      default -> {
        return false;
      }
    }
    return true;
  }

  private long values(int type) throws IOException {
    if (type != ThriftReader.STRUCT) {
      throw new IOException("a page has type " + type + " where its description belongs");
    }
    long[] count = new long[1];
    reader.struct(
        (id, inner) -> {
          if (id == VALUES) {
            count[0] = reader.integer(inner);
            return true;
          }
          return false;
        });
    return count[0];
  }
}
