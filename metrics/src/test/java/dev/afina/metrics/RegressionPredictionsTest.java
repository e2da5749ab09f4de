package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegressionPredictionsTest {
  private final RegressionPredictions predictions =
      RegressionPredictions.of(new double[] {3, -0.5, 2, 7}, new double[] {2.5, 0, 2, 8});

  @Test
  void figures_workedByHand() {
    assertThat(predictions.meanSquaredError()).isEqualTo((0.25 + 0.25 + 0 + 1) / 4);
    assertThat(predictions.meanAbsoluteError()).isEqualTo((0.5 + 0.5 + 0 + 1) / 4);
    assertThat(predictions.rSquared()).isCloseTo(1 - 1.5 / 29.1875, within(1e-15));
    assertThat(predictions.spearman()).isCloseTo(1, within(1e-15)); // the same order
    // Deviations −1, 0, 1 and 0, −1, 1: 1 / √(2 · 2)
    RegressionPredictions three = of(new double[] {1, 2, 3}, new double[] {5, 4, 6});
    assertThat(three.pearson()).isCloseTo(0.5, within(1e-15));
    // Ranks 1, 2.5, 2.5 and 1, 2, 3: 1.5 / √(1.5 · 2)
    assertThat(of(new double[] {1, 4, 4}, new double[] {0, 1, 9}).spearman())
        .isCloseTo(1.5 / Math.sqrt(3), within(1e-15));
  }

  @Test
  void undefinedCases_areScikitLearnsAndScipys() {
    RegressionPredictions constant = of(new double[] {2, 2}, new double[] {1, 3});
    assertThat(constant.rSquared()).isZero();
    // The mean of these is not 0.1, so scikit-learn divides by a variance of 2e-34.
    assertThat(of(new double[] {0.1, 0.1, 0.1}, new double[] {0.2, 0.1, 0.15}).rSquared()).isZero();
    assertThat(constant.pearson()).isNaN();
    assertThat(constant.spearman()).isNaN();
    assertThat(of(new double[] {2, 2}, new double[] {2, 2}).rSquared()).isOne();
    RegressionPredictions one = of(new double[] {2}, new double[] {2});
    assertThat(one.rSquared()).isNaN();
    assertThat(one.pearson()).isNaN();
    assertThat(one.meanSquaredError()).isZero();
  }

  @Test
  void severalTargets_areAveraged() {
    RegressionPredictions both =
        RegressionPredictions.of(
            new double[][] {{3, 1}, {-0.5, 2}, {2, 3}, {7, 4}},
            new double[][] {{2.5, 4}, {0, 3}, {2, 2}, {8, 1}});
    assertThat(both.targets()).isEqualTo(2);
    assertThat(both.size()).isEqualTo(4);
    for (Metric<RegressionPredictions> metric : RegressionMetrics.all()) {
      assertThat(metric.of(both))
          .isCloseTo((metric.of(both.target(0)) + metric.of(both.target(1))) / 2, within(1e-15));
      assertThat(metric.of(both.target(0))).isEqualTo(metric.of(predictions));
    }
    assertThat(both.target(1).pearson()).isCloseTo(-1, within(1e-15));
  }

  @Test
  void correlations_doNotSeeScaleAndShift_spearmanOnlyOrder() {
    Random random = new Random(6);
    for (int round = 0; round < 100; round++) {
      double[] truth = random.doubles(30).toArray();
      double[] predicted = random.doubles(30).toArray();
      double[] moved = Arrays.stream(predicted).map(x -> 1e150 * (x + 3)).toArray();
      double[] curved = Arrays.stream(predicted).map(Math::exp).toArray();
      RegressionPredictions before = of(truth, predicted);
      assertThat(of(truth, moved).pearson()).isCloseTo(before.pearson(), within(1e-12));
      assertThat(of(truth, curved).spearman()).isEqualTo(before.spearman());
      assertThat(of(predicted, truth).pearson()).isCloseTo(before.pearson(), within(1e-15));
    }
  }

  @Test
  void badArguments_areRefused() {
    assertRefused(
        () -> of(new double[] {1, Double.NaN}, new double[] {1, 2}),
        "truth[1]: NaN, expected a finite number");
    assertRefused(
        () -> of(new double[] {1}, new double[] {Double.NEGATIVE_INFINITY}),
        "predicted[0]: -Infinity, expected a finite number");
    assertRefused(
        () -> of(new double[] {1}, new double[] {1, 2}),
        "lengths differ: truth 1, predicted 2; give both for the same texts");
    assertRefused(() -> of(new double[0], null), "truth: empty, expected at least one number");
    assertRefused(
        () -> RegressionPredictions.of(new double[][] {{1}}, new double[][] {{1, 2}}),
        "predicted[0]: 2 targets, expected 1 as in truth");
    assertRefused(() -> predictions.target(1), "target: 1, expected 0 to 0");
  }

  private static RegressionPredictions of(double[] truth, double[] predicted) {
    return RegressionPredictions.of(truth, predicted);
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }
}
