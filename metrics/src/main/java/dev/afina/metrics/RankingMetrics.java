package dev.afina.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Metrics that depend only on the order of scores: do positive texts score higher than negative
 * ones? Scores may be any finite numbers, probabilities or logits. For all metrics greater is
 * better.
 */
public final class RankingMetrics {
  private RankingMetrics() {}

  /**
   * The area under the ROC curve: the probability that a positive text scores higher than a
   * negative one, where ties count one half. From 0 to 1; 0.5 is guessing. NaN if all texts are
   * positive or all are negative.
   *
   * @param truth whether each text is positive, that is belongs to the class
   * @param scores the score of each text, greater for more likely positive
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a score is
   *     not finite
   */
  public static double rocAuc(boolean[] truth, double[] scores) {
    checkBinary(truth, "scores", scores);
    int[] order = descending(scores);
    double negatives = 0;
    double positives = 0;
    double area = 0; // in pairs of one true and one other text
    for (int i = 0; i < order.length; ) {
      int truePositives = 0;
      int end = i;
      for (; end < order.length && scores[order[end]] == scores[order[i]]; end++) {
        truePositives += truth[order[end]] ? 1 : 0;
      }
      int falsePositives = end - i - truePositives;
      area += falsePositives * (positives + truePositives / 2.0); // exact: halves of whole numbers
      positives += truePositives;
      negatives += falsePositives;
      i = end;
    }
    return positives == 0 || negatives == 0 ? Double.NaN : area / (positives * negatives);
  }

  /**
   * The average precision: the sum over descending thresholds of {@code (recall − previous recall)
   * · precision}, without interpolation. From 0 to 1; guessing gives the share of positive texts. 0
   * if no text is positive.
   *
   * @param truth whether each text is positive, that is belongs to the class
   * @param scores the score of each text, greater for more likely positive
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a score is
   *     not finite
   */
  public static double averagePrecision(boolean[] truth, double[] scores) {
    checkBinary(truth, "scores", scores);
    int[] order = descending(scores);
    double found = 0;
    double sum = 0;
    for (int i = 0; i < order.length; ) {
      int truePositives = 0;
      int end = i;
      for (; end < order.length && scores[order[end]] == scores[order[i]]; end++) {
        truePositives += truth[order[end]] ? 1 : 0;
      }
      found += truePositives;
      sum += truePositives * (found / end);
      i = end;
    }
    return found == 0 ? 0 : sum / found;
  }

  /**
   * {@linkplain #rocAuc(boolean[], double[]) ROC AUC} of single-label predictions. With two
   * classes, that of the second class; with more, the average of each class against the rest. NaN
   * if a class is never the truth, or always.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param scores one row per text, one score per class
   * @param averaging for more than two classes: {@link Averaging#MACRO}, {@link Averaging#WEIGHTED}
   *     by support (which ignores classes that are never the truth), or {@link Averaging#MICRO}
   *     over all pairs of text and class
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, a class is out
   *     of range, a score is not finite, or the averaging is {@link Averaging#SAMPLES}
   */
  public static double rocAuc(int[] truth, double[][] scores, Averaging averaging) {
    return ofClasses(truth, scores, averaging, RankingMetrics::rocAuc);
  }

  /**
   * {@linkplain #averagePrecision(boolean[], double[]) Average precision} of single-label
   * predictions. With two classes, that of the second class; with more, the average of each class
   * against the rest. A class that is never the truth counts as 0.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param scores one row per text, one score per class
   * @param averaging for more than two classes, as for {@link #rocAuc(int[], double[][],
   *     Averaging)}
   * @throws IllegalArgumentException as {@link #rocAuc(int[], double[][], Averaging)}
   */
  public static double averagePrecision(int[] truth, double[][] scores, Averaging averaging) {
    return ofClasses(truth, scores, averaging, RankingMetrics::averagePrecision);
  }

  /**
   * {@linkplain #rocAuc(boolean[], double[]) ROC AUC} of multi-label predictions. NaN if one of the
   * averaged values is undefined. {@link Averaging#WEIGHTED} ignores labels that are never true,
   * and is 0 if no label ever is.
   *
   * @param truth one row per text: whether it has each label
   * @param scores one row per text, one score per label
   * @param averaging over labels ({@link Averaging#MACRO}, {@link Averaging#WEIGHTED}), over texts
   *     ({@link Averaging#SAMPLES}), or {@link Averaging#MICRO} over all pairs of text and label
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a score is
   *     not finite
   */
  public static double rocAuc(boolean[][] truth, double[][] scores, Averaging averaging) {
    return ofLabels(truth, scores, averaging, RankingMetrics::rocAuc);
  }

