package dev.afina.metrics;

import static dev.afina.metrics.Direction.GREATER;
import static dev.afina.metrics.Direction.SMALLER;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of multi-label classification, by name. For formulas, ranges and undefined cases see the
 * methods they call, in {@link MultiLabelMatrix} and {@link RankingMetrics}.
 */
public final class MultiLabelMetrics {
  /** {@link MultiLabelMatrix#subsetAccuracy()}. */
  public static final Metric<MultiLabelPredictions> SUBSET_ACCURACY =
      counted("subset_accuracy", GREATER, MultiLabelMatrix::subsetAccuracy);

  /** {@link MultiLabelMatrix#hammingLoss()}. */
  public static final Metric<MultiLabelPredictions> HAMMING_LOSS =
      counted("hamming_loss", SMALLER, MultiLabelMatrix::hammingLoss);

  /** {@link MultiLabelMatrix#f1(Averaging)} with {@link Averaging#MICRO}. */
  public static final Metric<MultiLabelPredictions> MICRO_F1 =
      counted("micro_f1", GREATER, matrix -> matrix.f1(Averaging.MICRO));

  /** {@link MultiLabelMatrix#f1(Averaging)} with {@link Averaging#MACRO}. */
  public static final Metric<MultiLabelPredictions> MACRO_F1 =
      counted("macro_f1", GREATER, matrix -> matrix.f1(Averaging.MACRO));

  /** {@link MultiLabelMatrix#f1(Averaging)} with {@link Averaging#WEIGHTED}. */
  public static final Metric<MultiLabelPredictions> WEIGHTED_F1 =
      counted("weighted_f1", GREATER, matrix -> matrix.f1(Averaging.WEIGHTED));

  /** {@link MultiLabelMatrix#f1(Averaging)} with {@link Averaging#SAMPLES}. */
  public static final Metric<MultiLabelPredictions> SAMPLES_F1 =
      counted("samples_f1", GREATER, matrix -> matrix.f1(Averaging.SAMPLES));

  /** {@link MultiLabelMatrix#precision(Averaging)} with {@link Averaging#MICRO}. */
  public static final Metric<MultiLabelPredictions> MICRO_PRECISION =
      counted("micro_precision", GREATER, matrix -> matrix.precision(Averaging.MICRO));

  /** {@link MultiLabelMatrix#recall(Averaging)} with {@link Averaging#MICRO}. */
  public static final Metric<MultiLabelPredictions> MICRO_RECALL =
      counted("micro_recall", GREATER, matrix -> matrix.recall(Averaging.MICRO));

  /** {@link MultiLabelMatrix#precision(Averaging)} with {@link Averaging#MACRO}. */
  public static final Metric<MultiLabelPredictions> MACRO_PRECISION =
      counted("macro_precision", GREATER, matrix -> matrix.precision(Averaging.MACRO));

  /** {@link MultiLabelMatrix#recall(Averaging)} with {@link Averaging#MACRO}. */
  public static final Metric<MultiLabelPredictions> MACRO_RECALL =
      counted("macro_recall", GREATER, matrix -> matrix.recall(Averaging.MACRO));

  /**
   * {@link RankingMetrics#rocAuc(boolean[][], double[][], Averaging)} with {@link Averaging#MACRO}.
   */
  public static final Metric<MultiLabelPredictions> ROC_AUC =
      Metric.of(
          "roc_auc",
          GREATER,
          p -> RankingMetrics.rocAuc(p.sharedTruth(), p.sharedProbabilities(), Averaging.MACRO));

  /**
   * {@link RankingMetrics#averagePrecision(boolean[][], double[][], Averaging)} with {@link
   * Averaging#MACRO}.
   */
  public static final Metric<MultiLabelPredictions> AVERAGE_PRECISION =
      Metric.of(
          "average_precision",
          GREATER,
          p ->
              RankingMetrics.averagePrecision(
                  p.sharedTruth(), p.sharedProbabilities(), Averaging.MACRO));

  private static final List<Metric<MultiLabelPredictions>> ALL =
      List.of(
          SUBSET_ACCURACY,
          HAMMING_LOSS,
          MICRO_F1,
          MACRO_F1,
          WEIGHTED_F1,
          SAMPLES_F1,
          MICRO_PRECISION,
          MICRO_RECALL,
          MACRO_PRECISION,
          MACRO_RECALL,
          ROC_AUC,
          AVERAGE_PRECISION);

  private MultiLabelMetrics() {}

  /** All metrics that are constants of this class. Unmodifiable. */
  public static List<Metric<MultiLabelPredictions>> all() {
    return ALL;
  }

  /**
   * The metric of this name, such as "micro_f1".
   *
   * @throws IllegalArgumentException if there is no such metric; the message lists all names
   */
  public static Metric<MultiLabelPredictions> named(String key) {
    return NamedMetrics.find(ALL, key, "");
  }

  private static Metric<MultiLabelPredictions> counted(
      String key, Direction better, ToDoubleFunction<MultiLabelMatrix> formula) {
    return Metric.of(key, better, p -> formula.applyAsDouble(p.matrix()));
  }
}
