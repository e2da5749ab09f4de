package dev.afina.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of rows with a panel of weights: the innermost loops.
 *
 * <p>A tile is up to six rows by {@link #WIDTH} outputs. Its sums stay in registers while its
 * inputs are gone through once: six rows need 12 of the 16 registers of AVX2. Each height is
 * written out, because the JVM keeps sums in registers only if each is a variable of its own.
 */
final class Products {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** The outputs of a panel: two vectors. */
  static final int WIDTH = 2 * LANES;

  /**
   * The next tile by the rows that are left. Each sum waits four cycles for its last product, so
   * fewer than eight sums, four rows, take as long as eight.
   */
  private static final int[] HEIGHTS = {0, 1, 1, 3, 4, 5, 6, 4, 4, 5, 5, 6, 6};

  private Products() {}

  /** {@code n} rounded up to whole panels. */
  static int padded(int n) {
    return (n + WIDTH - 1) / WIDTH * WIDTH;
  }

  /**
   * A matrix within an array, row by row.
   *
   * @param at where it begins
   * @param stride from one row to the next
   */
  @SuppressWarnings("ArrayRecordComponent") // a view, which nobody compares
  record Rows(float[] array, int at, int stride) {

    /** From this row on. */
    Rows from(int row) {
      return new Rows(array, at + row * stride, stride);
    }
  }

  /**
   * Computes {@code y = x · w + bias} for the outputs of one panel.
   *
   * @param x (rows, inputs)
   * @param w (inputs, {@link #WIDTH})
   * @param bias {@link #WIDTH} numbers from {@code biasAt} on
   * @param y (rows, {@link #WIDTH}); written
   */
  static void multiply(Rows x, int rows, int inputs, Rows w, float[] bias, int biasAt, Rows y) {
    int row = 0;
    while (row < rows) {
      Rows in = x.from(row);
      Rows out = y.from(row);
      int height = HEIGHTS[Math.min(rows - row, HEIGHTS.length - 1)];
      switch (height) {
        case 6 -> six(in, inputs, w, bias, biasAt, out);
        case 5 -> five(in, inputs, w, bias, biasAt, out);
        case 4 -> four(in, inputs, w, bias, biasAt, out);
        case 3 -> three(in, inputs, w, bias, biasAt, out);
        default -> one(in, inputs, w, bias, biasAt, out);
      }
      row += height;
    }
  }

  private static void six(Rows x, int inputs, Rows w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row0 = x.at;
    int row1 = row0 + x.stride;
    int row2 = row1 + x.stride;
    int row3 = row2 + x.stride;
    int row4 = row3 + x.stride;
    int row5 = row4 + x.stride;
    float[] weights = w.array;
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasAt + LANES);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    FloatVector a3 = a0;
    FloatVector b3 = b0;
    FloatVector a4 = a0;
    FloatVector b4 = b0;
    FloatVector a5 = a0;
    FloatVector b5 = b0;
    for (int k = 0; k < inputs; k++) {
      int at = w.at + k * w.stride;
      FloatVector wa = FloatVector.fromArray(SPECIES, weights, at);
      FloatVector wb = FloatVector.fromArray(SPECIES, weights, at + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, in[row0 + k]);
      a0 = x0.fma(wa, a0);
      b0 = x0.fma(wb, b0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, in[row1 + k]);
      a1 = x1.fma(wa, a1);
      b1 = x1.fma(wb, b1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, in[row2 + k]);
      a2 = x2.fma(wa, a2);
      b2 = x2.fma(wb, b2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, in[row3 + k]);
      a3 = x3.fma(wa, a3);
      b3 = x3.fma(wb, b3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, in[row4 + k]);
      a4 = x4.fma(wa, a4);
      b4 = x4.fma(wb, b4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, in[row5 + k]);
      a5 = x5.fma(wa, a5);
      b5 = x5.fma(wb, b5);
    }
    float[] out = y.array;
    int at = y.at;
    a0.intoArray(out, at);
    b0.intoArray(out, at + LANES);
    at += y.stride;
    a1.intoArray(out, at);
    b1.intoArray(out, at + LANES);
    at += y.stride;
    a2.intoArray(out, at);
    b2.intoArray(out, at + LANES);
    at += y.stride;
    a3.intoArray(out, at);
    b3.intoArray(out, at + LANES);
    at += y.stride;
    a4.intoArray(out, at);
    b4.intoArray(out, at + LANES);
    at += y.stride;
    a5.intoArray(out, at);
    b5.intoArray(out, at + LANES);
  }

  private static void five(Rows x, int inputs, Rows w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row0 = x.at;
    int row1 = row0 + x.stride;
    int row2 = row1 + x.stride;
    int row3 = row2 + x.stride;
    int row4 = row3 + x.stride;
    float[] weights = w.array;
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasAt + LANES);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    FloatVector a3 = a0;
    FloatVector b3 = b0;
    FloatVector a4 = a0;
    FloatVector b4 = b0;
    for (int k = 0; k < inputs; k++) {
      int at = w.at + k * w.stride;
      FloatVector wa = FloatVector.fromArray(SPECIES, weights, at);
      FloatVector wb = FloatVector.fromArray(SPECIES, weights, at + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, in[row0 + k]);
      a0 = x0.fma(wa, a0);
      b0 = x0.fma(wb, b0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, in[row1 + k]);
      a1 = x1.fma(wa, a1);
      b1 = x1.fma(wb, b1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, in[row2 + k]);
      a2 = x2.fma(wa, a2);
      b2 = x2.fma(wb, b2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, in[row3 + k]);
      a3 = x3.fma(wa, a3);
      b3 = x3.fma(wb, b3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, in[row4 + k]);
      a4 = x4.fma(wa, a4);
      b4 = x4.fma(wb, b4);
    }
    float[] out = y.array;
    int at = y.at;
    a0.intoArray(out, at);
    b0.intoArray(out, at + LANES);
    at += y.stride;
    a1.intoArray(out, at);
    b1.intoArray(out, at + LANES);
    at += y.stride;
    a2.intoArray(out, at);
    b2.intoArray(out, at + LANES);
    at += y.stride;
    a3.intoArray(out, at);
    b3.intoArray(out, at + LANES);
    at += y.stride;
    a4.intoArray(out, at);
    b4.intoArray(out, at + LANES);
  }

  private static void four(Rows x, int inputs, Rows w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row0 = x.at;
    int row1 = row0 + x.stride;
    int row2 = row1 + x.stride;
    int row3 = row2 + x.stride;
    float[] weights = w.array;
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasAt + LANES);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    FloatVector a3 = a0;
    FloatVector b3 = b0;
    for (int k = 0; k < inputs; k++) {
      int at = w.at + k * w.stride;
      FloatVector wa = FloatVector.fromArray(SPECIES, weights, at);
      FloatVector wb = FloatVector.fromArray(SPECIES, weights, at + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, in[row0 + k]);
      a0 = x0.fma(wa, a0);
      b0 = x0.fma(wb, b0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, in[row1 + k]);
      a1 = x1.fma(wa, a1);
      b1 = x1.fma(wb, b1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, in[row2 + k]);
      a2 = x2.fma(wa, a2);
      b2 = x2.fma(wb, b2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, in[row3 + k]);
      a3 = x3.fma(wa, a3);
      b3 = x3.fma(wb, b3);
    }
    float[] out = y.array;
    int at = y.at;
    a0.intoArray(out, at);
    b0.intoArray(out, at + LANES);
    at += y.stride;
    a1.intoArray(out, at);
    b1.intoArray(out, at + LANES);
    at += y.stride;
    a2.intoArray(out, at);
    b2.intoArray(out, at + LANES);
    at += y.stride;
    a3.intoArray(out, at);
    b3.intoArray(out, at + LANES);
  }

  private static void three(Rows x, int inputs, Rows w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row0 = x.at;
    int row1 = row0 + x.stride;
    int row2 = row1 + x.stride;
    float[] weights = w.array;
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasAt + LANES);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    for (int k = 0; k < inputs; k++) {
      int at = w.at + k * w.stride;
      FloatVector wa = FloatVector.fromArray(SPECIES, weights, at);
      FloatVector wb = FloatVector.fromArray(SPECIES, weights, at + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, in[row0 + k]);
      a0 = x0.fma(wa, a0);
      b0 = x0.fma(wb, b0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, in[row1 + k]);
      a1 = x1.fma(wa, a1);
      b1 = x1.fma(wb, b1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, in[row2 + k]);
      a2 = x2.fma(wa, a2);
      b2 = x2.fma(wb, b2);
    }
    float[] out = y.array;
    int at = y.at;
    a0.intoArray(out, at);
    b0.intoArray(out, at + LANES);
    at += y.stride;
    a1.intoArray(out, at);
    b1.intoArray(out, at + LANES);
    at += y.stride;
    a2.intoArray(out, at);
    b2.intoArray(out, at + LANES);
  }

  private static void one(Rows x, int inputs, Rows w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row = x.at;
    float[] weights = w.array;
    FloatVector a = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector b = FloatVector.fromArray(SPECIES, bias, biasAt + LANES);
    for (int k = 0; k < inputs; k++) {
      int at = w.at + k * w.stride;
      FloatVector v = FloatVector.broadcast(SPECIES, in[row + k]);
      a = v.fma(FloatVector.fromArray(SPECIES, weights, at), a);
      b = v.fma(FloatVector.fromArray(SPECIES, weights, at + LANES), b);
    }
    a.intoArray(y.array, y.at);
    b.intoArray(y.array, y.at + LANES);
  }
}
