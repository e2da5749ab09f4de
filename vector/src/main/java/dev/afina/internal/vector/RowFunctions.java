package dev.afina.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of rows, in place. Lengths are multiples of a vector's, unless they are said not to
 * matter: what is computed beyond a row's end is never read.
 *
 * <p>The exponential is written out in each function: a vector that passes from one method to
 * another may become an object.
 */
final class RowFunctions {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  // e^x = 2^n · e^r with |r| ≤ ln(2) / 2; the polynomial's relative error is below 2e-7.
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.1219444e-4f;
  private static final float[] EXP = {
    1 / 720f, 1 / 120f, 1 / 24f, 1 / 6f, 0.5f, 1, 1,
  };

  /** Added to a float, it leaves the nearest integer in the lowest bits. */
  private static final float ROUNDING = 12_582_912; // 1.5 · 2^23

  private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);
  private static final int EXPONENT_OF_1 = 127;
  private static final int EXPONENT_SHIFT = 23;

  /** Below, e^x is taken for this one's: 1.6e-38. */
  private static final float LEAST = -87;

  // Abramowitz and Stegun, 7.1.26: erf(z) = 1 − t(a1 + t(a2 + …)) e^(−z²), within 1.5e-7.
  private static final float ERF_P = 0.3275911f;
  private static final float[] ERF = {
    1.0614054f, -1.4531521f, 1.4214138f, -0.28449672f, 0.2548296f,
  };
  private static final float ROOT_OF_HALF = 0.70710677f;

  private RowFunctions() {}

  /** GELU with the error function, of {@code n} numbers. */
  static void gelu(float[] x, int at, int n) {
    for (int i = at; i < at + n; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i);
      FloatVector size = v.abs();
      FloatVector z = size.mul(ROOT_OF_HALF);
      FloatVector t = FloatVector.broadcast(SPECIES, 1).div(z.mul(ERF_P).add(1)); // 1 / (1 + p · z)
      FloatVector p = t.mul(ERF[0]).add(ERF[1]).mul(t).add(ERF[2]).mul(t).add(ERF[3]);
      p = p.mul(t).add(ERF[4]).mul(t);

      FloatVector y = z.mul(z).neg().max(LEAST);
      FloatVector shifted = y.mul(LOG2_E).add(ROUNDING);
      FloatVector whole = shifted.sub(ROUNDING);
      FloatVector r = y.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW));
      FloatVector e = r.mul(EXP[0]).add(EXP[1]).mul(r).add(EXP[2]).mul(r).add(EXP[3]);
      e = e.mul(r).add(EXP[4]).mul(r).add(EXP[5]).mul(r).add(EXP[6]);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDING_BITS - EXPONENT_OF_1);
      FloatVector power =
          exponent.lanewise(VectorOperators.LSHL, EXPONENT_SHIFT).reinterpretAsFloats();

      // x Φ(x) = max(x, 0) − |x| (1 − erf(|x| / √2)) / 2
      FloatVector tail = p.mul(e).mul(power).mul(size).mul(0.5f);
      v.max(0).sub(tail).intoArray(x, i);
    }
  }

  /** max(x, 0) of {@code n} numbers. */
  static void relu(float[] x, int at, int n) {
    for (int i = at; i < at + n; i += LANES) {
      FloatVector.fromArray(SPECIES, x, i).max(0).intoArray(x, i);
    }
  }

  /** The hyperbolic tangent of {@code n} numbers, any number of them. */
  static void tanh(float[] x, int at, int n) {
    for (int i = at; i < at + n; i++) {
      x[i] = (float) Math.tanh(x[i]);
    }
  }

  /**
   * Softmax of {@code n} numbers times {@code scale}, any number of them; what follows up to a
   * whole vector is overwritten.
   */
  static void softmax(float[] x, int at, int n, float scale) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (int i = at; i < at + n; i++) {
      greatest = Math.max(greatest, x[i]);
    }
    int end = at + (n + LANES - 1) / LANES * LANES;
    for (int i = at + n; i < end; i++) {
      x[i] = greatest;
    }
    for (int i = at; i < end; i += LANES) {
      FloatVector y = FloatVector.fromArray(SPECIES, x, i).sub(greatest).mul(scale).max(LEAST);
      FloatVector shifted = y.mul(LOG2_E).add(ROUNDING);
      FloatVector whole = shifted.sub(ROUNDING);
      FloatVector r = y.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW));
      FloatVector e = r.mul(EXP[0]).add(EXP[1]).mul(r).add(EXP[2]).mul(r).add(EXP[3]);
      e = e.mul(r).add(EXP[4]).mul(r).add(EXP[5]).mul(r).add(EXP[6]);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDING_BITS - EXPONENT_OF_1);
      e.mul(exponent.lanewise(VectorOperators.LSHL, EXPONENT_SHIFT).reinterpretAsFloats())
          .intoArray(x, i);
    }
    float sum = 0;
    for (int i = at; i < at + n; i++) {
      sum += x[i];
    }
    float inverse = 1 / sum;
    for (int i = at; i < at + n; i++) {
      x[i] *= inverse;
    }
  }

  /**
   * LayerNorm of {@code n} numbers, any number of them.
   *
   * @param weight n or more
   * @param bias n or more
   */
  static void norm(float[] x, int at, int n, float[] weight, float[] bias, double epsilon) {
    int vectors = n / LANES * LANES;
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int i = 0; i < vectors; i += LANES) {
      sums = sums.add(FloatVector.fromArray(SPECIES, x, at + i));
    }
    double sum = sums.reduceLanes(VectorOperators.ADD);
    for (int i = vectors; i < n; i++) {
      sum += x[at + i];
    }
    float mean = (float) (sum / n);
    FloatVector squares = FloatVector.zero(SPECIES);
    for (int i = 0; i < vectors; i += LANES) {
      FloatVector difference = FloatVector.fromArray(SPECIES, x, at + i).sub(mean);
      squares = difference.fma(difference, squares);
    }
    double square = squares.reduceLanes(VectorOperators.ADD);
    for (int i = vectors; i < n; i++) {
      square += (x[at + i] - mean) * (x[at + i] - mean);
    }
    float inverse = (float) (1 / Math.sqrt(square / n + epsilon));
    for (int i = 0; i < vectors; i += LANES) {
      FloatVector.fromArray(SPECIES, x, at + i)
          .sub(mean)
          .mul(inverse)
          .mul(FloatVector.fromArray(SPECIES, weight, i))
          .add(FloatVector.fromArray(SPECIES, bias, i))
          .intoArray(x, at + i);
    }
    for (int i = vectors; i < n; i++) {
      x[at + i] = (x[at + i] - mean) * inverse * weight[i] + bias[i];
    }
  }

  /** Adds {@code n} numbers to as many. */
  static void add(float[] to, int at, float[] more, int moreAt, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] += more[moreAt + i];
    }
  }
}
