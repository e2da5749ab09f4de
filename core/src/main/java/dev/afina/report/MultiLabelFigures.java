package dev.afina.report;

import dev.afina.data.Dataset;
import dev.afina.metrics.Averaging;
import dev.afina.metrics.Calibration;
import dev.afina.metrics.MultiLabelMatrix;
import dev.afina.metrics.MultiLabelMetrics;
import dev.afina.metrics.MultiLabelPredictions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The figures of a classifier that gives any number of labels a text.
 *
 * @param thresholds what the probability of each label must exceed
 * @param calibration of all pairs of a text and a label
 * @param decided what rules for decisions did; empty where there are none
 * @param mistakes the most confident ones, at most {@value #MOST_MISTAKES}
 */
record MultiLabelFigures(
    String name,
    int texts,
    Map<String, Double> metrics,
    List<Double> thresholds,
    List<LabelFigures> labels,
    List<AverageFigures> averages,
    Calibration calibration,
    Optional<DecidedResults> decided,
    List<Mistake> mistakes)
    implements EvaluationFigures {
  static final int MOST_MISTAKES = 20;

  /**
   * A text with the label that is most wrong about it.
   *
   * @param truth its labels
   * @param predicted those it was given
   * @param label the one that is most wrong
   * @param given whether it was given and is not true, or is true and was not given
   * @param score the probability of the label
   */
  record Mistake(
      ShownText text,
      List<String> truth,
      List<String> predicted,
      String label,
      boolean given,
      double score) {}

  static MultiLabelFigures of(
      String name, Dataset texts, MultiLabelPredictions scored, Optional<DecidedResults> decided) {
    EvaluationFigures.requireTexts(name, texts, scored.size());
    MultiLabelMatrix matrix = scored.matrix();
    boolean[][] truth = scored.truth();
    double[][] probabilities = scored.probabilities();
    return new MultiLabelFigures(
        name,
        scored.size(),
        EvaluationFigures.values(MultiLabelMetrics.all(), scored),
        Arrays.stream(scored.thresholds()).boxed().toList(),
        IntStream.range(0, scored.labels().size()).mapToObj(l -> label(matrix, l)).toList(),
        Stream.of(Averaging.values())
            .map(
                a ->
                    new AverageFigures(
                        Numbers.name(a), matrix.precision(a), matrix.recall(a), matrix.f1(a)))
            .toList(),
        scored.calibration(),
        decided,
        mistakes(texts, scored, truth, probabilities));
  }

  private static LabelFigures label(MultiLabelMatrix matrix, int l) {
    return new LabelFigures(
        matrix.labels().get(l),
        matrix.precision(l),
        matrix.recall(l),
        matrix.f1(l),
        matrix.support(l),
        matrix.predicted(l),
        matrix.truePositives(l));
  }

  /** A label that is wrong about a text, and how far its probability is from the truth. */
  private record Wrong(int text, int label, double by) {}

  private static List<Mistake> mistakes(
      Dataset texts, MultiLabelPredictions scored, boolean[][] truth, double[][] probabilities) {
    double[] thresholds = scored.thresholds();
    return IntStream.range(0, truth.length)
        .boxed()
        .flatMap(i -> worst(i, truth[i], probabilities[i], thresholds).stream())
        .sorted(Comparator.comparingDouble(wrong -> -wrong.by()))
        .limit(MOST_MISTAKES)
        .map(
            wrong -> {
              boolean[] is = truth[wrong.text()];
              double[] scores = probabilities[wrong.text()];
              return new Mistake(
                  ShownText.of(texts.get(wrong.text())),
                  names(scored.labels(), l -> is[l]),
                  names(scored.labels(), l -> scores[l] > thresholds[l]),
                  scored.labels().get(wrong.label()),
                  !is[wrong.label()],
                  scores[wrong.label()]);
            })
        .toList();
  }

  private static Optional<Wrong> worst(
      int text, boolean[] truth, double[] probabilities, double[] thresholds) {
    return IntStream.range(0, truth.length)
        .filter(l -> truth[l] != probabilities[l] > thresholds[l])
        .mapToObj(l -> new Wrong(text, l, Math.abs((truth[l] ? 1 : 0) - probabilities[l])))
        .max(Comparator.comparingDouble(Wrong::by));
  }

  private static List<String> names(List<String> labels, IntPredicate chosen) {
    return IntStream.range(0, labels.size()).filter(chosen).mapToObj(labels::get).toList();
  }
}
