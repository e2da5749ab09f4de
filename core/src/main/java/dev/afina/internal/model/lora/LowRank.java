package dev.afina.internal.model.lora;

import dev.afina.internal.checkpoint.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * What a low-rank update (Hu et al. 2021, arXiv 2106.09685) adds to the weight of a linear layer:
 * scale · B · A. Immutable.
 */
public final class LowRank {
  private final int rank;
  private final int in;
  private final int out;
  private final float[] a;
  private final float[] b;

  /**
   * Copies the numbers.
   *
   * @param a (rank, in)
   * @param b (out, rank)
   */
  public LowRank(int rank, int in, int out, FloatBuffer a, FloatBuffer b) {
    this.rank = rank;
    this.in = in;
    this.out = out;
    this.a = new float[rank * in];
    this.b = new float[out * rank];
    a.duplicate().get(this.a);
    b.duplicate().get(this.b);
  }

  /**
   * Writes weight + scale · B · A. Each element is summed in double and rounded once, so an update
   * of zeros leaves the weight as it is.
   *
   * @param weight (out, in)
   * @param merged (out, in), may be {@code weight}
   */
  public void merge(double scale, FloatBuffer weight, FloatBuffer merged) {
    float[] row = new float[in];
    double[] sums = new double[in];
    for (int o = 0; o < out; o++) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < rank; k++) {
        double factor = b[o * rank + k];
        for (int i = 0; i < in; i++) {
          sums[i] += factor * a[k * in + i];
        }
      }
      weight.get(o * in, row);
      for (int i = 0; i < in; i++) {
        row[i] = (float) (row[i] + scale * sums[i]);
      }
      merged.put(o * in, row);
    }
  }

  /** A, for a file. */
  public TensorData a() {
    return tensor(a, rank, in);
  }

  /** B, for a file. */
  public TensorData b() {
    return tensor(b, out, rank);
  }

  private static TensorData tensor(float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return TensorData.floats(bytes, shape);
  }
}
