package dev.afina.internal.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * How the logits of a document's windows are combined. Letters: W windows of B documents, C labels.
 */
public enum Combination {
  /** The mean of each output, in double precision if no gradient is needed. */
  MEAN {
    @Override
    public float[] of(List<float[]> windows) {
      float[] mean = new float[windows.get(0).length];
      for (int output = 0; output < mean.length; output++) {
        double sum = 0;
        for (float[] window : windows) {
          sum += window[output];
        }
        mean[output] = (float) (sum / windows.size());
      }
      return mean;
    }

    @Override
    public NDArray of(NDArray logits, int[] documents, int count, NDManager scope) {
      int[] sizes = new int[count];
      for (int document : documents) {
        sizes[document]++;
      }
      float[] shares = new float[count * documents.length];
      for (int window = 0; window < documents.length; window++) {
        int document = documents[window];
        shares[document * documents.length + window] = 1f / sizes[document];
      }
      return scope.create(shares, new Shape(count, documents.length)).matMul(logits); // (B, C)
    }
  },

  /** The maximum of each output. The gradient goes to the window that has it. */
  MAXIMUM {
    @Override
    public float[] of(List<float[]> windows) {
      float[] greatest = windows.get(0).clone();
      for (float[] window : windows) {
        for (int output = 0; output < greatest.length; output++) {
          greatest[output] = Math.max(greatest[output], window[output]);
        }
      }
      return greatest;
    }

    @Override
    public NDArray of(NDArray logits, int[] documents, int count, NDManager scope) {
      float[] values = logits.toFloatArray();
      int outputs = values.length / documents.length;
      long[] windowOf = new long[count * outputs];
      float[] greatest = new float[count * outputs];
      Arrays.fill(greatest, Float.NEGATIVE_INFINITY);
      for (int window = 0; window < documents.length; window++) {
        for (int output = 0; output < outputs; output++) {
          int at = documents[window] * outputs + output;
          if (values[window * outputs + output] > greatest[at]) {
            greatest[at] = values[window * outputs + output];
            windowOf[at] = window;
          }
        }
      }
      return logits.gather(scope.create(windowOf, new Shape(count, outputs)), 0); // (B, C)
    }
  };

  /** The logits of one document. */
  public abstract float[] of(List<float[]> windows);

  /**
   * The logits of some documents, in the graph of a training.
   *
   * @param logits (W, C)
   * @param documents the index of the document of each window, from 0 to {@code count} − 1
   * @return (B, C)
   */
  public abstract NDArray of(NDArray logits, int[] documents, int count, NDManager scope);
}
