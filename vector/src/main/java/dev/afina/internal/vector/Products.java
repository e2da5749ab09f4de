package dev.afina.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of rows with a panel of weights: the innermost loops.
 *
 * <p>A tile is up to five rows by {@link #WIDTH} outputs. Its sums stay in registers while its
 * inputs are gone through once. AVX2 has 16 registers; with six rows, or five and two inputs a
 * turn, C2 may run out of them. Each height is written out, because the JVM keeps sums in registers
 * only if each is a variable of its own.
 *
 * <p>A panel has two halves of a vector's width, one after the other. So a tile reads two streams
 * of memory, which was faster than one that is twice as wide.
 */
final class Products {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** The outputs of a panel: two vectors. */
  static final int WIDTH = 2 * LANES;

  /**
   * The next tile by the rows that are left: mostly fours, and what is left of them in threes and
   * fives. Three rows take as long as four.
   */
  private static final int[] HEIGHTS = {0, 1, 1, 3, 4, 5, 3, 4, 4, 5, 5, 4};

  private Products() {}

  /** {@code n} rounded up to whole panels. */
  static int padded(int n) {
    return (n + WIDTH - 1) / WIDTH * WIDTH;
  }

  /** Where the weight of an input and an output stands within panels of so many inputs. */
  static int place(int input, int output, int inputs) {
    int lane = output % LANES;
    return (output - lane) * inputs + input * LANES + lane;
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
   * A panel of weights within an array, laid out as {@link #place} says.
   *
   * @param at where it begins
   */
  @SuppressWarnings("ArrayRecordComponent") // a view, which nobody compares
  record Panel(float[] array, int at, int inputs) {}

  /**
   * Computes {@code y = x · w + bias} for the outputs of one panel.
   *
   * @param x (rows, inputs)
   * @param bias {@link #WIDTH} numbers from {@code biasAt} on
   * @param y (rows, {@link #WIDTH}); written
   */
  static void multiply(Rows x, int rows, Panel w, float[] bias, int biasAt, Rows y) {
    int row = 0;
    while (row < rows) {
      Rows in = x.from(row);
      Rows out = y.from(row);
      int height = HEIGHTS[Math.min(rows - row, HEIGHTS.length - 1)];
      switch (height) {
        case 5 -> five(in, w, bias, biasAt, out);
        case 4 -> four(in, w, bias, biasAt, out);
        case 3 -> three(in, w, bias, biasAt, out);
        default -> one(in, w, bias, biasAt, out);
      }
      row += height;
    }
    if (w.inputs % 2 == 1) {
      addLast(x, rows, w, y);
    }
  }

  private static void five(Rows x, Panel w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row0 = x.at;
    int row1 = row0 + x.stride;
    int row2 = row1 + x.stride;
    int row3 = row2 + x.stride;
    int row4 = row3 + x.stride;
    float[] weights = w.array;
    int first = w.at;
    int second = first + LANES * w.inputs;
    int even = w.inputs / 2 * 2;
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
    for (int k = 0; k < even; k++) {
      FloatVector wa = FloatVector.fromArray(SPECIES, weights, first + k * LANES);
      FloatVector wb = FloatVector.fromArray(SPECIES, weights, second + k * LANES);
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

  private static void four(Rows x, Panel w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row0 = x.at;
    int row1 = row0 + x.stride;
    int row2 = row1 + x.stride;
    int row3 = row2 + x.stride;
    float[] weights = w.array;
    int first = w.at;
    int second = first + LANES * w.inputs;
    int even = w.inputs / 2 * 2;
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasAt + LANES);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    FloatVector a3 = a0;
    FloatVector b3 = b0;
    for (int k = 0; k < even; k += 2) {
      FloatVector wa = FloatVector.fromArray(SPECIES, weights, first + k * LANES);
      FloatVector wb = FloatVector.fromArray(SPECIES, weights, second + k * LANES);
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
      FloatVector va = FloatVector.fromArray(SPECIES, weights, first + (k + 1) * LANES);
      FloatVector vb = FloatVector.fromArray(SPECIES, weights, second + (k + 1) * LANES);
      FloatVector z0 = FloatVector.broadcast(SPECIES, in[row0 + k + 1]);
      a0 = z0.fma(va, a0);
      b0 = z0.fma(vb, b0);
      FloatVector z1 = FloatVector.broadcast(SPECIES, in[row1 + k + 1]);
      a1 = z1.fma(va, a1);
      b1 = z1.fma(vb, b1);
      FloatVector z2 = FloatVector.broadcast(SPECIES, in[row2 + k + 1]);
      a2 = z2.fma(va, a2);
      b2 = z2.fma(vb, b2);
      FloatVector z3 = FloatVector.broadcast(SPECIES, in[row3 + k + 1]);
      a3 = z3.fma(va, a3);
      b3 = z3.fma(vb, b3);
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

  private static void three(Rows x, Panel w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row0 = x.at;
    int row1 = row0 + x.stride;
    int row2 = row1 + x.stride;
    float[] weights = w.array;
    int first = w.at;
    int second = first + LANES * w.inputs;
    int even = w.inputs / 2 * 2;
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasAt + LANES);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    for (int k = 0; k < even; k += 2) {
      FloatVector wa = FloatVector.fromArray(SPECIES, weights, first + k * LANES);
      FloatVector wb = FloatVector.fromArray(SPECIES, weights, second + k * LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, in[row0 + k]);
      a0 = x0.fma(wa, a0);
      b0 = x0.fma(wb, b0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, in[row1 + k]);
      a1 = x1.fma(wa, a1);
      b1 = x1.fma(wb, b1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, in[row2 + k]);
      a2 = x2.fma(wa, a2);
      b2 = x2.fma(wb, b2);
      FloatVector va = FloatVector.fromArray(SPECIES, weights, first + (k + 1) * LANES);
      FloatVector vb = FloatVector.fromArray(SPECIES, weights, second + (k + 1) * LANES);
      FloatVector z0 = FloatVector.broadcast(SPECIES, in[row0 + k + 1]);
      a0 = z0.fma(va, a0);
      b0 = z0.fma(vb, b0);
      FloatVector z1 = FloatVector.broadcast(SPECIES, in[row1 + k + 1]);
      a1 = z1.fma(va, a1);
      b1 = z1.fma(vb, b1);
      FloatVector z2 = FloatVector.broadcast(SPECIES, in[row2 + k + 1]);
      a2 = z2.fma(va, a2);
      b2 = z2.fma(vb, b2);
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

  /**
   * Even and odd inputs have sums of their own: otherwise each product waits for the one before.
   */
  private static void one(Rows x, Panel w, float[] bias, int biasAt, Rows y) {
    float[] in = x.array;
    int row = x.at;
    float[] weights = w.array;
    int first = w.at;
    int second = first + LANES * w.inputs;
    int even = w.inputs / 2 * 2;
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, biasAt + LANES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector b1 = a1;
    for (int k = 0; k < even; k += 2) {
      FloatVector x0 = FloatVector.broadcast(SPECIES, in[row + k]);
      a0 = x0.fma(FloatVector.fromArray(SPECIES, weights, first + k * LANES), a0);
      b0 = x0.fma(FloatVector.fromArray(SPECIES, weights, second + k * LANES), b0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, in[row + k + 1]);
      a1 = x1.fma(FloatVector.fromArray(SPECIES, weights, first + (k + 1) * LANES), a1);
      b1 = x1.fma(FloatVector.fromArray(SPECIES, weights, second + (k + 1) * LANES), b1);
    }
    a0.add(a1).intoArray(y.array, y.at);
    b0.add(b1).intoArray(y.array, y.at + LANES);
  }

  /** Adds what the last of an odd number of inputs brings. */
  private static void addLast(Rows x, int rows, Panel w, Rows y) {
    int last = w.inputs - 1;
    for (int row = 0; row < rows; row++) {
      FloatVector v = FloatVector.broadcast(SPECIES, x.array[x.at + row * x.stride + last]);
      for (int half = 0; half < 2; half++) {
        int weights = w.at + (half * w.inputs + last) * LANES;
        int at = y.at + row * y.stride + half * LANES;
        v.fma(
                FloatVector.fromArray(SPECIES, w.array, weights),
                FloatVector.fromArray(SPECIES, y.array, at))
            .intoArray(y.array, at);
      }
    }
  }
}
