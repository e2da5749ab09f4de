package dev.afina.parquet;

import java.io.IOException;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** The values of a column as Java objects. Equal strings from a dictionary share one object. */
final class Values implements RowValues {
  private final ColumnReader reader;
  private final long longest;
  private final int defined;
  private final PrimitiveTypeName stored;
  private final Meaning meaning;

  // A hash table from the dictionary's own objects to their values.
  private final @Nullable Object[] seen;
  private final Object[] meant;

  /**
   * The values of a row group.
   *
   * @param meaning what the stored values stand for
   * @param longest the maximum length of a text in bytes
   * @param dictionary whether the column has one
   */
  Values(ColumnReader reader, Meaning meaning, long longest, boolean dictionary) {
    this.reader = reader;
    this.longest = longest;
    this.defined = reader.getDescriptor().getMaxDefinitionLevel();
    this.stored = reader.getDescriptor().getPrimitiveType().getPrimitiveTypeName();
    this.meaning = meaning;
    this.seen = new Object[dictionary ? 1 << 14 : 0];
    this.meant = new Object[seen.length];
  }

  /** The next value, which may be null. */
  @Override
  public @Nullable Object next() throws IOException {
    Object value = reader.getCurrentDefinitionLevel() < defined ? null : value();
    reader.consume();
    return value;
  }

  /** Nothing to do: {@link ChunkCheck} has checked that there are as many values as rows. */
  @Override
  public void requireEnd() {}

  static Refused tooLong(long bytes, long longest) {
    return new Refused(
        "a value of "
            + bytes
            + " bytes, the most is "
            + longest
            + "; raise DataLimits.rowCharacters(...) by Columns.limits(...) if this file shall be read");
  }

  private Object value() throws IOException {
    return switch (stored) {
      case BOOLEAN -> reader.getBoolean();
      case INT32 -> meaning.of(reader.getInteger());
      case INT64 -> meaning.of(reader.getLong());
      case FLOAT -> (double) reader.getFloat();
      case DOUBLE -> reader.getDouble();
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> value(reader.getBinary());
    };
  }

  private Object value(Binary binary) throws IOException {
    if (binary.length() > longest) {
      throw tooLong(binary.length(), longest);
    }
    if (seen.length == 0) {
      return meaning.of(binary);
    }
    int slot = System.identityHashCode(binary) & (seen.length - 1);
    if (seen[slot] != binary) {
      meant[slot] = meaning.of(binary);
      seen[slot] = binary;
    }
    return meant[slot];
  }
}
