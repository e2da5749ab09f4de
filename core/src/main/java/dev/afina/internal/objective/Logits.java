package dev.afina.internal.objective;

import dev.afina.data.Labels;

/** The raw outputs of a model for one text. */
public final class Logits {
  private Logits() {}

  /**
   * Throws unless there is one finite output per label.
   *
   * @param what the name of an output in messages, such as "label"
   */
  public static void requireOneEach(Labels labels, float[] logits, String what) {
    if (logits.length != labels.size()) {
      throw new IllegalArgumentException(
          "logits: %s given, expected %s, one a %s".formatted(logits.length, labels.size(), what));
    }
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        throw new IllegalArgumentException("logits: " + logit + " is not a finite number");
      }
    }
  }

  /** log Σ exp of the logits, without overflow. */
  static double logSumExp(float[] logits) {
    double max = logits[greatest(logits)];
    double sum = 0;
    for (float x : logits) {
      sum += Math.exp(x - max);
    }
    return max + Math.log(sum);
  }

  /** The index of the greatest logit; of several equal ones, the first. */
  public static int greatest(float[] logits) {
    int greatest = 0;
    for (int i = 1; i < logits.length; i++) {
      greatest = logits[i] > logits[greatest] ? i : greatest;
    }
    return greatest;
  }

  /** softmax(logits / temperature), without overflow. */
  public static double[] softmax(float[] logits, double temperature) {
    double max = logits[greatest(logits)];
    double sum = 0;
    double[] result = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      result[i] = Math.exp((logits[i] - max) / temperature);
      sum += result[i];
    }
    for (int i = 0; i < result.length; i++) {
      result[i] /= sum;
    }
    return result;
  }

  /**
   * −log softmax(logits / temperature) at the true label, from logits, so that a probability of 0
   * stays finite.
   */
  public static double crossEntropy(float[] logits, int truth, double temperature) {
    double max = logits[greatest(logits)];
    double sum = 0;
    for (float x : logits) {
      sum += Math.exp((x - max) / temperature);
    }
    return Math.log(sum) - (logits[truth] - max) / temperature;
  }

  /** The mean binary cross-entropy of sigmoid(logits / temperature). */
  public static double binaryCrossEntropy(float[] logits, double[] truth, double temperature) {
    double sum = 0;
    for (int label = 0; label < logits.length; label++) {
      double x = logits[label] / temperature;
      sum += softplus(x) - truth[label] * x;
    }
    return sum / logits.length;
  }

  /** 1 / (1 + e^−x), without overflow. */
  public static double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
  }

  /** log(1 + e^x), without overflow: −log(1 − sigmoid(x)). */
  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
