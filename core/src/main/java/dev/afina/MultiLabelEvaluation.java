package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.json.Members;
import dev.afina.metrics.CoverageCurve;
import dev.afina.metrics.Metric;
import dev.afina.metrics.MultiLabelMatrix;
import dev.afina.metrics.MultiLabelMetrics;
import dev.afina.metrics.MultiLabelPredictions;
import dev.afina.report.DecidedResults;
import dev.afina.report.TrainingReport;
import dev.afina.training.Truncation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How well a {@link MultiLabelClassifier} does on labelled data: its predictions, compared with the
 * truth. Immutable. Jackson and Gson write it as its {@link #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class MultiLabelEvaluation implements EvaluationResult<MultiLabelPrediction> {
  private final Labels labels;
  private final Targets truth;
  private final List<MultiLabelPrediction> predictions;
  private final MultiLabelPredictions scored;
  private final double loss;

  /**
   * The figures of what any {@link Predictor} said of these rows.
   *
   * @param data with lists of labels
   * @param predictions one a row, in the same order, all of the same labels
   * @throws IllegalArgumentException if there is no row, the lists are not of equal length, or a
   *     row has nothing to compare with, naming it
   */
  public static MultiLabelEvaluation of(Dataset data, List<MultiLabelPrediction> predictions) {
    NamedFigures.requireOneEach(data, predictions);
    return new MultiLabelTask(predictions.get(0).outputNames()).evaluation(data, predictions);
  }

  /**
   * The figures of predictions, with the thresholds of the first one; for those that were made
   * elsewhere, and for tests.
   *
   * @param labels those of the predictions
   * @param truth the positions of each example's true labels; empty for none
   * @param predictions one an example, in the same order
   * @throws IllegalArgumentException if there is no example, the lists are not of equal length, or
   *     a position is not one of a label
   */
  public static MultiLabelEvaluation of(
      Labels labels, List<List<Integer>> truth, List<MultiLabelPrediction> predictions) {
    if (truth.isEmpty() || truth.size() != predictions.size()) {
      throw new IllegalArgumentException(
          "evaluation: %s lists of labels and %s predictions, expected as many of both, 1 or more"
              .formatted(truth.size(), predictions.size()));
    }
    for (List<Integer> positions : truth) {
      for (int label : positions) {
        if (label < 0 || label >= labels.size()) {
          throw new IllegalArgumentException(
              "truth: position %s, expected 0 to %s".formatted(label, labels.size() - 1));
        }
      }
    }
    MultiLabelTask task = new MultiLabelTask(labels);
    return new MultiLabelEvaluation(
        labels,
        new Targets(truth.stream().map(task::indicators).toList()),
        predictions,
        predictions.get(0).thresholds());
  }

  /**
   * @param truth a 0 or 1 a label, one row an example
   * @param thresholds one a label
   */
  MultiLabelEvaluation(
      Labels labels, Targets truth, List<MultiLabelPrediction> predictions, double... thresholds) {
    this.labels = labels;
    this.truth = truth;
    this.predictions = List.copyOf(predictions);
    this.scored =
        MultiLabelPredictions.of(
            truth.rows().stream().map(MultiLabelTask::has).toArray(boolean[][]::new),
            predictions.stream().map(MultiLabelPrediction::probabilities).toArray(double[][]::new),
            thresholds,
            labels.names());
    this.loss =
        IntStream.range(0, predictions.size())
            .mapToDouble(i -> predictions.get(i).loss(truth.row(i)))
            .average()
            .orElseThrow();
  }

  /**
   * The same predictions with another threshold.
   *
   * @param threshold what a probability must exceed, from 0 to 1
   * @throws IllegalArgumentException if it is not
   */
  public MultiLabelEvaluation at(double threshold) {
    MultiLabelPrediction.requireThreshold(threshold);
    double[] all = new double[labels.size()];
    Arrays.fill(all, threshold);
    return new MultiLabelEvaluation(labels, truth, predictions, all);
  }

  /** What the probability of each predicted label exceeds, in label order; a copy. */
  public double[] thresholds() {
    return scored.thresholds();
  }

  /**
   * The share of texts that were {@linkplain MultiLabelPrediction#decision() decided}, in [0, 1]: 1
   * for a classifier without rules.
   */
  public double coverage() {
    return decided().coverage();
  }

  /**
   * The share of texts with exactly the right labels among those that were {@linkplain
   * MultiLabelPrediction#decision() decided}; NaN for nothing.
   */
  public double decidedAccuracy() {
    return decided().accuracy();
  }

  private Decided decided() {
    List<Decision> decisions = predictions.stream().map(MultiLabelPrediction::decision).toList();
    return Decided.of(decisions, i -> isExactly(decisions.get(i).labels(), i));
  }

  private boolean isExactly(List<String> given, int text) {
    double[] row = truth.row(text);
    return IntStream.range(0, row.length)
        .allMatch(label -> given.contains(labels.name(label)) == (row[label] == 1));
  }

  /**
   * The expected calibration error over all pairs of a text and a label in 15 bins, in [0, 1];
   * smaller is better. That of {@link #withoutRules()} is the one before calibration.
   */
  public double calibrationError() {
    return scored.calibration().expectedError();
  }

  /** The same outputs without temperature, thresholds and rules for decisions. */
  public MultiLabelEvaluation withoutRules() {
    MultiLabelTask task = new MultiLabelTask(labels);
    return task.evaluation(
        truth, predictions.stream().map(MultiLabelPrediction::withoutRules).toList());
  }

  private boolean hasRules() {
    return predictions.stream().anyMatch(MultiLabelPrediction::hasRules);
  }

  /**
   * F1 over all decisions, one a text and label, in [0, 1]: of the labels that were predicted or
   * are true.
   */
  public double microF1() {
    return of(MultiLabelMetrics.MICRO_F1);
  }

  /** The mean of the labels' F1, in [0, 1]; a label without a true or predicted text counts 0. */
  public double macroF1() {
    return of(MultiLabelMetrics.MACRO_F1);
  }

  /** The share of texts with exactly the right labels, in [0, 1]. */
  public double subsetAccuracy() {
    return of(MultiLabelMetrics.SUBSET_ACCURACY);
  }

  /** The mean binary cross-entropy over texts and labels, 0 or more; smaller is better. */
  @Override
  public double loss() {
    return loss;
  }

  /** Any metric: one of {@link MultiLabelMetrics}, or your own. NaN where it is undefined. */
  public double of(Metric<? super MultiLabelPredictions> metric) {
    return metric.of(scored);
  }

  /** Truth and probabilities, for confidence intervals and more. */
  public MultiLabelPredictions scored() {
    return scored;
  }

  /** The counts of each label. */
  public MultiLabelMatrix matrix() {
    return scored.matrix();
  }

  /**
   * Precision, recall, F1 and support of each label, in scikit-learn's layout; below, of a
   * classifier with rules, what was decided and how well it is calibrated.
   */
  @Override
  public String report() {
    String table = scored.matrix().report().toString();
    return hasRules()
        ? table + "\n" + decided().lines(calibrationError(), withoutRules().calibrationError())
        : table;
  }

  @Override
  public TrainingReport addedTo(TrainingReport report, String name, Dataset texts) {
    return hasRules()
        ? report.evaluation(name, texts, scored, decidedResults())
        : report.evaluation(name, texts, scored);
  }

  private DecidedResults decidedResults() {
    double[] confidences = new double[truth.size()];
    boolean[] right = new boolean[truth.size()];
    for (int i = 0; i < right.length; i++) {
      confidences[i] = predictions.get(i).decision().confidence();
      right[i] = isExactly(predictions.get(i).labels(), i);
    }
    return new DecidedResults(
        withoutRules().scored().calibration(),
        CoverageCurve.of(confidences, right),
        decided().coverage(),
        decided().error());
  }

  @Override
  public Truncation truncation() {
    return Document.truncation(predictions.stream().map(MultiLabelPrediction::reading).toList());
  }

  @Override
  public List<MultiLabelPrediction> predictions() {
    return predictions;
  }

  /**
   * Loss, then all of {@link MultiLabelMetrics}; of a classifier with rules also {@code coverage}
   * and {@code decided_accuracy}.
   */
  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = NamedFigures.of(loss, MultiLabelMetrics.all(), scored);
    return hasRules() ? NamedFigures.with(metrics, decided()) : metrics;
  }

  /** The names that {@link #metrics()} can have, in order. */
  static List<String> metricNames() {
    return NamedFigures.names(MultiLabelMetrics.all());
  }

  /**
   * What JSON says of it: {@code examples} (how many), {@code metrics} ({@link #metrics()}), {@code
   * threshold}, or {@code thresholds} by label where they differ, and {@code labels}, with {@code
   * precision}, {@code recall}, {@code f1} and {@code support} of each. The predictions are not in
   * it. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    MultiLabelMatrix matrix = matrix();
    double[] thresholds = thresholds();
    Members each = new Members();
    IntStream.range(0, thresholds.length).forEach(i -> each.with(labels.name(i), thresholds[i]));
    boolean same = Arrays.stream(thresholds).distinct().count() == 1;
    return NamedFigures.asMap(this)
        .with("threshold", same ? thresholds[0] : null)
        .with("thresholds", same ? null : each.asMap())
        .with(
            "labels",
            NamedFigures.ofLabels(
                labels.names(), matrix::precision, matrix::recall, matrix::f1, matrix::support))
        .asMap();
  }

  /** The size and the main figures in one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d examples: micro F1 %.4f, macro F1 %.4f, subset accuracy %.4f, loss %.4f",
        predictions.size(),
        microF1(),
        macroF1(),
        subsetAccuracy(),
        loss);
  }
}
