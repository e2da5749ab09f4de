package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, read from front to back and never behind their end. */
final class PickleInput {
  private final ByteBuffer bytes;
  private final String where;

  PickleInput(ByteBuffer bytes, String where) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
  }

  boolean hasMore() {
    return bytes.hasRemaining();
  }

  int unsignedByte() throws CheckpointException {
    return Byte.toUnsignedInt(next(1).get());
  }

  int unsignedShort() throws CheckpointException {
    return Short.toUnsignedInt(next(Short.BYTES).getShort());
  }

  int signedInt() throws CheckpointException {
    return next(Integer.BYTES).getInt();
  }

  long unsignedInt() throws CheckpointException {
    return Integer.toUnsignedLong(signedInt());
  }

  long signedLong() throws CheckpointException {
    return next(Long.BYTES).getLong();
  }

  /** A signed number of so many bytes, 8 at most. */
  long signed(int count) throws CheckpointException {
    if (count > Long.BYTES) {
      throw new CheckpointException(
          where + ": a number of " + count + " bytes, expected sizes of at most 8");
    }
    ByteBuffer number = next(count);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= Byte.toUnsignedLong(number.get(i)) << (Byte.SIZE * i);
    }
    int unused = Long.SIZE - Byte.SIZE * count;
    return count == 0 ? 0 : value << unused >> unused; // spreads the sign
  }

  /** A text of so many bytes in UTF-8. */
  String text(long count) throws CheckpointException {
    return decode(next(count));
  }

  /** A text up to the end of the line. */
  String line() throws CheckpointException {
    int end = bytes.position();
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
    }
    String line = decode(next(end - bytes.position()));
    next(1);
    return line;
  }

  private String decode(ByteBuffer utf8) throws CheckpointException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(where + ": a text that is not UTF-8", e);
    }
  }

  private ByteBuffer next(long count) throws CheckpointException {
    if (count < 0 || count > bytes.remaining()) {
      throw new CheckpointException(where + ": cut short, or a length in it is wrong");
    }
    ByteBuffer next = bytes.slice(bytes.position(), (int) count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) count);
    return next;
  }
}
