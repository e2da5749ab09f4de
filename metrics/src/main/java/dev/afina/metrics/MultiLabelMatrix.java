package dev.afina.metrics;

import java.util.List;

/**
 * How often each label was given where it is true and where it is not, for texts with any number of
 * labels, and every metric that follows from these counts. With
 *
 * <pre>
 *   n        texts, L labels
 *   tp(l)    texts that have label l and were given it
 *   t(l)     = support(l)     texts that have label l
 *   p(l)     = predicted(l)   texts that were given label l
 * </pre>
 *
 * <p>each metric states its formula. A ratio with a zero denominator is 0, as in scikit-learn by
 * default. Averages are over all labels, also over those that never occur.
 *
 * <p>Immutable, so it can be shared between threads.
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
   * The counts of a prediction.
   *
   * @param truth one row a text: whether it has each label
   * @param predicted one row a text: whether it was given each label
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

  /** The name of each label, in the order of their indices. */
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
   * The number of texts that were given this label.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public int predicted(int label) {
    return ofLabels.predicted(check(label));
  }

  /**
   * The number of texts that have this label and were given it.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public int truePositives(int label) {
    return ofLabels.truePositives(check(label));
  }

  /**
   * The share of texts that were given exactly their labels, from 0 to 1; greater is better. What
   * scikit-learn calls accuracy.
   */
  public double subsetAccuracy() {
    return (double) exact / texts;
  }

  /**
   * The share of all pairs of text and label that are wrong: {@code wrong / (n · L)}. From 0 to 1;
   * smaller is better.
   */
  public double hammingLoss() {
    return wrong / ((double) texts * labels.size());
  }

  /**
   * How many of the texts that were given this label have it: {@code tp(l) / p(l)}. From 0 to 1; 0
   * where it was never given.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public double precision(int label) {
    return ofLabels.precision(check(label));
  }

  /**
   * How many of the texts that have this label were given it: {@code tp(l) / t(l)}. From 0 to 1; 0
   * where no text has it.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public double recall(int label) {
    return ofLabels.recall(check(label));
  }

  /**
   * The harmonic mean of precision and recall: {@code 2 · tp(l) / (t(l) + p(l))}. From 0 to 1; 0
   * where the label neither occurs nor was given.
   *
   * @throws IllegalArgumentException if the label is out of range
   */
  public double f1(int label) {
    return ofLabels.f1(check(label));
  }

  /**
   * {@linkplain #precision(int) Precision} averaged over the labels, or over the texts. From 0 to
   * 1; a label never given and a text without a given label add 0.
   */
  public double precision(Averaging averaging) {
    return by(averaging).precision(over(averaging));
  }

  /**
   * {@linkplain #recall(int) Recall} averaged over the labels, or over the texts. From 0 to 1; a
   * label that is never true and a text without a label add 0.
   */
  public double recall(Averaging averaging) {
    return by(averaging).recall(over(averaging));
  }

  /**
   * {@linkplain #f1(int) F1} averaged over the labels, or over the texts. From 0 to 1; a text that
   * has no label and was given none adds 0.
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

  /** The mean over texts is the plain mean of what is counted by text. */
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
