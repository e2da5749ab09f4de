package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.metrics.Metric;
import dev.afina.metrics.MultiLabelMatrix;
import dev.afina.metrics.MultiLabelMetrics;
import dev.afina.metrics.MultiLabelPredictions;
import dev.afina.report.TrainingReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
   * The figures of predictions, with a threshold of {@link MultiLabelPrediction#THRESHOLD}; for
   * those that were made elsewhere, and for tests.
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
    return task.evaluation(new Targets(truth.stream().map(task::indicators).toList()), predictions);
  }

  /**
   * @param truth a 0 or 1 a label, one row an example
   */
  MultiLabelEvaluation(
      Labels labels, Targets truth, List<MultiLabelPrediction> predictions, double threshold) {
    this.labels = labels;
    this.truth = truth;
    this.predictions = List.copyOf(predictions);
    this.scored =
        MultiLabelPredictions.of(
            truth.rows().stream().map(MultiLabelTask::has).toArray(boolean[][]::new),
            predictions.stream().map(MultiLabelPrediction::probabilities).toArray(double[][]::new),
            threshold,
            labels.names());
    this.loss =
        MultiLabelLoss.binaryCrossEntropy()
            .objective(truth, labels.size())
            .mean(predictions.stream().map(MultiLabelPrediction::logits).toList(), truth);
  }

  /**
   * The same predictions with another threshold.
   *
   * @param threshold what a probability must exceed, from 0 to 1
   * @throws IllegalArgumentException if it is not
   */
  public MultiLabelEvaluation at(double threshold) {
    MultiLabelPrediction.requireThreshold(threshold);
    return new MultiLabelEvaluation(labels, truth, predictions, threshold);
  }

  /** What the probability of a predicted label exceeds. */
  public double threshold() {
    return scored.threshold();
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

  /** Precision, recall, F1 and support of each label, in scikit-learn's layout. */
  @Override
  public String report() {
    return scored.matrix().report().toString();
  }

  @Override
  public TrainingReport addedTo(TrainingReport report, String name, Dataset texts) {
    return report.evaluation(name, texts, scored);
  }

  @Override
  public List<MultiLabelPrediction> predictions() {
    return predictions;
  }

  /** Loss, then all of {@link MultiLabelMetrics}. */
  @Override
  public Map<String, Double> metrics() {
    return NamedFigures.of(loss, MultiLabelMetrics.all(), scored);
  }

  /** The names that {@link #metrics()} can have, in order. */
  static List<String> metricNames() {
    return NamedFigures.names(MultiLabelMetrics.all());
  }

  /**
   * What JSON says of it: {@code examples} (how many), {@code metrics} ({@link #metrics()}), {@code
   * threshold}, and {@code labels}, with {@code precision}, {@code recall}, {@code f1} and {@code
   * support} of each. The predictions are not in it. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    MultiLabelMatrix matrix = matrix();
    return NamedFigures.asMap(this)
        .with("threshold", threshold())
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
