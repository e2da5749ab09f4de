package dev.afina.internal.vector;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small network of random numbers and odd sizes, and the same network in plain doubles. */
final class Sample {
  static final int HEADS = 3;
  static final int HIDDEN = 3 * 17;
  private static final int WIDE = 77;
  private static final int POOLED = 23;
  private static final int CLASSES = 5;
  private static final int WORDS = 11;
  private static final int PLACES = 40;
  private static final double EPSILON = 1e-5;
  private static final double SCALE = 0.3;

  private final Random random = new Random(7);
  private final float[] words = floats(WORDS * HIDDEN, 2, 0);
  private final float[] places = floats(PLACES * HIDDEN, 2, 0);
  private final float[] normWeight = floats(HIDDEN, 0.5, 1);
  private final float[] normBias = floats(HIDDEN, 0.5, 0);
  private final List<Dense> denses = new ArrayList<>(); // six a layer, then the head's two
  private final int layers;

  /** A linear layer. */
  @SuppressWarnings("ArrayRecordComponent")
  record Dense(float[] weight, float[] bias, int in, int out, Activation activation) {

    Linear linear() {
      return new Linear(FloatBuffer.wrap(weight), FloatBuffer.wrap(bias), in, out, activation);
    }

    double[] apply(double... x) {
      double[] y = new double[out];
      for (int o = 0; o < out; o++) {
        double sum = bias[o];
        for (int k = 0; k < in; k++) {
          sum += (double) weight[o * in + k] * x[k];
        }
        y[o] = of(activation, sum);
      }
      return y;
    }
  }

  Sample(int layers, Activation feedForward, Activation pooler) {
    this.layers = layers;
    for (int i = 0; i < layers; i++) {
      for (int n = 0; n < 4; n++) {
        denses.add(dense(HIDDEN, HIDDEN, Activation.LINEAR));
      }
      denses.add(dense(HIDDEN, WIDE, feedForward));
      denses.add(dense(WIDE, HIDDEN, Activation.LINEAR));
    }
    denses.add(dense(HIDDEN, POOLED, pooler));
    denses.add(dense(POOLED, CLASSES, Activation.LINEAR));
  }

  Dense dense(int in, int out, Activation activation) {
    return new Dense(
        floats(in * out, 3 / Math.sqrt(in), 0), floats(out, 0.5, 0), in, out, activation);
  }

  float[] floats(int count, double range, double middle) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (middle + range * (random.nextDouble() - 0.5));
    }
    return numbers;
  }

  List<long[]> ids(int tokens) {
    long[] of = new long[tokens];
    long[] at = new long[tokens];
    for (int i = 0; i < tokens; i++) {
      of[i] = (i * 7L + tokens) % WORDS;
      at[i] = PLACES - 1L - i;
    }
    return List.of(of, at);
  }

  VectorNetwork network() {
    Norm norm = new Norm(FloatBuffer.wrap(normWeight), FloatBuffer.wrap(normBias), HIDDEN, EPSILON);
    List<VectorNetwork.Layer> made = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      List<Linear> of = denses.subList(6 * i, 6 * i + 6).stream().map(Dense::linear).toList();
      made.add(
          new VectorNetwork.Layer(
              of.get(0), of.get(1), of.get(2), HEADS, SCALE, of.get(3), norm, of.get(4), of.get(5),
              norm));
    }
    List<FloatBuffer> tables = List.of(FloatBuffer.wrap(words), FloatBuffer.wrap(places));
    return new VectorNetwork(
        new VectorNetwork.Embeddings(tables, norm),
        made,
        new VectorNetwork.Head(
            denses.get(6 * layers).linear(), denses.get(6 * layers + 1).linear()));
  }

  /** The logits by plain loops: all rows of all layers. */
  double[] expected(List<long[]> ids) {
    int tokens = ids.get(0).length;
    double[][] x = new double[tokens][HIDDEN];
    for (int t = 0; t < tokens; t++) {
      for (int d = 0; d < HIDDEN; d++) {
        int word = (int) ids.get(0)[t] * HIDDEN + d;
        int place = (int) ids.get(1)[t] * HIDDEN + d;
        x[t][d] = (double) words[word] + places[place];
      }
      x[t] = norm(x[t]);
    }
    for (int i = 0; i < layers; i++) {
      List<Dense> of = denses.subList(6 * i, 6 * i + 6);
      double[][] y = new double[tokens][];
      for (int t = 0; t < tokens; t++) {
        double[] attended = norm(sum(of.get(3).apply(context(of, x, t)), x[t]));
        y[t] = norm(sum(of.get(5).apply(of.get(4).apply(attended)), attended));
      }
      x = y;
    }
    return denses.get(6 * layers + 1).apply(denses.get(6 * layers).apply(x[0]));
  }

  private static double[] context(List<Dense> of, double[][] x, int token) {
    int size = HIDDEN / HEADS;
    double[] query = of.get(0).apply(x[token]);
    double[] context = new double[HIDDEN];
    for (int head = 0; head < HEADS; head++) {
      double[] weights = new double[x.length];
      double all = 0;
      for (int t = 0; t < x.length; t++) {
        double[] key = of.get(1).apply(x[t]);
        double score = 0;
        for (int d = head * size; d < (head + 1) * size; d++) {
          score += query[d] * key[d];
        }
        weights[t] = Math.exp(SCALE * score);
        all += weights[t];
      }
      for (int t = 0; t < x.length; t++) {
        double[] value = of.get(2).apply(x[t]);
        for (int d = head * size; d < (head + 1) * size; d++) {
          context[d] += weights[t] / all * value[d];
        }
      }
    }
    return context;
  }

  private static double[] sum(double[] x, double... y) {
    double[] sum = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sum[i] = x[i] + y[i];
    }
    return sum;
  }

  private double[] norm(double... x) {
    double mean = 0;
    for (double v : x) {
      mean += v / x.length;
    }
    double square = 0;
    for (double v : x) {
      square += (v - mean) * (v - mean) / x.length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(square + EPSILON) * normWeight[i] + normBias[i];
    }
    return y;
  }

  private static double of(Activation activation, double x) {
    return switch (activation) {
      case LINEAR -> x;
      case RELU -> Math.max(x, 0);
      case TANH -> Math.tanh(x);
      case GELU -> x * normal(x);
    };
  }

  /** The standard normal distribution up to x: its density summed by Simpson's rule. */
  static double normal(double x) {
    int parts = 500;
    double end = Math.min(Math.max(x, -9), 9);
    double width = end / parts;
    double sum = 0;
    for (int i = 0; i <= parts; i++) {
      int weight = i == 0 || i == parts ? 1 : i % 2 == 0 ? 2 : 4;
      sum += weight * Math.exp(-0.5 * (i * width) * (i * width));
    }
    return 0.5 + sum * width / 3 / Math.sqrt(2 * Math.PI);
  }
}
