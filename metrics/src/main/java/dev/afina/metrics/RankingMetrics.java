package dev.afina.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Metrics of scores that only look at their order: does what is true score higher? Any numbers will
 * do, probabilities or logits; texts of equal scores count as one step. Pure functions, greater is
 * better.
 */
public final class RankingMetrics {
  private RankingMetrics() {}

  /**
   * The area under the ROC curve: the probability that a true text scores higher than one that is
   * not, where equal scores count one half. From 0 to 1; 0.5 is guessing. NaN where all texts are
   * true or none is, for then there is no such pair.
   *
   * @param truth of each text, whether it is of the class
   * @param scores of each text, greater for the class
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a score is no
   *     finite number
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
   * The average precision: the sum over falling thresholds of {@code (recall − recall before) ·
   * precision}, without interpolation. From 0 to 1; guessing gives the share of true texts. 0 where
   * no text is true.
   *
   * @param truth of each text, whether it is of the class
   * @param scores of each text, greater for the class
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a score is no
   *     finite number
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
   * {@linkplain #rocAuc(boolean[], double[]) ROC AUC} of single labels. With two classes that of
   * the second one; with more each class against the rest, averaged. NaN where a class is never
   * true, or the only one.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param scores one row a text, one score a class
   * @param averaging with more than two classes: {@link Averaging#MACRO}, {@link
   *     Averaging#WEIGHTED} by support (classes that are never true then take no part), or {@link
   *     Averaging#MICRO} over all pairs of text and class
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, a class is out
   *     of range, a score is no finite number, or the averaging is {@link Averaging#SAMPLES}
   */
  public static double rocAuc(int[] truth, double[][] scores, Averaging averaging) {
    return ofClasses(truth, scores, averaging, RankingMetrics::rocAuc);
  }

  /**
   * {@linkplain #averagePrecision(boolean[], double[]) Average precision} of single labels. With
   * two classes that of the second one; with more each class against the rest, averaged. A class
   * that is never true counts 0.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param scores one row a text, one score a class
   * @param averaging with more than two classes, as of {@link #rocAuc(int[], double[][],
   *     Averaging)}
   * @throws IllegalArgumentException as {@link #rocAuc(int[], double[][], Averaging)}
   */
  public static double averagePrecision(int[] truth, double[][] scores, Averaging averaging) {
    return ofClasses(truth, scores, averaging, RankingMetrics::averagePrecision);
  }

  /**
   * {@linkplain #rocAuc(boolean[], double[]) ROC AUC} of several labels a text. NaN where one of
   * the parts that are averaged is undefined; {@link Averaging#WEIGHTED} passes over labels that
   * are never true, and is 0 where none is.
   *
   * @param truth one row a text: whether it has each label
   * @param scores one row a text, one score a label
   * @param averaging over labels, over texts ({@link Averaging#SAMPLES}), or {@link
   *     Averaging#MICRO}: one figure of all pairs of text and label
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, or a score is no
   *     finite number
   */
  public static double rocAuc(boolean[][] truth, double[][] scores, Averaging averaging) {
    return ofLabels(truth, scores, averaging, RankingMetrics::rocAuc);
  }

  /**
   * {@linkplain #averagePrecision(boolean[], double[]) Average precision} of several labels a text;
   * a label that is never true counts 0.
   *
   * @param truth one row a text: whether it has each label
   * @param scores one row a text, one score a label
   * @param averaging as of {@link #rocAuc(boolean[][], double[][], Averaging)}
   * @throws IllegalArgumentException as {@link #rocAuc(boolean[][], double[][], Averaging)}
   */
  public static double averagePrecision(boolean[][] truth, double[][] scores, Averaging averaging) {
    return ofLabels(truth, scores, averaging, RankingMetrics::averagePrecision);
  }

  /**
   * The share of texts whose true class is among the {@code k} with the greatest scores. From 0 to
   * 1; 1 where {@code k} is the number of classes or more. Of equal scores the class of the greater
   * index comes first, but with two classes that of the smaller one: so scikit-learn has it.
   *
   * @param truth the right class of each text, 0 to C − 1
   * @param scores one row a text, one score a class
   * @param k 1 or more; 1 gives the accuracy
   * @throws IllegalArgumentException if an array is null or empty, lengths differ, a class is out
   *     of range, a score is no finite number, or {@code k} is less than 1
   */
  public static double topKAccuracy(int[] truth, double[][] scores, int k) {
    checkK(k);
    int classes = Scores.checkScores("scores", scores, "score a class");
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
    int classes = Scores.checkScores("scores", scores, "score a class");
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkSameLength("truth", truth.length, "scores", scores.length);
    Arguments.checkOneLabelATextBy(averaging);
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
    int labels = Scores.checkScores("scores", scores, "score a label");
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
          "truth: " + (truth == null ? "null" : "empty") + ", expected one value a text");
    }
    Scores.checkNumbers(name, scores);
    Arguments.checkSameLength("truth", truth.length, name, scores.length);
  }
}
