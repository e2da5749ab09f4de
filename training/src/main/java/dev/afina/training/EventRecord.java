package dev.afina.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Bytes of TensorBoard's event files: an {@code Event} of its protocol buffers, framed as
 * TensorFlow's record files frame everything.
 *
 * <pre>
 *   8 bytes   length of the event, little-endian
 *   4 bytes   masked CRC-32C of those 8
 *   n bytes   the event
 *   4 bytes   masked CRC-32C of the event
 * </pre>
 *
 * <p>The fields are those of {@code event.proto} and {@code summary.proto}: an event has wall_time
 * (1, double), step (2, varint) and one of file_version (3), summary (5) and session_log (7); a
 * summary's values (1) have tag (1) and simple_value (2, float).
 */
final class EventRecord {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private EventRecord() {}

  /** What begins each file. */
  static byte[] version(double wallTime) {
    byte[] version = "brain.Event:2".getBytes(StandardCharsets.UTF_8);
    return framed(event(wallTime, 0, 3, version));
  }

  /** One number of a curve. */
  static byte[] scalar(double wallTime, long step, String tag, double value) {
    byte[] name = tag.getBytes(StandardCharsets.UTF_8);
    ByteBuffer number = buffer(roomOfBytes(name.length) + 5);
    putBytes(number, 1, name);
    number.put(key(2, FIXED32)).putFloat((float) value);
    ByteBuffer summary = buffer(roomOfBytes(number.position()));
    putBytes(summary, 1, bytes(number));
    return framed(event(wallTime, step, 5, bytes(summary)));
  }

  /** That a run begins again at a step: what an earlier file has from there on is not shown. */
  static byte[] restart(double wallTime, long step) {
    return framed(event(wallTime, step, 7, new byte[] {key(1, VARINT), 1}));
  }

  private static byte[] event(double wallTime, long step, int field, byte[] what) {
    ByteBuffer event = buffer(9 + 11 + roomOfBytes(what.length));
    event.put(key(1, FIXED64)).putDouble(wallTime);
    event.put(key(2, VARINT));
    putVarint(event, step);
    putBytes(event, field, what);
    return bytes(event);
  }

  private static byte[] framed(byte[] event) {
    byte[] length = bytes(buffer(8).putLong(event.length));
    ByteBuffer record = buffer(8 + 4 + event.length + 4);
    record.put(length).putInt(maskedSum(length));
    record.put(event).putInt(maskedSum(event));
    return bytes(record);
  }

  /** Masked because a sum over bytes that hold sums is weak. */
  private static int maskedSum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
  }

  private static byte key(int field, int type) {
    return (byte) ((field << 3) | type);
  }

  private static void putBytes(ByteBuffer to, int field, byte[] bytes) {
    to.put(key(field, BYTES));
    putVarint(to, bytes.length);
    to.put(bytes);
  }

  private static void putVarint(ByteBuffer to, long value) {
    long rest = value;
    while (rest >>> 7 != 0) {
      to.put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    to.put((byte) rest);
  }

  private static int roomOfBytes(int length) {
    return 1 + 5 + length;
  }

  private static ByteBuffer buffer(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer written) {
    byte[] bytes = new byte[written.position()];
    written.flip().get(bytes);
    return bytes;
  }
}
