package dev.afina.metrics;

/**
 * The counts behind precision, recall and F1: for each label, its true positives, predictions and
 * support. Averages equal those of scikit-learn's {@code precision_recall_fscore_support} to the
 * last bit, so that a printed digit never differs.
 */
final class LabelCounts {
  private final int[] truePositives;
  private final int[] predicted;
  private final int[] support;

  /** Takes ownership of the arrays, which have one entry per label. */
  LabelCounts(int[] truePositives, int[] predicted, int[] support) {
    this.truePositives = truePositives;
    this.predicted = predicted;
    this.support = support;
  }

  int truePositives(int label) {
    return truePositives[label];
  }

  int predicted(int label) {
    return predicted[label];
  }

  int support(int label) {
    return support[label];
  }

  double precision(int label) {
    return ratio(truePositives[label], predicted[label]);
  }

  double recall(int label) {
    return ratio(truePositives[label], support[label]);
  }

  double f1(int label) {
    return ratio(2.0 * truePositives[label], (double) support[label] + predicted[label]);
  }

  double precision(Averaging averaging) {
    return average(averaging, LabelCounts::precision);
  }

  double recall(Averaging averaging) {
    return average(averaging, LabelCounts::recall);
  }

  double f1(Averaging averaging) {
    return average(averaging, LabelCounts::f1);
  }

  int totalSupport() {
    return sum(support);
  }

  private interface Score {
    double of(LabelCounts counts, int label);
  }

  private double average(Averaging averaging, Score score) {
    Arguments.checkSingleLabel(averaging);
    return switch (averaging) {
      case MICRO -> score.of(pooled(), 0);
      case MACRO, SAMPLES -> mean(scores(score));
      case WEIGHTED -> weightedMean(scores(score));
    };
  }

  private LabelCounts pooled() {
    return new LabelCounts(
        new int[] {sum(truePositives)}, new int[] {sum(predicted)}, new int[] {sum(support)});
  }

  private double[] scores(Score score) {
    double[] scores = new double[support.length];
    for (int label = 0; label < scores.length; label++) {
      scores[label] = score.of(this, label);
    }
    return scores;
  }

  private double weightedMean(double[] scores) {
    int total = totalSupport();
    if (total == 0) {
      return mean(scores); // no label is ever true: scikit-learn ignores weights that are all zero
    }
    double[] weighted = new double[scores.length];
    for (int label = 0; label < scores.length; label++) {
      weighted[label] = scores[label] * support[label];
    }
    return PairwiseSum.of(weighted) / total;
  }

  private static double mean(double[] scores) {
    return PairwiseSum.of(scores) / scores.length;
  }

  private static double ratio(double numerator, double denominator) {
    return denominator == 0 ? 0 : numerator / denominator;
  }

  private static int sum(int[] counts) {
    int sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }
}
