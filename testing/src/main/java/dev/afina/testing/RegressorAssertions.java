package dev.afina.testing;

import dev.afina.Estimate;
import dev.afina.Predictor;
import dev.afina.RegressionEvaluation;
import dev.afina.Regressor;
import dev.afina.data.Dataset;
import dev.afina.metrics.Metric;
import dev.afina.metrics.RegressionPredictions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Assertions on the predictions of a {@link Regressor}, or of any other predictor of numbers. See
 * {@link ClassifierAssertions}.
 */
public final class RegressorAssertions {
  private final Predictor<Estimate> predictor;

  private RegressorAssertions(Predictor<Estimate> predictor) {
    this.predictor = predictor;
  }

  /** Assertions on a predictor, which the caller still has to close. */
  public static RegressorAssertions of(Predictor<Estimate> predictor) {
    return new RegressorAssertions(Objects.requireNonNull(predictor, "predictor"));
  }

  /** As {@link ClassifierAssertions#has}. */
  public RegressorAssertions has(
      Metric<? super RegressionPredictions> metric, double bound, Dataset data) {
    RegressionEvaluation evaluation =
        predictor instanceof Regressor regressor
            ? regressor.evaluate(data)
            : RegressionEvaluation.of(data, predictor.predict(data));
    Bounds.requireAsGood(metric, evaluation.of(metric), bound, evaluation::report);
    return this;
  }

  /**
   * Asserts that this number is predicted for all these texts, by a predictor with a single target.
   *
   * @param within the largest allowed distance from it, 0 or more
   */
  public RegressorAssertions predicts(double value, double within, String... texts) {
    requireDistance(within);
    List<String> all = Misses.requireTexts(List.of(texts));
    List<Estimate> predicted = predictor.predict(all);
    Misses misses = new Misses();
    for (int i = 0; i < all.size(); i++) {
      if (!(Math.abs(predicted.get(i).value() - value) <= within)) {
        misses.add(
            all.get(i),
            String.format(
                Locale.ROOT, "expected %s ± %s, got %s", value, within, predicted.get(i).value()));
      }
    }
    misses.failIfAny("get another number", all.size());
    return this;
  }

  /**
   * Asserts that an edit does not move any predicted number further than this.
   *
   * @param within the largest allowed distance, 0 or more
   */
  public RegressorAssertions keepsValues(double within, Edit edit, List<String> texts) {
    requireDistance(within);
    EditedTexts<Estimate> edited = new EditedTexts<>(predictor, edit, Misses.requireTexts(texts));
    Misses misses = new Misses();
    for (EditedTexts.Pair<Estimate> pair : edited.pairs()) {
      if (distance(pair.predictionBefore(), pair.predictionAfter()) > within) {
        misses.add(
            pair.after(),
            "%s, before %s".formatted(pair.predictionAfter(), pair.predictionBefore()));
      }
    }
    misses.failIfAny("move further than %s by %s".formatted(within, edit), edited.pairs().size());
    return this;
  }

  private static double distance(Estimate before, Estimate after) {
    return before.values().entrySet().stream()
        .mapToDouble(target -> Math.abs(target.getValue() - after.value(target.getKey())))
        .max()
        .orElse(0);
  }

  private static void requireDistance(double within) {
    if (!(within >= 0)) { // also refuses NaN
      throw new IllegalArgumentException("within: " + within + ", expected 0 or more");
    }
  }
}
