package dev.afina;

import com.google.gson.annotations.JsonAdapter;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.internal.decision.Decided;
import dev.afina.internal.text.Document;
import dev.afina.metrics.Calibration;
import dev.afina.metrics.ClassificationReport;
import dev.afina.metrics.ConfusionMatrix;
import dev.afina.metrics.CoverageCurve;
import dev.afina.metrics.Metric;
import dev.afina.metrics.SingleLabelMetrics;
import dev.afina.metrics.SingleLabelPredictions;
import dev.afina.report.DecidedResults;
import dev.afina.report.TrainingReport;
import dev.afina.training.Truncation;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The evaluation of a {@link Classifier} on labelled data: its predictions, compared with the true
 * labels. Immutable. Jackson and Gson serialize it as {@link #asMap()}.
 *
 * <p>The predicted label of a text, which confusion matrix, accuracy, precision, recall and F1
 * count, is the most probable one. Where {@link DecisionRules} name a {@linkplain
 * DecisionRules#positive(String, double) positive label}, it is the label that the threshold
 * decides for. A text that is "not sure" counts with its most probable label; {@link #coverage()}
 * and {@link #decidedAccuracy()} tell what is decided. Loss, calibration and metrics of scores,
 * such as ROC AUC and top-k accuracy, follow the probabilities alone.
 */
@JsonAdapter(WrittenAsMap.Adapter.class)
public final class Evaluation implements EvaluationResult<Prediction> {
  private final SingleLabelPredictions scored;
  private final List<Integer> truth;
  private final double loss;
  private final List<Prediction> predictions;

  /**
   * Evaluates the predictions of any {@link Predictor}.
   *
   * @param data labelled rows
   * @param predictions one per row, in the same order, all with the same labels
   * @throws IllegalArgumentException if there is no row, the sizes differ, or a row has no target;
   *     the message names the row
   */
  public static Evaluation of(Dataset data, List<Prediction> predictions) {
    NamedFigures.requireOneEach(data, predictions);
    return new SingleLabelTask(predictions.get(0).outputNames()).evaluation(data, predictions);
  }

  /**
   * Evaluates predictions that were made elsewhere.
   *
   * @param labels the labels of the predictions
   * @param truth the index of each example's true label
   * @param predictions one per example, in the same order
   * @throws IllegalArgumentException if there is no example, the lists differ in length, or an
   *     index is out of range
   */
  public static Evaluation of(Labels labels, List<Integer> truth, List<Prediction> predictions) {
    if (truth.isEmpty() || truth.size() != predictions.size()) {
      throw new IllegalArgumentException(
          "evaluation: %s labels and %s predictions, expected as many of both, 1 or more"
              .formatted(truth.size(), predictions.size()));
    }
    for (int i = 0; i < truth.size(); i++) {
      if (predictions.get(i).logits().length != labels.size()) {
        throw new IllegalArgumentException(
            "prediction %s (counted from 0): has %s logits, expected %s, one a label"
                .formatted(i, predictions.get(i).logits().length, labels.size()));
      }
      if (truth.get(i) < 0 || truth.get(i) >= labels.size()) {
        throw new IllegalArgumentException(
            "truth %s (counted from 0): position %s, expected 0 to %s"
                .formatted(i, truth.get(i), labels.size() - 1));
      }
    }
    return new Evaluation(labels, truth, predictions);
  }

  /** The two lists have one entry an example. */
  Evaluation(Labels labels, List<Integer> truth, List<Prediction> predictions) {
    this.predictions = List.copyOf(predictions);
    this.scored =
        SingleLabelPredictions.of(
            truth.stream().mapToInt(i -> i).toArray(),
            predictions.stream().map(Prediction::probabilities).toArray(double[][]::new),
            predictions.stream().mapToInt(Prediction::predicted).toArray(),
            labels.names());
    double sum = 0;
    for (int i = 0; i < predictions.size(); i++) {
      sum += predictions.get(i).loss(truth.get(i));
    }
    this.loss = sum / predictions.size();
    this.truth = List.copyOf(truth);
  }

  /** The share of examples whose label was predicted, in [0, 1]. */
  public double accuracy() {
    return of(SingleLabelMetrics.ACCURACY);
  }

  /**
   * The mean of the labels' F1, in [0, 1]; a label without a true or predicted example counts 0.
   */
  public double macroF1() {
    return of(SingleLabelMetrics.MACRO_F1);
  }

  /**
   * The share of examples that were {@linkplain Prediction#decision() decided}, in [0, 1]; 1 for a
   * classifier without decision rules.
   */
  public double coverage() {
    return decided().coverage();
  }

  /**
   * The accuracy on the {@linkplain Prediction#decision() decided} examples, in [0, 1]; NaN if
   * there are none.
   */
  public double decidedAccuracy() {
    return decided().accuracy();
  }

  private Decided decided() {
    List<Decision> decisions = predictions.stream().map(Prediction::decision).toList();
    return Decided.of(decisions, i -> isRight(decisions.get(i), i));
  }

  private boolean isRight(Decision decision, int text) {
    return decision.labels().equals(List.of(scored.labels().get(truth.get(text))));
  }

  /**
   * The expected calibration error in 15 bins, in [0, 1]; smaller is better. Call it on {@link
   * #withoutRules()} for the error before calibration.
   */
  public double calibrationError() {
    return of(SingleLabelMetrics.CALIBRATION_ERROR);
  }

  /**
   * The same outputs without temperature and rules for decisions: all by the most probable label.
   */
  public Evaluation withoutRules() {
    return new Evaluation(
        Labels.ofCheckpoint(scored.labels()),
        truth,
        predictions.stream().map(Prediction::withoutRules).toList());
  }

  private boolean hasRules() {
    return predictions.stream().anyMatch(Prediction::hasRules);
  }

  /** The mean cross-entropy of the examples, 0 or more; smaller is better. */
  @Override
  public double loss() {
    return loss;
  }

  /**
   * Computes any metric: one of {@link SingleLabelMetrics}, such as {@code
   * SingleLabelMetrics.f1("positive")}, or your own. NaN if it is undefined, as ROC AUC is if all
   * examples have the same label.
   */
  public double of(Metric<? super SingleLabelPredictions> metric) {
    return metric.of(scored);
  }

  /**
   * The true labels and the predicted probabilities, for confidence intervals, reliability curves
   * and other statistics.
   */
  public SingleLabelPredictions scored() {
    return scored;
  }

  /** The counts by true and predicted label; rows are the true labels. */
  public ConfusionMatrix confusionMatrix() {
    return scored.confusionMatrix();
  }

  /**
   * Precision, recall, F1 and support of each label, in scikit-learn's layout; for a classifier
   * with decision rules followed by coverage and calibration.
   */
  @Override
  public String report() {
    String table = ClassificationReport.of(scored.confusionMatrix()).toString();
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
      Decision decision = predictions.get(i).decision();
      confidences[i] = decision.confidence();
      right[i] =
          decision.isSure() ? isRight(decision, i) : predictions.get(i).predicted() == truth.get(i);
    }
    SingleLabelPredictions before = withoutRules().scored();
    return new DecidedResults(
        Calibration.of(before.truth(), before.probabilities(), Calibration.DEFAULT_BINS),
        CoverageCurve.of(confidences, right),
        decided().coverage(),
        decided().error());
  }

  @Override
  public Truncation truncation() {
    return Document.truncation(predictions.stream().map(Prediction::reading).toList());
  }

  @Override
  public List<Prediction> predictions() {
    return predictions;
  }

  /** The names that {@link #metrics()} can have, in order. */
  static List<String> metricNames() {
    return NamedFigures.names(SingleLabelMetrics.all());
  }

  /**
   * The loss, then all of {@link SingleLabelMetrics}, and for a classifier with decision rules also
   * {@code coverage} and {@code decided_accuracy}.
   */
  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = NamedFigures.of(loss, SingleLabelMetrics.all(), scored);
    return hasRules() ? NamedFigures.with(metrics, decided()) : metrics;
  }

  /**
   * The JSON form: {@code examples} (their number), {@code metrics} ({@link #metrics()}) and {@code
   * labels} ({@code precision}, {@code recall}, {@code f1} and {@code support} of each). It
   * contains neither predictions nor the confusion matrix. Unmodifiable.
   */
  @Override
  public Map<String, Object> asMap() {
    ConfusionMatrix matrix = confusionMatrix();
    return NamedFigures.asMap(this)
        .with(
            "labels",
            NamedFigures.ofLabels(
                matrix.labels(), matrix::precision, matrix::recall, matrix::f1, matrix::support))
        .asMap();
  }

  /** The number of examples and the main figures in one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d examples: accuracy %.4f, macro F1 %.4f, loss %.4f",
        predictions.size(),
        accuracy(),
        macroF1(),
        loss);
  }
}
