package dev.afina.spark;

import java.nio.FloatBuffer;
import java.util.List;

/** Several buffers, seen as one long vector. */
final class FloatVector {
  private final List<FloatBuffer> parts;
  private final long[] ends;

  FloatVector(List<FloatBuffer> parts) {
    this.parts = parts;
    this.ends = new long[parts.size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += parts.get(i).limit();
      ends[i] = end;
    }
  }

  long size() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /**
   * The start of a rank's share, if the vector is divided into {@code size} shares of about equal
   * length.
   */
  long bound(int rank, int size) {
    return size() / size * rank + Math.min(rank, size() % size);
  }

  /** An operation on a contiguous range of one buffer. */
  private interface Piece {
    void take(FloatBuffer part, int place, int at, int count);
  }

  /** Copies {@code count} numbers, starting at {@code from}. */
  void read(long from, float[] to, int count) {
    pieces(from, count, (part, place, at, n) -> part.get(place, to, at, n));
  }

  /** Replaces {@code count} numbers, starting at {@code from}. */
  void write(long from, float[] values, int count) {
    pieces(from, count, (part, place, at, n) -> part.put(place, values, at, n));
  }

  private void pieces(long from, int count, Piece piece) {
    int done = 0;
    int i = 0;
    while (done < count) {
      while (ends[i] <= from + done) {
        i++;
      }
      FloatBuffer part = parts.get(i);
      int place = (int) (from + done - (ends[i] - part.limit()));
      int n = Math.min(count - done, part.limit() - place);
      piece.take(part, place, done, n);
      done += n;
    }
  }
}
