package dev.afina.parquet;

import java.io.IOException;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** The values of a column as Java objects. Equal strings from a dictionary share one object. */
final class Values implements RowValues {
  /** Longer decimal numbers take very long to convert to text. */
  private static final int LONGEST_DECIMAL = 256;

  private final ColumnReader reader;
  private final long longest;
  private final int defined;
  private final PrimitiveType type;

  // A hash table from the dictionary's own objects to their values.
  private final @Nullable Object[] seen;
  private final String[] texts;

  /**
   * The values of a row group.
   *
   * @param longest the maximum length of a text in bytes
   * @param dictionary whether the column has one
   */
  Values(ColumnReader reader, long longest, boolean dictionary) {
    this.reader = reader;
    this.longest = longest;
    this.defined = reader.getDescriptor().getMaxDefinitionLevel();
    this.type = reader.getDescriptor().getPrimitiveType();
    this.seen = new Object[dictionary ? 1 << 14 : 0];
    this.texts = new String[seen.length];
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
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> reader.getBoolean();
      case INT32 -> (long) reader.getInteger();
      case INT64 -> reader.getLong();
      case FLOAT -> (double) reader.getFloat();
      case DOUBLE -> reader.getDouble();
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> text(reader.getBinary());
    };
  }

  private String text(Binary binary) throws IOException {
    if (binary.length() > longest) {
      throw tooLong(binary.length(), longest);
    }
    if (seen.length == 0) {
      return decoded(binary);
    }
    int slot = System.identityHashCode(binary) & (seen.length - 1);
    if (seen[slot] != binary) {
      texts[slot] = decoded(binary);
      seen[slot] = binary;
    }
    return texts[slot];
  }

  /** Converts bytes as the type's annotation says: UTF-8 for strings. */
  private String decoded(Binary binary) throws IOException {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    if (meaning instanceof DecimalLogicalTypeAnnotation && binary.length() > LONGEST_DECIMAL) {
      throw new IOException("a decimal number of " + binary.length() + " bytes");
    }
    return type.stringifier().stringify(binary);
  }
}
