package dev.afina.parquet;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.UUID;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * What the stored values of a column stand for, by its logical type: the same value whatever the
 * layout.
 *
 * <table>
 * <caption>The values of each logical type</caption>
 * <tr><td>signed integers</td><td>Long</td></tr>
 * <tr><td>unsigned integers</td><td>Long, or BigDecimal from 2^63 on</td></tr>
 * <tr><td>DECIMAL, in all four layouts</td><td>BigDecimal with the column's scale</td></tr>
 * <tr><td>FLOAT16</td><td>Double</td></tr>
 * <tr><td>DATE, TIME, TIMESTAMP, INT96</td><td>String as {@link Moments} writes it</td></tr>
 * <tr><td>STRING, ENUM, JSON, bytes without a type</td><td>String, from UTF-8</td></tr>
 * <tr><td>UUID</td><td>String</td></tr>
 * </table>
 */
final class Meaning {
  /** Longer decimal numbers take very long to convert to text. */
  private static final int LONGEST_DECIMAL = 256;

  /** As many digits as so many bytes have. */
  private static final int MOST_DIGITS = 616;

  private static final int UUID_BYTES = 16;

  /** How many bytes a message shows. */
  private static final int SHOWN = 8;

  @FunctionalInterface
  private interface OfInteger {
    Object of(long stored) throws IOException;
  }

  @FunctionalInterface
  private interface OfBytes {
    Object of(Binary stored) throws IOException;
  }

  private final OfInteger integers;
  private final OfBytes bytes;

  private Meaning(OfInteger integers, OfBytes bytes) {
    this.integers = integers;
    this.bytes = bytes;
  }

  /**
   * The meaning of a column's values.
   *
   * @param column the column's name, for messages
   * @throws Refused if values of this type are not read
   */
  static Meaning of(PrimitiveType type, String column) throws Refused {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      int scale = decimal.getScale();
      if (scale > MOST_DIGITS) {
        throw new Refused(
            "column \"%s\" has decimals with %s digits after the point, expected at most %s; write them as DOUBLE, or read other columns"
                .formatted(column, scale, MOST_DIGITS));
      }
      return new Meaning(
          stored -> BigDecimal.valueOf(stored, scale), stored -> decimal(stored, scale));
    } else if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return ofBytes(Moments::ofInt96);
    } else if (logical == null
        || logical instanceof StringLogicalTypeAnnotation
        || logical instanceof EnumLogicalTypeAnnotation
        || logical instanceof JsonLogicalTypeAnnotation
        || logical instanceof UnknownLogicalTypeAnnotation) { // only nulls
      return new Meaning(Long::valueOf, Meaning::text);
    } else if (logical instanceof IntLogicalTypeAnnotation integer) {
      return ofIntegers(
          integer.isSigned()
              ? Long::valueOf
              : integer.getBitWidth() == Long.SIZE
                  ? Meaning::unsigned
                  : stored -> Integer.toUnsignedLong((int) stored));
    } else if (logical instanceof DateLogicalTypeAnnotation) {
      return ofIntegers(stored -> LocalDate.ofEpochDay(stored).toString());
    } else if (logical instanceof TimeLogicalTypeAnnotation time) {
      return ofIntegers(stored -> Moments.time(stored, time.getUnit()));
    } else if (logical instanceof TimestampLogicalTypeAnnotation moment) {
      return ofIntegers(
          stored -> Moments.timestamp(stored, moment.getUnit(), moment.isAdjustedToUTC()));
    } else if (logical instanceof UUIDLogicalTypeAnnotation) {
      return ofBytes(Meaning::uuid);
    } else if (logical instanceof Float16LogicalTypeAnnotation) {
      return ofBytes(Meaning::float16);
    }
    throw new Refused(
        "column \"%s\" has values of type %s, which are not read; write them as text or numbers, or read other columns"
            .formatted(column, logical));
  }

  private static Meaning ofIntegers(OfInteger meaning) {
    return new Meaning(meaning, Meaning::text);
  }

  private static Meaning ofBytes(OfBytes meaning) {
    return new Meaning(Long::valueOf, meaning);
  }

  /**
   * The value of an INT32 or INT64.
   *
   * @throws BadValue if the column cannot have it
   */
  Object of(long stored) throws IOException {
    return integers.of(stored);
  }

  /**
   * The value of a BINARY, FIXED_LEN_BYTE_ARRAY or INT96.
   *
   * @throws BadValue if the column cannot have it
   */
  Object of(Binary stored) throws IOException {
    return bytes.of(stored);
  }

  private static Object unsigned(long stored) {
    return stored >= 0
        ? (Object) stored
        : new BigDecimal(new BigInteger(Long.toUnsignedString(stored)));
  }

  private static BigDecimal decimal(Binary stored, int scale) throws IOException {
    if (stored.length() == 0 || stored.length() > LONGEST_DECIMAL) {
      throw new BadValue(
          "has a decimal number of %s bytes, expected 1 to %s; correct the file, or read other columns"
              .formatted(stored.length(), LONGEST_DECIMAL));
    }
    return new BigDecimal(new BigInteger(stored.getBytesUnsafe()), scale);
  }

  private static String uuid(Binary stored) throws IOException {
    if (stored.length() != UUID_BYTES) {
      throw new BadValue("has a UUID of " + stored.length() + " bytes; correct the file");
    }
    ByteBuffer bytes = stored.toByteBuffer();
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  /** An IEEE half: a sign, five bits of exponent, ten bits of fraction. */
  private static double float16(Binary stored) throws IOException {
    if (stored.length() != Short.BYTES) {
      throw new BadValue("has a FLOAT16 of " + stored.length() + " bytes; correct the file");
    }
    int bits = stored.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getShort();
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        exponent == 0x1f
            ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
            : exponent == 0
                ? Math.scalb((double) fraction, -24)
                : Math.scalb(1024.0 + fraction, exponent - 25);
    return bits < 0 ? -size : size;
  }

  /** Decodes UTF-8. Bytes that are something else would become other characters. */
  private static String text(Binary stored) throws IOException {
    String text = stored.toStringUsingUTF8();
    if (text.indexOf('\ufffd') >= 0) { // may be in the text itself
      ByteBuffer bytes = stored.toByteBuffer();
      try {
        StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate());
      } catch (CharacterCodingException e) {
        throw new BadValue(
            "has bytes that are not UTF-8, %s, expected a text; write the file with texts in UTF-8, or read other columns"
                .formatted(shown(bytes)));
      }
    }
    return text;
  }

  private static String shown(ByteBuffer bytes) {
    byte[] first = new byte[Math.min(SHOWN, bytes.remaining())];
    bytes.duplicate().get(first);
    return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(first)
        + (bytes.remaining() > SHOWN ? " ..." : "");
  }
}
