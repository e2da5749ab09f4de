package dev.afina.internal.decision;

import dev.afina.internal.objective.Logits;
import dev.afina.internal.objective.Targets;
import java.util.List;

/**
 * The temperature T &gt; 0 that fits probabilities to data: of all T the one at which
 * softmax(logits / T), or sigmoid(logits / T), have the smallest mean cross-entropy with the truth
 * (C. Guo et al., On Calibration of Modern Neural Networks, 2017).
 *
 * <p>As a function of β = 1 / T the loss is convex, for it is a mean of log-sum-exps of β · logits,
 * less β times something. So its slope rises with β, and the best β is where the slope is 0. There
 * is none where no row is wrong, because the loss falls for ever as T goes to 0, and none over 0
 * where the outputs say rather the opposite of the truth.
 */
public final class TemperatureFit {
  /** Beyond these a temperature says that outputs or data are broken. */
  public static final double LEAST = 1e-6;

  public static final double MOST = 1e6;

  private static final int MOST_STEPS = 200;

  /** Far from where numbers end, and far beyond what is taken. */
  private static final double MOST_BETA = 1e200;

  private TemperatureFit() {}

  /** First and second derivative of the loss by β, of one row or the mean of many. */
  private record Slope(double first, double second) {}

  private interface Row {
    Slope at(double beta, float[] logits, double[] truth);
  }

  /**
   * The temperature for one label a text.
   *
   * @param logits one row a text, one a label
   * @param truth the position of each text's label
   * @throws IllegalArgumentException where no temperature is best
   */
  public static double ofOneLabel(List<float[]> logits, Targets truth) {
    boolean allRight = true;
    for (int i = 0; i < logits.size(); i++) {
      float[] row = logits.get(i);
      for (float logit : row) {
        allRight &= logit <= row[truth.label(i)];
      }
    }
    return fit(logits, truth, TemperatureFit::softmax, allRight);
  }

  /**
   * The temperature for any number of labels a text.
   *
   * @param truth a 0 or 1 a label
   * @throws IllegalArgumentException where no temperature is best
   */
  public static double ofSeveralLabels(List<float[]> logits, Targets truth) {
    boolean allRight = true;
    for (int i = 0; i < logits.size(); i++) {
      float[] row = logits.get(i);
      for (int label = 0; label < row.length; label++) {
        allRight &= truth.row(i)[label] == 1 ? row[label] >= 0 : row[label] <= 0;
      }
    }
    return fit(logits, truth, TemperatureFit::sigmoids, allRight);
  }

  private static double fit(List<float[]> logits, Targets truth, Row rows, boolean allRight) {
    if (allRight) {
      throw new IllegalArgumentException(
          "calibration: all %s rows of the validation data are predicted right, so each lower temperature fits them better and none is best; take more rows, which the training has not seen"
              .formatted(logits.size()));
    }
    if (slope(0, logits, truth, rows).first() >= 0) {
      throw new IllegalArgumentException(
          "calibration: on the %s rows of the validation data the outputs say nothing of the labels, or the opposite, so no temperature makes probabilities of them; check that labels and model belong together"
              .formatted(logits.size()));
    }
    double temperature = 1 / root(logits, truth, rows);
    if (!(temperature >= LEAST && temperature <= MOST)) {
      throw new IllegalArgumentException(
          "calibration: the best temperature is %s, expected %s to %s; the outputs on the %s rows of the validation data are nearly constant, or nearly all right"
              .formatted(temperature, LEAST, MOST, logits.size()));
    }
    return temperature;
  }

  /** Newton's steps where they stay between two points around the root, halving where not. */
  private static double root(List<float[]> logits, Targets truth, Row rows) {
    double low = 0;
    double high = 1;
    while (high < MOST_BETA && slope(high, logits, truth, rows).first() < 0) {
      low = high;
      high *= 2;
    }
    double beta = (low + high) / 2;
    for (int step = 0; step < MOST_STEPS; step++) {
      Slope slope = slope(beta, logits, truth, rows);
      if (slope.first() < 0) {
        low = beta;
      } else {
        high = beta;
      }
      double newton = beta - slope.first() / slope.second();
      double next = newton > low && newton < high ? newton : (low + high) / 2;
      if (Math.abs(next - beta) <= 1e-14 * beta) {
        return next;
      }
      beta = next;
    }
    return beta;
  }

  private static Slope slope(double beta, List<float[]> logits, Targets truth, Row rows) {
    double first = 0;
    double second = 0;
    for (int i = 0; i < logits.size(); i++) {
      Slope row = rows.at(beta, logits.get(i), truth.row(i));
      first += row.first();
      second += row.second();
    }
    return new Slope(first / logits.size(), second / logits.size());
  }

  /** Mean of the logits under softmax(β · logits), less the right one; and their variance. */
  private static Slope softmax(double beta, float[] logits, double[] truth) {
    double max = logits[Logits.greatest(logits)];
    double sum = 0;
    double mean = 0;
    double squares = 0;
    for (float logit : logits) {
      double below = logit - max;
      double weight = Math.exp(beta * below);
      sum += weight;
      mean += weight * below;
      squares += weight * below * below;
    }
    mean /= sum;
    double right = logits[(int) truth[0]] - max;
    return new Slope(mean - right, squares / sum - mean * mean);
  }

  private static Slope sigmoids(double beta, float[] logits, double[] truth) {
    double first = 0;
    double second = 0;
    for (int label = 0; label < logits.length; label++) {
      double p = Logits.sigmoid(beta * logits[label]);
      first += (p - truth[label]) * logits[label];
      second += p * (1 - p) * logits[label] * logits[label];
    }
    return new Slope(first / logits.length, second / logits.length);
  }
}
