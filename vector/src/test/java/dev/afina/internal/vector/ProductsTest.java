package dev.afina.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.internal.vector.Products.Panel;
import dev.afina.internal.vector.Products.Rows;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProductsTest {
  private static final int WIDTH = Products.WIDTH;
  private static final int AT = 3; // where each matrix begins

  private final Random random = new Random(5);

  /** What stands around the matrices is not a number: neither read nor written. */
  @Test
  void multiplyIsThatOfPlainLoops_andLeavesWhatStandsAround() {
    for (int rows = 1; rows <= 30; rows++) {
      for (int inputs = 1; inputs <= 9; inputs++) {
        for (int panel = 0; panel < 2; panel++) {
          assertProduct(rows, inputs, panel);
        }
      }
    }
  }

  private void assertProduct(int rows, int inputs, int panel) {
    float[][] weight = new float[inputs][2 * WIDTH];
    float[] w = around(AT + 2 * WIDTH * inputs + 5);
    for (int k = 0; k < inputs; k++) {
      for (int o = 0; o < 2 * WIDTH; o++) {
        weight[k][o] = random.nextFloat() - 0.5f;
        w[AT + Products.place(k, o, inputs)] = weight[k][o];
      }
    }
    float[] bias = around(2 * WIDTH);
    for (int o = 0; o < 2 * WIDTH; o++) {
      bias[o] = random.nextFloat();
    }
    int stride = inputs + 2;
    float[] x = around(AT + rows * stride);
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < inputs; k++) {
        x[AT + row * stride + k] = random.nextFloat() - 0.5f;
      }
    }
    int wide = WIDTH + 7;
    float[] y = around(AT + rows * wide);

    Products.multiply(
        new Rows(x, AT, stride),
        rows,
        new Panel(w, AT + panel * WIDTH * inputs, inputs),
        bias,
        panel * WIDTH,
        new Rows(y, AT, wide));

    float[] expected = around(y.length);
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < WIDTH; o++) {
        double sum = bias[panel * WIDTH + o];
        for (int k = 0; k < inputs; k++) {
          sum += (double) x[AT + row * stride + k] * weight[k][panel * WIDTH + o];
        }
        expected[AT + row * wide + o] = (float) sum;
      }
    }
    for (int i = 0; i < y.length; i++) {
      assertThat(Float.isNaN(y[i]))
          .as("%d rows, %d inputs, panel %d, at %d", rows, inputs, panel, i)
          .isEqualTo(Float.isNaN(expected[i]));
      if (!Float.isNaN(y[i])) { // sums of ten numbers below 1
        assertThat(y[i]).isCloseTo(expected[i], Offset.offset(1e-6f));
      }
    }
  }

  private static float[] around(int length) {
    float[] array = new float[length];
    Arrays.fill(array, Float.NaN);
    return array;
  }
}
