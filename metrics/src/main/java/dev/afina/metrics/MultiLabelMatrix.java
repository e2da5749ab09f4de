package dev.afina.metrics;

import java.util.List;

/**
 * Counts, for texts with any number of labels, how often each label is true, predicted, and both,
 * and computes the metrics that follow from these counts. With
 *
 * <pre>
 *   n        texts, L labels
 *   tp(l)    = truePositives(l)   texts that have label l and for which it was predicted
 *   t(l)     = support(l)         texts that have label l
 *   p(l)     = predicted(l)       texts for which label l was predicted
 * </pre>
 *
 * <p>each metric states its formula. A ratio with a zero denominator is 0, as in scikit-learn by
 * default. Averages are over all labels, including those that never occur.
 *
 * <p>Immutable and thread safe.
 */
public final class MultiLabelMatrix {
  private final List<String> labels;
  private final LabelCounts ofLabels;
  private final LabelCounts ofTexts;
  private final int texts;
  private final int exact;
  private final long wrong;

  private MultiLabelMatrix(boolean[][] truth, boolean[][] predicted, List<String> labels) {
    this.labels = labels;
    this.texts = truth.length;
    int width = labels.size();
    int[][] label = new int[3][width]; // true positives, predicted, support
    int[][] text = new int[3][texts];
    int exactTexts = 0;
    long wrongPairs = 0;
    for (int i = 0; i < texts; i++) {
      long before = wrongPairs;
      for (int l = 0; l < width; l++) {
        boolean is = truth[i][l];
        boolean said = predicted[i][l];
        count(label, l, is, said);
        count(text, i, is, said);
        wrongPairs += is == said ? 0 : 1;
      }
      exactTexts += wrongPairs == before ? 1 : 0;
    }
    this.ofLabels = new LabelCounts(label[0], label[1], label[2]);
    this.ofTexts = new LabelCounts(text[0], text[1], text[2]);
    this.exact = exactTexts;
    this.wrong = wrongPairs;
  }

  /**
   * Counts predictions.
   *
   * @param truth one row per text: whether it has each label
   * @param predicted one row per text: whether each label was predicted
   * @param labels the name of each label, at least 1; copied
   * @throws IllegalArgumentException if an argument is null or empty, a label is null, or lengths
   *     differ
   */
  public static MultiLabelMatrix of(boolean[][] truth, boolean[][] predicted, List<String> labels) {
    List<String> names = Arguments.checkLabels(labels);
    Scores.checkLabelSets("truth", truth, names.size());
    Scores.checkLabelSets("predicted", predicted, names.size());
    Arguments.checkSameLength("truth", truth.length, "predicted", predicted.length);
    return new MultiLabelMatrix(truth, predicted, names);
  }

  /** The label names by index. Unmodifiable. */
  public List<String> labels() {
    return labels;
  }

  /** The number of texts, at least 1. */
  public int total() {
    return texts;
  }

  /**
   * The number of texts that have this label.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public int support(int label) {
    return ofLabels.support(check(label));
  }

  /**
   * The number of texts for which this label was predicted.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public int predicted(int label) {
    return ofLabels.predicted(check(label));
  }

  /**
   * The number of texts that have this label and for which it was predicted.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public int truePositives(int label) {
    return ofLabels.truePositives(check(label));
  }

  /**
   * The share of texts whose labels were predicted exactly, from 0 to 1; greater is better.
   * scikit-learn's {@code accuracy_score} for multi-label data.
   */
  public double subsetAccuracy() {
    return (double) exact / texts;
  }

  /**
   * The share of all pairs of text and label that were predicted wrongly: {@code wrong / (n · L)}.
   * From 0 to 1; smaller is better.
   */
  public double hammingLoss() {
    return wrong / ((double) texts * labels.size());
  }

  /**
   * The share of the texts for which this label was predicted that have it: {@code tp(l) / p(l)}.
   * From 0 to 1; 0 if it was never predicted.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public double precision(int label) {
    return ofLabels.precision(check(label));
  }

  /**
   * The share of the texts with this label for which it was predicted: {@code tp(l) / t(l)}. From 0
   * to 1; 0 if no text has it.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public double recall(int label) {
    return ofLabels.recall(check(label));
  }

  /**
   * The harmonic mean of precision and recall: {@code 2 · tp(l) / (t(l) + p(l))}. From 0 to 1; 0 if
   * the label neither occurs nor was predicted.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public double f1(int label) {
    return ofLabels.f1(check(label));
  }

  /**
   * {@linkplain #precision(int) Precision} averaged over the labels or over the texts, from 0 to 1.
   * A label that was never predicted and a text without predicted labels count as 0.
   */
  public double precision(Averaging averaging) {
    return by(averaging).precision(over(averaging));
  }

  /**
   * {@linkplain #recall(int) Recall} averaged over the labels or over the texts, from 0 to 1. A
   * label that is never true and a text without labels count as 0.
   */
  public double recall(Averaging averaging) {
    return by(averaging).recall(over(averaging));
  }

  /**
   * {@linkplain #f1(int) F1} averaged over the labels or over the texts, from 0 to 1. A text with
   * neither true nor predicted labels counts as 0.
   */
  public double f1(Averaging averaging) {
    return by(averaging).f1(over(averaging));
  }

  /** Precision, recall, F1 and support of each label, in scikit-learn's layout. */
  public MultiLabelReport report() {
    return MultiLabelReport.of(this);
  }

  private LabelCounts by(Averaging averaging) {
    Arguments.checkAveraging(averaging);
    return averaging == Averaging.SAMPLES ? ofTexts : ofLabels;
  }

  /** The mean over texts is the macro average of the counts by text. */
  private static Averaging over(Averaging averaging) {
    return averaging == Averaging.SAMPLES ? Averaging.MACRO : averaging;
  }

  private int check(int label) {
    return Arguments.checkClass("label", label, labels.size());
  }

  private static void count(int[][] counts, int at, boolean is, boolean said) {
    counts[0][at] += is && said ? 1 : 0;
    counts[1][at] += said ? 1 : 0;
    counts[2][at] += is ? 1 : 0;
  }
}
