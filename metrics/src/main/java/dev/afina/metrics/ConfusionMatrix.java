package dev.afina.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts how often each class was predicted as each class, and computes the metrics that follow
 * from these counts.
 *
 * <p>Rows are the truth, columns the prediction: {@code count(1, 2)} texts of class 1 were
 * predicted as class 2. With
 *
 * <pre>
 *   n        texts
 *   tp(c)    = count(c, c)      texts of class c that were predicted as c
 *   t(c)     = support(c)       texts of class c
 *   p(c)     = predicted(c)     texts that were predicted as c
 * </pre>
 *
 * <p>each metric below states its formula. For all of them higher is better and 1 is perfect. A
 * ratio with a zero denominator is 0, as in scikit-learn by default (which also warns). In a
 * two-class task with a positive class, binary precision, recall and F1 are those of that class:
 * {@code f1(1)}.
 *
 * <p>Immutable and thread safe. Two matrices are equal if their labels and counts are.
 *
 * <pre>{@code
 * ConfusionMatrix matrix = ConfusionMatrix.of(truth, predicted, List.of("neg", "neu", "pos"));
 * double f1 = matrix.f1(Averaging.MACRO);
 * System.out.println(matrix);
 * System.out.println(ClassificationReport.of(matrix));
 * }</pre>
 */
public final class ConfusionMatrix {
  private final List<String> labels;
  private final int[][] counts;
  private final int[] support;
  private final int[] predicted;
  private final int total;

  private ConfusionMatrix(List<String> labels, int[][] counts, int total) {
    this.labels = labels;
    this.counts = counts;
    this.total = total;
    support = new int[counts.length];
    predicted = new int[counts.length];
    for (int t = 0; t < counts.length; t++) {
      for (int p = 0; p < counts.length; p++) {
        support[t] += counts[t][p];
        predicted[p] += counts[t][p];
      }
    }
  }

