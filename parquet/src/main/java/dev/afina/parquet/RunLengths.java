package dev.afina.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks run-length encoded numbers: runs of equal values, and bit-packed groups of eight values.
 */
final class RunLengths {
  /** Writers may pad their last groups. */
  private static final int PADDING = 1 << 12;

  private RunLengths() {}

  /**
   * Checks the runs up to the number of values.
   *
   * @param bytes the runs, from its position on; not modified
   * @throws IOException if a run claims far more values than the page has
   */
  static void check(ByteBuffer bytes, int bits, int count) throws IOException {
    ByteBuffer runs = bytes.slice();
    if (bits < 0 || bits > Integer.SIZE) {
      throw new IOException("run lengths announce values of " + bits + " bits");
    }
    for (long seen = 0; seen < count && runs.hasRemaining(); ) {
      long header = varint(runs);
      long length = header >>> 1;
      if ((header & 1) == 0) {
        runs.position(Math.min(runs.limit(), runs.position() + (bits + 7) / 8));
        seen += length;
      } else if (8 * length > count - seen + PADDING) {
        throw new IOException(
            "groups of %s values where %s are left".formatted(8 * length, count - seen));
      } else {
        runs.position((int) Math.min(runs.limit(), runs.position() + length * bits));
        seen += 8 * length;
      }
    }
  }

  private static long varint(ByteBuffer bytes) throws IOException {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE && bytes.hasRemaining(); shift += 7) {
      byte b = bytes.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value & 0xffffffffL;
      }
    }
    throw new IOException("a run length ends too soon");
  }
}
