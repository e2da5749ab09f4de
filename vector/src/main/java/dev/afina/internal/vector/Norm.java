package dev.afina.internal.vector;

import java.nio.FloatBuffer;

/** A LayerNorm. Thread safe. */
public final class Norm {
  private final float[] weight;
  private final float[] bias;
  private final double epsilon;

  /**
   * Copies a LayerNorm of {@code size} numbers.
   *
   * @param weight (size), read from its beginning
   * @param bias (size), likewise
   */
  public Norm(FloatBuffer weight, FloatBuffer bias, int size, double epsilon) {
    this.weight = new float[size];
    this.bias = new float[size];
    this.epsilon = epsilon;
    weight.get(0, this.weight);
    bias.get(0, this.bias);
  }

  /** Normalizes a row. */
  void apply(float[] x, int at) {
    RowFunctions.norm(x, at, weight.length, weight, bias, epsilon);
  }
}
