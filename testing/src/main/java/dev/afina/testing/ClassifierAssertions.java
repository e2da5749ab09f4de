package dev.afina.testing;

import dev.afina.Classifier;
import dev.afina.Evaluation;
import dev.afina.Prediction;
import dev.afina.Predictor;
import dev.afina.data.Dataset;
import dev.afina.metrics.Metric;
import dev.afina.metrics.SingleLabelMetrics;
import dev.afina.metrics.SingleLabelPredictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Assertions on the predictions of a {@link Classifier}, or of any other predictor of one label per
 * text.
 *
 * <pre>{@code
 * ClassifierAssertions tickets = ClassifierAssertions.of(classifier);
 *
 * @Test
 * void knowsTheQueues() throws IOException {
 *   tickets.hasAccuracy(0.9, Dataset.csv(Path.of("test.csv")));
 *   tickets.predicts("delivery", "Where is my parcel?", "It has not come yet");
 *   tickets.keepsLabels(0.95, Edit.typos(1, 42), texts);
 * }
 * }</pre>
 *
 * <p>A failed assertion throws an {@link AssertionError} whose message lists the failing texts, up
 * to 30.
 */
public final class ClassifierAssertions {
  private final Predictor<Prediction> predictor;

  private ClassifierAssertions(Predictor<Prediction> predictor) {
    this.predictor = predictor;
  }

  /** Assertions on a predictor, which the caller still has to close. */
  public static ClassifierAssertions of(Predictor<Prediction> predictor) {
    return new ClassifierAssertions(Objects.requireNonNull(predictor, "predictor"));
  }

  /**
   * Asserts that the accuracy on the data is at least this.
   *
   * @param atLeast from 0 to 1
   */
  public ClassifierAssertions hasAccuracy(double atLeast, Dataset data) {
    return has(SingleLabelMetrics.ACCURACY, atLeast, data);
  }

  /**
   * Asserts that a metric on the data is at least as good as a bound: not smaller if greater is
   * better, as for F1, and not greater if smaller is better, as for a loss. Fails if the metric is
   * undefined for the data.
   */
  public ClassifierAssertions has(
      Metric<? super SingleLabelPredictions> metric, double bound, Dataset data) {
    Evaluation evaluation =
        predictor instanceof Classifier classifier
            ? classifier.evaluate(data)
            : Evaluation.of(data, predictor.predict(data));
    Bounds.requireAsGood(metric, evaluation.of(metric), bound, evaluation::report);
    return this;
  }

  /** Asserts that this label is predicted for all these texts. */
  public ClassifierAssertions predicts(String label, String... texts) {
    Objects.requireNonNull(label, "label");
    List<String> all = Misses.requireTexts(List.of(texts));
    return compare(all, all.stream().map(text -> label).toList(), predictor.predict(all));
  }

  /** Asserts that the label of each row is predicted for its text. */
  public ClassifierAssertions predictsLabelsOf(Dataset data) {
    List<String> texts = Misses.requireTexts(data.stream().map(row -> row.text()).toList());
    List<String> labels = new ArrayList<>();
    for (int row = 0; row < data.size(); row++) {
      labels.add(data.labelOf(row));
    }
    return compare(texts, labels, predictor.predict(data));
  }

  private ClassifierAssertions compare(
      List<String> texts, List<String> labels, List<Prediction> predictions) {
    Misses misses = new Misses();
    for (int i = 0; i < texts.size(); i++) {
      Prediction predicted = predictions.get(i);
      if (!predicted.label().equals(labels.get(i))) {
        misses.add(texts.get(i), "expected %s, got %s".formatted(labels.get(i), predicted));
      }
    }
    misses.failIfAny("get another label", texts.size());
    return this;
  }

  /** Asserts that an edit does not change the predicted label of any text. */
  public ClassifierAssertions keepsLabels(Edit edit, List<String> texts) {
    return keepsLabels(1, edit, texts);
  }

  /**
   * Asserts that at least this share of the texts keep their predicted label when they are edited.
   * Texts that the edit does not change are not counted.
   *
   * @param share from 0 to 1
   */
  public ClassifierAssertions keepsLabels(double share, Edit edit, List<String> texts) {
    Misses.requireShare(share);
    EditedTexts<Prediction> edited = new EditedTexts<>(predictor, edit, Misses.requireTexts(texts));
    Misses misses = new Misses();
    for (EditedTexts.Pair<Prediction> pair : edited.pairs()) {
      if (!pair.predictionAfter().label().equals(pair.predictionBefore().label())) {
        misses.add(
            pair.after(),
            "%s, before %s".formatted(pair.predictionAfter(), pair.predictionBefore()));
      }
    }
    misses.failIfFewerThan(share, "get another label by " + edit, edited.pairs().size());
    return this;
  }

  /**
   * Asserts that an edit does not make a label less probable.
   *
   * @param tolerance by how much the probability may still fall, from 0 to 1
   */
  public ClassifierAssertions scoreDoesNotFall(
      String label, double tolerance, Edit edit, List<String> texts) {
    return scoreMoves(label, 1, tolerance, edit, texts);
  }

  /**
   * Asserts that an edit does not make a label more probable.
   *
   * @param tolerance by how much the probability may still rise, from 0 to 1
   */
  public ClassifierAssertions scoreDoesNotRise(
      String label, double tolerance, Edit edit, List<String> texts) {
    return scoreMoves(label, -1, tolerance, edit, texts);
  }

  private ClassifierAssertions scoreMoves(
      String label, int direction, double tolerance, Edit edit, List<String> texts) {
    if (!(tolerance >= 0 && tolerance <= 1)) { // also refuses NaN
      throw new IllegalArgumentException("tolerance: " + tolerance + ", expected 0 to 1");
    }
    EditedTexts<Prediction> edited = new EditedTexts<>(predictor, edit, Misses.requireTexts(texts));
    Misses misses = new Misses();
    for (EditedTexts.Pair<Prediction> pair : edited.pairs()) {
      double before = pair.predictionBefore().score(label);
      double after = pair.predictionAfter().score(label);
      if (direction * (after - before) < -tolerance) {
        misses.add(pair.after(), String.format(Locale.ROOT, "%.3f, before %.3f", after, before));
      }
    }
    misses.failIfAny(
        "%s in the score of %s by %s".formatted(direction > 0 ? "fall" : "rise", label, edit),
        edited.pairs().size());
    return this;
  }
}
