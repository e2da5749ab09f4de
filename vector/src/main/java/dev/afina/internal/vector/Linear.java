package dev.afina.internal.vector;

import dev.afina.internal.vector.Products.Panel;
import dev.afina.internal.vector.Products.Rows;
import java.nio.FloatBuffer;

/**
 * A linear layer whose weights are laid out in panels of {@link Products#WIDTH} outputs, see {@link
 * Products#place}. The last panel is filled with zeros. Thread safe.
 */
public final class Linear {
  private final int inputs;
  private final int outputs;
  private final float[] weights;
  private final float[] bias;
  private final Activation activation;

  /**
   * Copies a layer.
   *
   * @param weight (outputs, inputs), read from its beginning; its position is not changed
   * @param bias (outputs), likewise
   * @param activation what follows the layer
   */
  public Linear(
      FloatBuffer weight, FloatBuffer bias, int inputs, int outputs, Activation activation) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.activation = activation;
    int padded = Products.padded(outputs);
    this.weights = new float[Math.multiplyExact(padded, inputs)];
    this.bias = new float[padded];
    bias.get(0, this.bias, 0, outputs);
    float[] row = new float[inputs];
    for (int o = 0; o < outputs; o++) {
      weight.get(o * inputs, row);
      for (int k = 0; k < inputs; k++) {
        weights[Products.place(k, o, inputs)] = row[k];
      }
    }
  }

  /** The number of outputs. */
  public int outputs() {
    return outputs;
  }

  /** The number of inputs. */
  int inputs() {
    return inputs;
  }

  /** Outputs are written in panels of {@link Products#WIDTH}. */
  int panels() {
    return bias.length / Products.WIDTH;
  }

  /**
   * Computes some panels.
   *
   * @param x (rows, inputs)
   * @param y (rows, {@code panels() · WIDTH}); written
   */
  void apply(Rows x, int rows, Rows y, int fromPanel, int toPanel) {
    for (int panel = fromPanel; panel < toPanel; panel++) {
      int output = panel * Products.WIDTH;
      Panel panelOfW = new Panel(weights, output * inputs, inputs);
      Rows panelOfY = new Rows(y.array(), y.at() + output, y.stride());
      Products.multiply(x, rows, panelOfW, bias, output, panelOfY);
      for (int row = 0; row < rows; row++) {
        activation.apply(y.array(), panelOfY.at() + row * y.stride(), Products.WIDTH);
      }
    }
  }
}