  /**
   * Counts predictions of classes without names; the labels are the class indices.
   *
   * @param truth the right class of each text, 0 to {@code classes - 1}
   * @param predicted the predicted class of each text, in the same order
   * @param classes the number of classes, at least 1; not every class needs to occur
   * @throws IllegalArgumentException if an array is null or empty, their lengths differ, or a class
   *     is out of range
   */
  public static ConfusionMatrix of(int[] truth, int[] predicted, int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes: " + classes + ", expected at least 1");
    }
    return count(
        truth, predicted, IntStream.range(0, classes).mapToObj(Integer::toString).toList());
  }

  /**
   * Counts predictions of named classes.
   *
   * @param truth the right class of each text, 0 to {@code labels.size() - 1}
   * @param predicted the predicted class of each text, in the same order
   * @param labels the name of each class, in the order of their indices; copied
   * @throws IllegalArgumentException if an argument is null or empty, a label is null, the arrays'
   *     lengths differ, or a class is out of range
   */
  public static ConfusionMatrix of(int[] truth, int[] predicted, List<String> labels) {
    return count(truth, predicted, Arguments.checkLabels(labels));
  }

  private static ConfusionMatrix count(int[] truth, int[] predicted, List<String> labels) {
    int classes = labels.size();
    Arguments.checkClasses("truth", truth, classes);
    Arguments.checkClasses("predicted", predicted, classes);
    Arguments.checkSameLength("truth", truth.length, "predicted", predicted.length);
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < truth.length; i++) {
      counts[truth[i]][predicted[i]]++;
    }
    return new ConfusionMatrix(labels, counts, truth.length);
  }

  /** The number of classes, including those that do not occur. */
  public int classes() {
    return counts.length;
  }

  /** The class names by index; "0", "1", … if none were given. Unmodifiable. */
  public List<String> labels() {
    return labels;
  }

  /**
   * The index of the class with this name, for example of the positive class of a binary task:
   * {@code matrix.f1(matrix.indexOf("spam"))}. The first one, if several classes have the name.
   *
   * @throws IllegalArgumentException if no class has this name
   */
  public int indexOf(String label) {
    int index = label == null ? -1 : labels.indexOf(label);
    if (index < 0) {
      throw new IllegalArgumentException(
          "label \""
              + Text.cut(String.valueOf(label), 100)
              + "\": unknown, expected one of "
              + Arguments.shown(labels));
    }
    return index;
  }

  /** The number of texts, at least 1. */
  public int total() {
    return total;
  }

  /**
   * The number of texts of class {@code truth} that were predicted as class {@code predicted}.
   *
   * @throws IllegalArgumentException if a class is out of range
   */
  public int count(int truth, int predicted) {
    return counts[check(truth)][check(predicted)];
  }

  /**
   * The number of texts whose truth is this class: the sum of its row.
   *
   * @throws IllegalArgumentException if the class is out of range
   */
  public int support(int classIndex) {
    return support[check(classIndex)];
  }

  /**
   * The number of texts that were predicted as this class: the sum of its column.
   *
   * @throws IllegalArgumentException if the class is out of range
   */
  public int predicted(int classIndex) {
    return predicted[check(classIndex)];
  }

  /**
   * The share of texts that were predicted correctly: {@code sum of tp(c) / n}. From 0 to 1; always
   * defined.
   */
  public double accuracy() {
    return (double) correct() / total;
  }

  /**
   * The mean recall of the classes that occur in the truth, from 0 to 1. All classes count the same
   * whatever their size, so always predicting the most common class scores no better than guessing.
   * Always defined.
   */
  public double balancedAccuracy() {
    double[] recalls =
        IntStream.range(0, classes())
            .filter(c -> support[c] > 0)
            .mapToDouble(this::recall)
            .toArray();
    return PairwiseSum.of(recalls) / recalls.length;
  }

  /**
   * The Matthews correlation between truth and prediction, for any number of classes (J. Gorodkin,
   * Comparing two K-category assignments by a K-category correlation coefficient, 2004):
   *
   * <pre>
   *   (n · sum of tp(c) − sum of t(c) · p(c)) / √((n² − sum of p(c)²) · (n² − sum of t(c)²))
   * </pre>
   *
   * <p>From −1 (two classes that are always confused; with more classes the minimum lies between −1
   * and 0) through 0 (no better than chance) to 1. If the truth or the prediction consists of a
   * single class the formula is undefined; the value is then 0, even if every prediction is
   * correct.
   */
  public double matthewsCorrelation() {
    // Whole numbers up to n² ≤ 2^62: exact in long.
    long n = total;
    long truthByPrediction = 0;
    long truthSquared = 0;
    long predictionSquared = 0;
    for (int c = 0; c < classes(); c++) {
      truthByPrediction += (long) support[c] * predicted[c];
      truthSquared += (long) support[c] * support[c];
      predictionSquared += (long) predicted[c] * predicted[c];
    }
    double variances = (double) (n * n - predictionSquared) * (double) (n * n - truthSquared);
    return variances == 0 ? 0 : (n * correct() - truthByPrediction) / Math.sqrt(variances);
  }

  /**
   * Cohen's kappa: how far the accuracy exceeds that of chance, as a share of the largest possible
   * excess (J. Cohen, A Coefficient of Agreement for Nominal Scales, 1960):
   *
   * <pre>
   *   1 − n · (n − sum of tp(c)) / (n² − sum of t(c) · p(c))
   * </pre>
   *
   * <p>From −1 through 0 (no better than chance) to 1. NaN if truth and prediction consist of one
   * and the same class, although every prediction is then correct: the formula is undefined.
   */
  public double cohensKappa() {
    long n = total; // whole numbers up to n² ≤ 2^62: exact in long
    long byChance = 0;
    for (int c = 0; c < classes(); c++) {
      byChance += (long) support[c] * predicted[c];
    }
    return n * n == byChance ? Double.NaN : 1 - (double) (n * (n - correct())) / (n * n - byChance);
  }

  /**
   * The share of the texts predicted as this class that belong to it: {@code tp(c) / p(c)}. From 0
   * to 1; 0 if the class was never predicted.
   *
   * @throws IllegalArgumentException if the class is out of range
   */
  public double precision(int classIndex) {
    return over(new int[] {check(classIndex)}).precision(0);
  }

  /**
   * The share of the texts of this class that were predicted as such: {@code tp(c) / t(c)}. From 0
   * to 1; 0 if no text has this class.
   *
   * @throws IllegalArgumentException if the class is out of range
   */
  public double recall(int classIndex) {
    return over(new int[] {check(classIndex)}).recall(0);
  }

  /**
   * The harmonic mean of precision and recall: {@code 2 · tp(c) / (t(c) + p(c))}. From 0 to 1; 0 if
   * the class neither occurs nor was predicted.
   *
   * @throws IllegalArgumentException if the class is out of range
   */
  public double f1(int classIndex) {
    return over(new int[] {check(classIndex)}).f1(0);
  }

  /**
   * {@linkplain #precision(int) Precision} averaged over the classes, from 0 to 1. A class that was
   * never predicted counts as 0.
   *
   * @throws IllegalArgumentException if the averaging is null or {@link Averaging#SAMPLES}
   */
  public double precision(Averaging averaging) {
    return over(observed()).precision(averaging);
  }

  /**
   * {@linkplain #recall(int) Recall} averaged over the classes, from 0 to 1. A class that never
   * occurs in the truth counts as 0.
   *
   * @throws IllegalArgumentException if the averaging is null or {@link Averaging#SAMPLES}
   */
  public double recall(Averaging averaging) {
    return over(observed()).recall(averaging);
  }

  /**
   * {@linkplain #f1(int) F1} averaged over the classes, from 0 to 1. The macro average is the mean
   * of the classes' F1, not the F1 of the mean precision and recall.
   *
   * @throws IllegalArgumentException if the averaging is null or {@link Averaging#SAMPLES}
   */
  public double f1(Averaging averaging) {
    return over(observed()).f1(averaging);
  }

  /** The classes that occur in the truth or in the prediction, ascending. */
  int[] observed() {
    return IntStream.range(0, classes()).filter(c -> support[c] + predicted[c] > 0).toArray();
  }

  /** The counts of these classes, in this order. */
  LabelCounts over(int[] classIndices) {
    return new LabelCounts(
        Arrays.stream(classIndices).map(c -> counts[c][c]).toArray(),
        Arrays.stream(classIndices).map(c -> predicted[c]).toArray(),
        Arrays.stream(classIndices).map(c -> support[c]).toArray());
  }

  private long correct() {
    return IntStream.range(0, classes()).map(c -> counts[c][c]).sum();
  }

  private int check(int classIndex) {
    return Arguments.checkClass("class", classIndex, classes());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix that
        && labels.equals(that.labels)
        && Arrays.deepEquals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + Arrays.deepHashCode(counts);
  }

  /**
   * The counts as a table with the truth in rows. Columns are headed by the labels, or by class
   * indices if labels would make lines longer than 100 characters.
   */
  @Override
  public String toString() {
    return ConfusionTable.format(this);
  }
}
