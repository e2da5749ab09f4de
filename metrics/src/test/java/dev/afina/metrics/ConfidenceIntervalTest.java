package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConfidenceIntervalTest {

  @Test
  void bootstrap_ofAccuracy_hasTheBinomialWidth() {
    SingleLabelPredictions predictions = rightFirst(900, 1000);

    ConfidenceInterval interval =
        ConfidenceInterval.bootstrap(SingleLabelMetrics.ACCURACY, predictions, 0.95, 4000, 1);

    double deviation = Math.sqrt(0.9 * 0.1 / 1000); // 0.0095
    assertThat(interval.estimate()).isEqualTo(0.9);
    assertThat(interval.low()).isCloseTo(0.9 - 1.96 * deviation, within(0.002));
    assertThat(interval.high()).isCloseTo(0.9 + 1.96 * deviation, within(0.002));
    assertThat(interval.resamples()).isEqualTo(4000);
    assertThat(interval.toString()).startsWith("0.9000 [0.88").endsWith("] (95 %)");
    ConfidenceInterval half =
        ConfidenceInterval.bootstrap(SingleLabelMetrics.ACCURACY, predictions, 0.5, 4000, 1);
    assertThat(half.high() - half.low()).isCloseTo(2 * 0.6745 * deviation, within(0.002));
  }

  @Test
  void bootstrap_coversTheTruthAsOftenAsItSays() {
    Random random = new Random(7);
    int covered = 0;
    for (int round = 0; round < 400; round++) {
      int right = 0;
      for (int i = 0; i < 200; i++) {
        right += random.nextDouble() < 0.7 ? 1 : 0;
      }
      ConfidenceInterval interval =
          ConfidenceInterval.bootstrap(
              SingleLabelMetrics.ACCURACY, rightFirst(right, 200), 0.9, 300, round);
      covered += interval.low() <= 0.7 && 0.7 <= interval.high() ? 1 : 0;
    }
    assertThat(covered).isBetween(335, 380); // 360 expected, standard deviation 6
  }

  @Test
  void bootstrap_seedDecides() {
    double[] errors = new Random(8).doubles(50).toArray();
    RegressionPredictions predictions = RegressionPredictions.of(new double[50], errors);
    Metric<RegressionPredictions> metric = RegressionMetrics.MEAN_SQUARED_ERROR;
    ConfidenceInterval one = ConfidenceInterval.bootstrap(metric, predictions, 1);
    assertThat(one)
        .isEqualTo(ConfidenceInterval.bootstrap(metric, predictions, 1))
        .isNotEqualTo(ConfidenceInterval.bootstrap(metric, predictions, 2));
    assertThat(one.level()).isEqualTo(0.95);
  }

  @Test
  void bootstrap_percentilesAreInterpolated() {
    // Samples of two texts have the values 1, 1.5 and 2.
    RegressionPredictions two = RegressionPredictions.of(new double[] {0, 0}, new double[] {1, 2});
    ConfidenceInterval interval =
        ConfidenceInterval.bootstrap(RegressionMetrics.MEAN_ABSOLUTE_ERROR, two, 0.99, 1000, 3);
    assertThat(interval).isEqualTo(new ConfidenceInterval(1.5, 1, 2, 0.99, 1000));
  }

  @Test
  void bootstrap_samplesThatAreUndefined_areLeftOut() {
    // Of two texts half of all samples draw one of them twice: no correlation.
    RegressionPredictions two = RegressionPredictions.of(new double[] {0, 1}, new double[] {1, 2});
    ConfidenceInterval interval =
        ConfidenceInterval.bootstrap(RegressionMetrics.PEARSON, two, 0.95, 1000, 4);
    assertThat(interval.resamples()).isBetween(430, 570);
    assertThat(interval.low()).isCloseTo(1, within(1e-15));
  }

  @Test
  void badArguments_areRefused() {
    SingleLabelPredictions predictions = rightFirst(1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ConfidenceInterval.bootstrap(SingleLabelMetrics.ACCURACY, predictions, 95, 100, 1))
        .withMessage("level: 95.0, expected more than 0 and less than 1, such as 0.95");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ConfidenceInterval.bootstrap(SingleLabelMetrics.ACCURACY, predictions, 0.9, 0, 1))
        .withMessage("resamples: 0, expected 1 to 10000000");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ConfidenceInterval.bootstrap(
                    SingleLabelMetrics.ROC_AUC, predictions, 0.9, 10, 1)) // all of one class
        .withMessage("metric \"roc_auc\": undefined for these predictions, so it has no interval");
  }

  /** All texts are of class 0; so many are predicted as that. */
  private static SingleLabelPredictions rightFirst(int right, int texts) {
    double[][] probabilities = new double[texts][];
    for (int i = 0; i < texts; i++) {
      probabilities[i] = i < right ? new double[] {0.8, 0.2} : new double[] {0.2, 0.8};
    }
    return SingleLabelPredictions.of(new int[texts], probabilities, List.of("a", "b"));
  }
}