  /**
   * {@linkplain #averagePrecision(boolean[], double[]) Average precision} of multi-label
   * predictions. A label that is never true counts as 0.
   *
   * @param truth one row per text: whether it has each label
   * @param scores one row per text, one score per label
   * @param averaging as for {@link #rocAuc(boolean[][], double[][], Averaging)}
   * @throws IllegalArgumentException as {@link #rocAuc(boolean[][], double[][], Averaging)}
   */
  public static double averagePrecision(boolean[][] truth, double[][] scores, Averaging averaging) {
    return ofLabels(truth, scores, averaging, RankingMetrics::averagePrecision);
  }

  /**
   * The share of texts whose true class is among the {@code k} classes with the greatest scores.
   * From 0 to 1; always 1 if {@code k} is at least the number of classes. Ties are broken as in
   * scikit-learn: the greater class index comes first, except that with two classes the smaller one
   * does.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param scores one row per text, one score per class
   * @param k 1 or more; 1 gives the accuracy, except for ties
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, a class is out
   *     of range, a score is not finite, or {@code k} is less than 1
   */
  public static double topKAccuracy(int[] truth, double[][] scores, int k) {
    checkK(k);
    int classes = Scores.checkScores("scores", scores, "score per class");
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "scores", scores.length);
    int hits = 0;
    for (int i = 0; i < truth.length; i++) {
      double score = scores[i][truth[i]];
      int before = 0;
      for (int c = 0; c < classes; c++) {
        boolean first = classes == 2 ? c < truth[i] : c > truth[i];
        before += scores[i][c] > score || (scores[i][c] == score && first) ? 1 : 0;
      }
      hits += before < k ? 1 : 0;
    }
    return (double) hits / truth.length;
  }

  static void checkK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k: " + k + ", expected 1 or more");
    }
  }

  private interface Binary {
    double of(boolean[] truth, double[] scores);
  }

  private static double ofClasses(
      int[] truth, double[][] scores, Averaging averaging, Binary metric) {
    int classes = Scores.checkScores("scores", scores, "score per class");
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "scores", scores.length);
    Arguments.checkSingleLabel(averaging);
    boolean[][] isClass = new boolean[truth.length][classes];
    for (int i = 0; i < truth.length; i++) {
      isClass[i][truth[i]] = true;
    }
    return classes == 2
        ? metric.of(column(isClass, 1), column(scores, 1))
        : ofLabels(isClass, scores, averaging, metric);
  }

  private static double ofLabels(
      boolean[][] truth, double[][] scores, Averaging averaging, Binary metric) {
    int labels = Scores.checkScores("scores", scores, "score per label");
    Scores.checkLabelSets("truth", truth, labels);
    Arguments.checkSameLength("truth", truth.length, "scores", scores.length);
    Arguments.checkAveraging(averaging);
    return switch (averaging) {
      case MICRO -> metric.of(flat(truth, labels), flat(scores));
      case MACRO -> mean(ofEachLabel(truth, scores, labels, metric));
      case WEIGHTED -> weighted(truth, ofEachLabel(truth, scores, labels, metric));
      case SAMPLES ->
          mean(
              IntStream.range(0, truth.length)
                  .mapToDouble(i -> metric.of(truth[i], scores[i]))
                  .toArray());
    };
  }

  private static double[] ofEachLabel(
      boolean[][] truth, double[][] scores, int labels, Binary metric) {
    return IntStream.range(0, labels)
        .mapToDouble(label -> metric.of(column(truth, label), column(scores, label)))
        .toArray();
  }

  private static double weighted(boolean[][] truth, double[] values) {
    double[] weighted = new double[values.length];
    double total = 0;
    for (int label = 0; label < values.length; label++) {
      double support = 0;
      for (boolean[] row : truth) {
        support += row[label] ? 1 : 0;
      }
      weighted[label] = support == 0 ? 0 : support * values[label];
      total += support;
    }
    return total == 0 ? 0 : PairwiseSum.of(weighted) / total;
  }

  private static double mean(double[] values) {
    return PairwiseSum.of(values) / values.length;
  }

  private static int[] descending(double[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted((a, b) -> Double.compare(scores[b], scores[a]))
        .mapToInt(i -> i)
        .toArray();
  }

  private static boolean[] column(boolean[][] rows, int column) {
    boolean[] values = new boolean[rows.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows[i][column];
    }
    return values;
  }

  private static double[] column(double[][] rows, int column) {
    return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
  }

  private static boolean[] flat(boolean[][] rows, int columns) {
    boolean[] flat = new boolean[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * columns, columns);
    }
    return flat;
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  static void checkBinary(boolean[] truth, String name, double[] scores) {
    if (truth == null || truth.length == 0) {
      throw new IllegalArgumentException(
          "truth: " + (truth == null ? "null" : "empty") + ", expected one value per text");
    }
    Scores.checkNumbers(name, scores);
    Arguments.checkSameLength("truth", truth.length, name, scores.length);
  }
}
