package dev.afina.metrics;

import static dev.afina.metrics.Direction.GREATER;
import static dev.afina.metrics.Direction.SMALLER;

import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Metrics of single-label classification, by name. For formulas, ranges and undefined cases see the
 * methods they call, in {@link ConfusionMatrix}, {@link RankingMetrics}, {@link ProbabilityMetrics}
 * and {@link Calibration}.
 */
public final class SingleLabelMetrics {
  /** {@link ConfusionMatrix#accuracy()}. */
  public static final Metric<SingleLabelPredictions> ACCURACY =
      counted("accuracy", ConfusionMatrix::accuracy);

  /** {@link ConfusionMatrix#f1(Averaging)} with {@link Averaging#MACRO}. */
  public static final Metric<SingleLabelPredictions> MACRO_F1 =
      counted("macro_f1", matrix -> matrix.f1(Averaging.MACRO));

  /**
   * {@link ConfusionMatrix#f1(Averaging)} with {@link Averaging#MICRO}, which with one label per
   * text equals the accuracy.
   */
  public static final Metric<SingleLabelPredictions> MICRO_F1 =
      counted("micro_f1", matrix -> matrix.f1(Averaging.MICRO));

  /** {@link ConfusionMatrix#f1(Averaging)} with {@link Averaging#WEIGHTED}. */
  public static final Metric<SingleLabelPredictions> WEIGHTED_F1 =
      counted("weighted_f1", matrix -> matrix.f1(Averaging.WEIGHTED));

  /** {@link ConfusionMatrix#precision(Averaging)} with {@link Averaging#MACRO}. */
  public static final Metric<SingleLabelPredictions> MACRO_PRECISION =
      counted("macro_precision", matrix -> matrix.precision(Averaging.MACRO));

  /** {@link ConfusionMatrix#recall(Averaging)} with {@link Averaging#MACRO}. */
  public static final Metric<SingleLabelPredictions> MACRO_RECALL =
      counted("macro_recall", matrix -> matrix.recall(Averaging.MACRO));

  /** {@link ConfusionMatrix#matthewsCorrelation()}. */
  public static final Metric<SingleLabelPredictions> MATTHEWS_CORRELATION =
      counted("matthews_correlation", ConfusionMatrix::matthewsCorrelation);

  /** {@link ConfusionMatrix#balancedAccuracy()}. */
  public static final Metric<SingleLabelPredictions> BALANCED_ACCURACY =
      counted("balanced_accuracy", ConfusionMatrix::balancedAccuracy);

  /** {@link ConfusionMatrix#cohensKappa()}. */
  public static final Metric<SingleLabelPredictions> COHENS_KAPPA =
      counted("cohens_kappa", ConfusionMatrix::cohensKappa);

  /**
   * {@link RankingMetrics#rocAuc(int[], double[][], Averaging)}: of the second of two classes; of
   * more the {@link Averaging#MACRO} average.
   */
  public static final Metric<SingleLabelPredictions> ROC_AUC =
      scored("roc_auc", GREATER, (t, p) -> RankingMetrics.rocAuc(t, p, Averaging.MACRO));

  /**
   * {@link RankingMetrics#averagePrecision(int[], double[][], Averaging)}: with two classes that of
   * the second, with more the {@link Averaging#MACRO} average.
   */
  public static final Metric<SingleLabelPredictions> AVERAGE_PRECISION =
      scored(
          "average_precision",
          GREATER,
          (t, p) -> RankingMetrics.averagePrecision(t, p, Averaging.MACRO));

  /** {@link ProbabilityMetrics#logLoss}. */
  public static final Metric<SingleLabelPredictions> LOG_LOSS =
      scored("log_loss", SMALLER, ProbabilityMetrics::logLoss);

  /** {@link ProbabilityMetrics#brierScore}. */
  public static final Metric<SingleLabelPredictions> BRIER_SCORE =
      scored("brier_loss", SMALLER, ProbabilityMetrics::brierScore);

  /** {@link Calibration#expectedError()} with {@value Calibration#DEFAULT_BINS} bins. */
  public static final Metric<SingleLabelPredictions> CALIBRATION_ERROR =
      scored(
          "calibration_error",
          SMALLER,
          (t, p) -> Calibration.of(t, p, Calibration.DEFAULT_BINS).expectedError());

  private static final List<Metric<SingleLabelPredictions>> ALL =
      List.of(
          ACCURACY,
          MACRO_F1,
          MICRO_F1,
          WEIGHTED_F1,
          MACRO_PRECISION,
          MACRO_RECALL,
          MATTHEWS_CORRELATION,
          BALANCED_ACCURACY,
          COHENS_KAPPA,
          ROC_AUC,
          AVERAGE_PRECISION,
          LOG_LOSS,
          BRIER_SCORE,
          CALIBRATION_ERROR);

  private static final Pattern TOP_K = Pattern.compile("top_([1-9][0-9]{0,5})_accuracy");

  private SingleLabelMetrics() {}

  /** All metrics that are constants of this class. Unmodifiable. */
  public static List<Metric<SingleLabelPredictions>> all() {
    return ALL;
  }

  /**
   * The metric of this name, such as "macro_f1", or "top_5_accuracy" with any number.
   *
   * @throws IllegalArgumentException if there is no such metric; the message lists all names
   */
  public static Metric<SingleLabelPredictions> named(String key) {
    Matcher topK = TOP_K.matcher(key == null ? "" : key);
    return topK.matches()
        ? topKAccuracy(Integer.parseInt(topK.group(1)))
        : NamedMetrics.find(ALL, key, ", or top_5_accuracy with any number");
  }

  /**
   * {@link RankingMetrics#topKAccuracy}, named "top_5_accuracy" for 5.
   *
   * @param k 1 or more @throws IllegalArgumentException if {@code k} is less than 1
   */
  public static Metric<SingleLabelPredictions> topKAccuracy(int k) {
    RankingMetrics.checkK(k);
    return scored(
        "top_" + k + "_accuracy", GREATER, (t, p) -> RankingMetrics.topKAccuracy(t, p, k));
  }

  /**
   * The F1 of one label, named "f1", for tasks with a positive class.
   *
   * @param positive the label's name, which the predictions must have
   */
  public static Metric<SingleLabelPredictions> f1(String positive) {
    return counted("f1", matrix -> matrix.f1(matrix.indexOf(positive)));
  }

  /**
   * The precision of one label, named "precision", for tasks with a positive class.
   *
   * @param positive the label's name, which the predictions must have
   */
  public static Metric<SingleLabelPredictions> precision(String positive) {
    return counted("precision", matrix -> matrix.precision(matrix.indexOf(positive)));
  }

  /**
   * The recall of one label, named "recall", for tasks with a positive class.
   *
   * @param positive the label's name, which the predictions must have
   */
  public static Metric<SingleLabelPredictions> recall(String positive) {
    return counted("recall", matrix -> matrix.recall(matrix.indexOf(positive)));
  }

  private static Metric<SingleLabelPredictions> counted(
      String key, ToDoubleFunction<ConfusionMatrix> formula) {
    return Metric.of(key, GREATER, p -> formula.applyAsDouble(p.confusionMatrix()));
  }

  private static Metric<SingleLabelPredictions> scored(
      String key, Direction better, ToDoubleBiFunction<int[], double[][]> formula) {
    return Metric.of(
        key, better, p -> formula.applyAsDouble(p.sharedTruth(), p.sharedProbabilities()));
  }
}
