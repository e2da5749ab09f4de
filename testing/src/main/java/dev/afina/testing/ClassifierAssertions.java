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
 * Assertions on what says one label of a text: a {@link Classifier}, or anything else that
 * predicts.
 *
 * <pre>{@code
 * ClassifierAssertions tickets = ClassifierAssertions.of(classifier);
 *
 * @Test
 * void knowsTheQueues() throws IOException {
 *   tickets.hasAccuracy(0.9, Dataset.csv(Path.of("test.csv")));
 *   tickets.says("delivery", "Where is my parcel?", "It has not come yet");
 *   tickets.keepsLabels(0.95, Edit.typos(1, 42), texts);
 * }
 * }</pre>
 *
 * <p>Each throws an {@link AssertionError} whose message lists all texts that fail, up to 30.
 */
public final class ClassifierAssertions {
  private final Predictor<Prediction> predictor;

  private ClassifierAssertions(Predictor<Prediction> predictor) {
    this.predictor = predictor;
  }

  /** Of this predictor, which stays the caller's to close. */
  public static ClassifierAssertions of(Predictor<Prediction> predictor) {
    return new ClassifierAssertions(Objects.requireNonNull(predictor, "predictor"));
  }

  /**
   * The share of rows whose label is predicted is at least this.
   *
   * @param atLeast from 0 to 1
   */
  public ClassifierAssertions hasAccuracy(double atLeast, Dataset data) {
    return has(SingleLabelMetrics.ACCURACY, atLeast, data);
  }

  /**
   * A metric is at least as good as a bound: not smaller where more is better, as of F1, and not
   * greater where less is, as of a loss. One that is undefined for the data fails.
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

  /** These texts have this label. */
  public ClassifierAssertions says(String label, String... texts) {
    Objects.requireNonNull(label, "label");
    List<String> all = Misses.requireTexts(List.of(texts));
    return compare(all, all.stream().map(text -> label).toList(), predictor.predict(all));
  }

  /** All rows have the label that the data say. */
  public ClassifierAssertions saysLabelsOf(Dataset data) {
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
      Prediction said = predictions.get(i);
      if (!said.label().equals(labels.get(i))) {
        misses.add(texts.get(i), "expected %s, got %s".formatted(labels.get(i), said));
      }
    }
    misses.failIfAny("get another label", texts.size());
    return this;
  }

  /** An edit changes the label of none of these texts. */
  public ClassifierAssertions keepsLabels(Edit edit, List<String> texts) {
    return keepsLabels(1, edit, texts);
  }

  /**
   * An edit leaves at least this share of the texts their label; of those that it changes at all.
   *
   * @param share from 0 to 1
   */
  public ClassifierAssertions keepsLabels(double share, Edit edit, List<String> texts) {
    Misses.requireShare(share);
    EditedTexts<Prediction> edited = new EditedTexts<>(predictor, edit, Misses.requireTexts(texts));
    Misses misses = new Misses();
    for (EditedTexts.Pair<Prediction> pair : edited.pairs()) {
      if (!pair.saidAfter().label().equals(pair.saidBefore().label())) {
        misses.add(pair.after(), "%s, before %s".formatted(pair.saidAfter(), pair.saidBefore()));
      }
    }
    misses.failIfFewerThan(share, "get another label by " + edit, edited.pairs().size());
    return this;
  }

  /**
   * An edit makes a label no less probable.
   *
   * @param tolerance by how much the probability may fall all the same, from 0 to 1
   */
  public ClassifierAssertions scoreDoesNotFall(
      String label, double tolerance, Edit edit, List<String> texts) {
    return scoreMoves(label, 1, tolerance, edit, texts);
  }

  /**
   * An edit makes a label no more probable.
   *
   * @param tolerance by how much the probability may rise all the same, from 0 to 1
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
      double before = pair.saidBefore().score(label);
      double after = pair.saidAfter().score(label);
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
