package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks over the fields of one protobuf message without copying them.
 *
 * <p>Why not protobuf-java: of the ONNX schema we need five messages and about twenty fields, and
 * the library would bring a 1.7 MB jar, generated classes, version conflicts with whatever protobuf
 * the application has, and a heap copy of every tensor, where a reader of the <a
 * href="https://protobuf.dev/programming-guides/encoding/">wire format</a> is this class and hands
 * out views of the file.
 *
 * <p>Nothing in the bytes is trusted: every length is checked against the message it lies in, and
 * the fields of one file are counted, so that a small hostile file cannot grow to many objects.
 * What is wrong ends in a {@link CheckpointException}.
 */
final class ProtoReader {
  /** The most fields read from one file; BERT-large in ONNX has about 40,000. */
  private static final int MAX_FIELDS = 2_000_000;

  /** The most bytes of all texts of one file; those of BERT-large have about two million. */
  private static final int MAX_TEXT = 1 << 24;

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final ByteBuffer in;
  private final String where;
  private final Budget budget;
  private int field;
  private int wireType;

  private ProtoReader(ByteBuffer in, String where, Budget budget) {
    this.in = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
    this.budget = budget;
  }

  /**
   * Starts at the outermost message.
   *
   * @param message its bytes, from position to limit
   * @param where the file, for messages
   */
  static ProtoReader of(ByteBuffer message, String where) {
    return new ProtoReader(message, where, new Budget());
  }

  /**
   * Moves to the next field, whose value must be taken or skipped before the next call; false at
   * the end of the message.
   */
  boolean next() throws CheckpointException {
    if (!in.hasRemaining()) {
      return false;
    }
    budget.spend(where);
    long key = rawVarint();
    field = (int) (key >>> 3);
    wireType = (int) (key & 7);
    if (key >>> 3 == 0 || key >>> 3 > 0x1fffffff) {
      throw problem("field number " + (key >>> 3));
    }
    return true;
  }

  /** Returns the number of the field that {@link #next} found. */
  int field() {
    return field;
  }

  /** Takes an integer. */
  long varint() throws CheckpointException {
    require(VARINT);
    return rawVarint();
  }

  /** Takes a float. */
  float fixed32() throws CheckpointException {
    require(FIXED_32);
    return take(Float.BYTES).getFloat();
  }

  /** Takes bytes as a view. */
  ByteBuffer bytes() throws CheckpointException {
    require(LENGTH_DELIMITED);
    return lengthDelimited();
  }

  /** Takes a string. */
  String string() throws CheckpointException {
    ByteBuffer text = bytes();
    budget.text += text.remaining();
    if (budget.text > MAX_TEXT) {
      throw problem("names of more than " + MAX_TEXT + " bytes");
    }
    return StandardCharsets.UTF_8.decode(text).toString();
  }

  /** Takes a message. */
  ProtoReader message() throws CheckpointException {
    return new ProtoReader(bytes(), where, budget);
  }

  /** Takes the next part of a repeated integer, which writers may pack into one field or not. */
  List<Long> varints() throws CheckpointException {
    List<Long> values = new ArrayList<>();
    if (wireType == VARINT) {
      values.add(rawVarint());
    } else {
      ProtoReader packed = message();
      while (packed.in.hasRemaining()) {
        budget.spend(where);
        values.add(packed.rawVarint());
      }
    }
    return values;
  }

  /** Passes over the value. */
  void skip() throws CheckpointException {
    switch (wireType) {
      case VARINT -> rawVarint();
      case FIXED_64 -> take(Long.BYTES);
      case LENGTH_DELIMITED -> lengthDelimited();
      case FIXED_32 -> take(Integer.BYTES);
      default ->
          throw problem("wire type " + wireType + " of field " + field); // groups: ONNX has none
    }
  }

  private ByteBuffer lengthDelimited() throws CheckpointException {
    long length = rawVarint();
    if (length < 0 || length > in.remaining()) {
      throw problem(
          "field "
              + field
              + " of "
              + Long.toUnsignedString(length)
              + " bytes where "
              + in.remaining()
              + " are left");
    }
    return take((int) length);
  }

  private ByteBuffer take(int length) throws CheckpointException {
    if (length > in.remaining()) {
      throw problem(
          "field " + field + " of " + length + " bytes where " + in.remaining() + " are left");
    }
    ByteBuffer taken = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return taken;
  }

  /** Seven bits a byte, lowest first; the highest bit says that another byte follows. */
  private long rawVarint() throws CheckpointException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        throw problem("an integer that goes on past the end");
      }
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw problem("an integer of more than 10 bytes");
  }

  private void require(int expected) throws CheckpointException {
    if (wireType != expected) {
      throw problem("wire type " + wireType + " of field " + field + ", expected " + expected);
    }
  }

  private CheckpointException problem(String what) {
    return new CheckpointException(where + ": " + what + "; not an ONNX file, or cut short");
  }

  /** How many fields the whole file may still have. */
  private static final class Budget {
    private int left = MAX_FIELDS;
    private long text;

    void spend(String where) throws CheckpointException {
      if (--left < 0) {
        throw new CheckpointException(
            where + ": more than " + MAX_FIELDS + " fields, expected the ONNX file of an encoder");
      }
    }
  }
}
