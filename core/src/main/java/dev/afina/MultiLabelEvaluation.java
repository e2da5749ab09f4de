package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.decision.Decided;
import dev.afina.internal.json.Members;
import dev.afina.internal.objective.Targets;
import dev.afina.internal.text.Document;
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
 * The evaluation of a {@link MultiLabelClassifier} on labelled data: its predictions, compared with
 * the true labels. Immutable. Jackson and Gson serialize it as {@link #asMap()}.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class MultiLabelEvaluation implements EvaluationResult<MultiLabelPrediction> {
  private final Labels labels;
  private final Targets truth;
  private final List<MultiLabelPrediction> predictions;
  private final MultiLabelPredictions scored;
  private final double loss;

  /**
   * Evaluates the predictions of any {@link Predictor}.
   *
   * @param data rows with lists of labels
   * @param predictions one per row, in the same order, all with the same labels
   * @throws IllegalArgumentException if there is no row, the sizes differ, or a row has no target;
   *     the message names the row
   */
  public static MultiLabelEvaluation of(Dataset data, List<MultiLabelPrediction> predictions) {
    NamedFigures.requireOneEach(data, predictions);
    return new MultiLabelTask(predictions.get(0).outputNames()).evaluation(data, predictions);
  }

  /**
   * Evaluates predictions that were made elsewhere, with the thresholds of the first one.
   *
   * @param labels the labels of the predictions
   * @param truth the indexes of each example's true labels; an empty list for none
   * @param predictions one per example, in the same order
   * @throws IllegalArgumentException if there is no example, the lists differ in length, or an
   *     index is out of range
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
   * Evaluates the same predictions with one threshold for all labels.
   *
   * @param threshold the probability that a predicted label exceeds, 0 to 1
   * @throws IllegalArgumentException if it is out of range
   */
  public MultiLabelEvaluation at(double threshold) {
    MultiLabelPrediction.requireThreshold(threshold);
    double[] all = new double[labels.size()];
    Arrays.fill(all, threshold);
    return new MultiLabelEvaluation(labels, truth, predictions, all);
  }

  /** The threshold of each label, in label order; a copy. */
  public double[] thresholds() {
    return scored.thresholds();
  }

  /**
   * The share of texts that were {@linkplain MultiLabelPrediction#decision() decided}, in [0, 1]; 1
   * for a classifier without decision rules.
   */
  public double coverage() {
    return decided().coverage();
  }

  /**
   * The share of texts with exactly the right labels among those that were {@linkplain
   * MultiLabelPrediction#decision() decided}, in [0, 1]; NaN if there are none.
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
   * smaller is better. Call it on {@link #withoutRules()} for the error before calibration.
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

  /** The F1 over all pairs of a text and a label, in [0, 1]. */
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

  /** Computes any metric: one of {@link MultiLabelMetrics}, or your own. NaN if it is undefined. */
  public double of(Metric<? super MultiLabelPredictions> metric) {
    return metric.of(scored);
  }

  /**
   * The true labels and the predicted probabilities, for confidence intervals, reliability curves
   * and other statistics.
   */
  public MultiLabelPredictions scored() {
    return scored;
  }

  /** The counts of true and false positives and negatives of each label. */
  public MultiLabelMatrix matrix() {
    return scored.matrix();
  }

  /**
   * Precision, recall, F1 and support of each label, in scikit-learn's layout; for a classifier
   * with decision rules followed by coverage and calibration.
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
   * The loss, then all of {@link MultiLabelMetrics}, and for a classifier with decision rules also
   * {@code coverage} and {@code decided_accuracy}.
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
   * The JSON form: {@code examples} (their number), {@code metrics} ({@link #metrics()}), {@code
   * threshold} (or {@code thresholds} by label if they differ) and {@code labels} ({@code
   * precision}, {@code recall}, {@code f1} and {@code support} of each). It contains no
   * predictions. Unmodifiable.
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

  /** The number of examples and the main figures in one line. */
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
