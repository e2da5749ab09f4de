package dev.afina.report;

import dev.afina.data.Dataset;
import dev.afina.metrics.Averaging;
import dev.afina.metrics.Calibration;
import dev.afina.metrics.ConfusionMatrix;
import dev.afina.metrics.SingleLabelMetrics;
import dev.afina.metrics.SingleLabelPredictions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The figures of a classifier that gives one label a text.
 *
 * @param decided what rules for decisions did; empty where there are none
 * @param mistakes the most confident ones, at most {@value #MOST_MISTAKES}
 */
record SingleLabelFigures(
    String name,
    int texts,
    Map<String, Double> metrics,
    List<LabelFigures> labels,
    List<AverageFigures> averages,
    ConfusionMatrix matrix,
    Calibration calibration,
    Optional<DecidedResults> decided,
    List<Mistake> mistakes)
    implements EvaluationFigures {
  static final int MOST_MISTAKES = 20;

  /**
   * A text that was given a wrong label.
   *
   * @param score the probability of the predicted label
   * @param truthScore the probability of the true one
   */
  record Mistake(ShownText text, String truth, String predicted, double score, double truthScore) {}

  static SingleLabelFigures of(
      String name, Dataset texts, SingleLabelPredictions scored, Optional<DecidedResults> decided) {
    EvaluationFigures.requireTexts(name, texts, scored.size());
    ConfusionMatrix matrix = scored.confusionMatrix();
    int[] truth = scored.truth();
    double[][] probabilities = scored.probabilities();
    return new SingleLabelFigures(
        name,
        scored.size(),
        EvaluationFigures.values(SingleLabelMetrics.all(), scored),
        IntStream.range(0, matrix.classes()).mapToObj(c -> label(matrix, c)).toList(),
        Stream.of(Averaging.MICRO, Averaging.MACRO, Averaging.WEIGHTED)
            .map(
                a ->
                    new AverageFigures(
                        Numbers.name(a), matrix.precision(a), matrix.recall(a), matrix.f1(a)))
            .toList(),
        matrix,
        Calibration.of(truth, probabilities, Calibration.DEFAULT_BINS),
        decided,
        mistakes(texts, scored.labels(), truth, scored.predicted(), probabilities));
  }

  private static LabelFigures label(ConfusionMatrix matrix, int c) {
    return new LabelFigures(
        matrix.labels().get(c),
        matrix.precision(c),
        matrix.recall(c),
        matrix.f1(c),
        matrix.support(c),
        matrix.predicted(c),
        matrix.count(c, c));
  }

  private static List<Mistake> mistakes(
      Dataset texts, List<String> labels, int[] truth, int[] predicted, double[][] probabilities) {
    return IntStream.range(0, truth.length)
        .filter(i -> predicted[i] != truth[i])
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -probabilities[i][predicted[i]]))
        .limit(MOST_MISTAKES)
        .map(
            i ->
                new Mistake(
                    ShownText.of(texts.get(i)),
                    labels.get(truth[i]),
                    labels.get(predicted[i]),
                    probabilities[i][predicted[i]],
                    probabilities[i][truth[i]]))
        .toList();
  }
}
