package dev.afina.testing;

import dev.afina.MultiLabelClassifier;
import dev.afina.MultiLabelEvaluation;
import dev.afina.MultiLabelPrediction;
import dev.afina.Predictor;
import dev.afina.data.Dataset;
import dev.afina.metrics.Metric;
import dev.afina.metrics.MultiLabelPredictions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Assertions on the predictions of a {@link MultiLabelClassifier}, or of any other predictor of any
 * number of labels per text. See {@link ClassifierAssertions}.
 */
public final class MultiLabelAssertions {
  private final Predictor<MultiLabelPrediction> predictor;

  private MultiLabelAssertions(Predictor<MultiLabelPrediction> predictor) {
    this.predictor = predictor;
  }

  /** Assertions on a predictor, which the caller still has to close. */
  public static MultiLabelAssertions of(Predictor<MultiLabelPrediction> predictor) {
    return new MultiLabelAssertions(Objects.requireNonNull(predictor, "predictor"));
  }

  /** As {@link ClassifierAssertions#has}. */
  public MultiLabelAssertions has(
      Metric<? super MultiLabelPredictions> metric, double bound, Dataset data) {
    MultiLabelEvaluation evaluation =
        predictor instanceof MultiLabelClassifier classifier
            ? classifier.evaluate(data)
            : MultiLabelEvaluation.of(data, predictor.predict(data));
    Bounds.requireAsGood(metric, evaluation.of(metric), bound, evaluation::report);
    return this;
  }

  /** Asserts that exactly these labels, in any order, are predicted for all these texts. */
  public MultiLabelAssertions predicts(Set<String> labels, String... texts) {
    List<String> all = Misses.requireTexts(List.of(texts));
    List<MultiLabelPrediction> predicted = predictor.predict(all);
    Misses misses = new Misses();
    for (int i = 0; i < all.size(); i++) {
      if (!labels(predicted.get(i)).equals(labels)) {
        misses.add(
            all.get(i),
            "expected %s, got %s".formatted(labels.stream().sorted().toList(), predicted.get(i)));
      }
    }
    misses.failIfAny("get other labels", all.size());
    return this;
  }

  /**
   * Asserts that at least this share of the texts keep exactly their predicted labels when they are
   * edited. Texts that the edit does not change are not counted.
   *
   * @param share from 0 to 1
   */
  public MultiLabelAssertions keepsLabels(double share, Edit edit, List<String> texts) {
    Misses.requireShare(share);
    EditedTexts<MultiLabelPrediction> edited =
        new EditedTexts<>(predictor, edit, Misses.requireTexts(texts));
    Misses misses = new Misses();
    for (EditedTexts.Pair<MultiLabelPrediction> pair : edited.pairs()) {
      if (!labels(pair.predictionAfter()).equals(labels(pair.predictionBefore()))) {
        misses.add(
            pair.after(),
            "%s, before %s".formatted(pair.predictionAfter(), pair.predictionBefore()));
      }
    }
    misses.failIfFewerThan(share, "get other labels by " + edit, edited.pairs().size());
    return this;
  }

  private static Set<String> labels(MultiLabelPrediction prediction) {
    return new HashSet<>(prediction.labels());
  }
}
