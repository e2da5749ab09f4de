package dev.afina.tokenization;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks over the fields of one protobuf message, by the <a
 * href="https://protobuf.dev/programming-guides/encoding/">wire format</a>. Of SentencePiece's
 * schema eight fields are of use, so there are no generated classes and no library.
 *
 * <p>Nothing in the bytes is trusted: each length is compared with the message that it lies in.
 */
final class ProtobufReader {

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final ByteBuffer in;
  private final String file;
  private int field;
  private int wireType;

  /**
   * @param message its bytes, from position to limit
   * @param file the file, for messages
   */
  ProtobufReader(ByteBuffer message, String file) {
    this.in = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.file = file;
  }

  /** Moves to the next field, whose value must be taken or skipped; false at the end. */
  boolean next() throws IOException {
    if (!in.hasRemaining()) {
      return false;
    }
    long key = rawVarint();
    if (key >>> 3 == 0 || key >>> 3 > 0x1FFFFFFF) {
      throw problem("a field has number " + Long.toUnsignedString(key >>> 3));
    }
    field = (int) (key >>> 3);
    wireType = (int) (key & 7);
    return true;
  }

  int field() {
    return field;
  }

  long varint() throws IOException {
    require(VARINT);
    return rawVarint();
  }

  float fixed32() throws IOException {
    require(FIXED_32);
    return take(Float.BYTES).getFloat();
  }

  /** The bytes of a field, as a view. */
  ByteBuffer bytes() throws IOException {
    require(BYTES);
    return take(rawVarint());
  }

  ProtobufReader message() throws IOException {
    return new ProtobufReader(bytes(), file);
  }

  String string() throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes()).toString();
    } catch (CharacterCodingException e) {
      throw problem("the text of field " + field + " is not UTF-8");
    }
  }

  void skip() throws IOException {
    switch (wireType) {
      case VARINT -> rawVarint();
      case FIXED_64 -> take(Long.BYTES);
      case BYTES -> take(rawVarint());
      case FIXED_32 -> take(Integer.BYTES);
      default -> throw problem("field " + field + " has wire type " + wireType);
    }
  }

  IOException problem(String what) {
    return new IOException(
        file + ": " + what + "; expected a SentencePiece model, is the file cut short?");
  }

  private void require(int expected) throws IOException {
    if (wireType != expected) {
      throw problem("field " + field + " has wire type " + wireType + " and not " + expected);
    }
  }

  private ByteBuffer take(long length) throws IOException {
    if (length < 0 || length > in.remaining()) {
      throw problem(
          "field "
              + field
              + " has "
              + Long.toUnsignedString(length)
              + " bytes where "
              + in.remaining()
              + " are left");
    }
    ByteBuffer taken = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + (int) length);
    return taken;
  }

  /** Seven bits a byte, the lowest first; the highest bit says that another byte follows. */
  private long rawVarint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        throw problem("a number goes on behind the end");
      }
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw problem("a number has more than 10 bytes");
  }
}
