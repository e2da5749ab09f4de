package dev.afina.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RowFunctionsTest {

  @Test
  void geluIsThatOfTheNormalDistribution() {
    int count = 4_096; // -40 to 40, and 0
    float[] x = new float[count];
    IntStream.range(0, count).forEach(i -> x[i] = (i - count / 2) / 51.2f);
    float[] y = x.clone();
    RowFunctions.gelu(y, 0, count);
    for (int i = 0; i < count; i++) {
      // the approximation of erf is within 1.5e-7
      double close = 2e-7 * Math.max(1, Math.abs(x[i]));
      assertThat((double) y[i]).isCloseTo(x[i] * Sample.normal(x[i]), Offset.offset(close));
    }
  }

  @Test
  void softmaxIsOfSoManyNumbersOnly() {
    for (int n = 1; n < 40; n++) {
      float[] x = new float[100];
      IntStream.range(0, x.length).forEach(i -> x[i] = (i * 37 % 11) * 3 - 500);
      double[] powers =
          IntStream.range(3, 3 + n).mapToDouble(i -> Math.exp(0.7 * (x[i] + 500))).toArray();
      double sum = DoubleStream.of(powers).sum();
      RowFunctions.softmax(x, 3, n, 0.7f);
      for (int i = 0; i < n; i++) {
        assertThat((double) x[3 + i]).isCloseTo(powers[i] / sum, Offset.offset(1e-6));
      }
      assertThat(x[2]).isEqualTo((2 * 37 % 11) * 3 - 500);
    }
  }

  /** A score that is far below the greatest must not turn into one that counts. */
  @Test
  void softmaxOfScoresThatAreFarApart() {
    float[] x = {1e4f, -1e30f, 1e4f - 1, -200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    RowFunctions.softmax(x, 0, 4, 1);
    assertThat(x[0]).isCloseTo((float) (1 / (1 + Math.exp(-1))), Offset.offset(1e-6f));
    assertThat(x[1]).isBetween(0f, 1e-37f);
    assertThat(x[2]).isCloseTo((float) (1 / (1 + Math.exp(1))), Offset.offset(1e-6f));
    assertThat(x[3]).isBetween(0f, 1e-37f);
  }

  @Test
  void normHasMeanAndVariance() {
    for (int n = 1; n < 70; n++) {
      float[] x = new float[80];
      IntStream.range(0, x.length).forEach(i -> x[i] = (i * 37 % 11) - 30);
      double mean = IntStream.range(5, 5 + n).mapToDouble(i -> x[i]).average().orElseThrow();
      double variance =
          IntStream.range(5, 5 + n).mapToDouble(i -> (x[i] - mean) * (x[i] - mean)).sum() / n;
      float[] weight = new float[n];
      float[] bias = new float[n];
      IntStream.range(0, n).forEach(i -> weight[i] = 1 + i);
      IntStream.range(0, n).forEach(i -> bias[i] = -i);
      float[] y = x.clone();
      RowFunctions.norm(y, 5, n, weight, bias, 0.1);
      for (int i = 0; i < n; i++) {
        double expected = (x[5 + i] - mean) / Math.sqrt(variance + 0.1) * (1 + i) - i;
        assertThat((double) y[5 + i]).isCloseTo(expected, Offset.offset(1e-4)); // up to 200
      }
      assertThat(y[4]).isEqualTo(x[4]);
      assertThat(y[5 + n]).isEqualTo(x[5 + n]);
    }
  }
}
