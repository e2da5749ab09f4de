package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProbabilityMetricsTest {
  private static final int[] TRUTH = {0, 1};

  @Test
  void logLoss_workedByHand() {
    double loss = ProbabilityMetrics.logLoss(TRUTH, new double[][] {{0.8, 0.2}, {0.5, 0.5}});
    assertThat(loss).isCloseTo(-(Math.log(0.8) + Math.log(0.5)) / 2, within(1e-15));
  }

  @Test
  void logLoss_guessing_isLogOfClasses() {
    double[] guess = {0.25, 0.25, 0.25, 0.25};
    assertThat(ProbabilityMetrics.logLoss(TRUTH, new double[][] {guess, guess}))
        .isEqualTo(Math.log(4));
  }

  @Test
  void logLoss_sureAndWrong_isClipped() {
    double loss = ProbabilityMetrics.logLoss(new int[] {1}, new double[][] {{1, 0}});
    assertThat(loss).isCloseTo(52 * Math.log(2), within(1e-12));
  }

  @Test
  void logLoss_sureAndRight_isAlmostZero() {
    double loss = ProbabilityMetrics.logLoss(new int[] {0}, new double[][] {{1, 0}});
    assertThat(loss).isCloseTo(Math.pow(2, -52), within(1e-24));
  }

  @Test
  void logLoss_rowsSumToAlmostOne_areNotNormalised() {
    double loss = ProbabilityMetrics.logLoss(new int[] {0}, new double[][] {{0.33, 0.33, 0.33}});
    assertThat(loss).isEqualTo(-Math.log(0.33));
  }

  @Test
  void logLoss_notProbabilities_isRefused() {
    assertRefused(
        new double[][] {{0.5, 0.5}, {0.5, Double.NaN}},
        "probabilities[1][1]: NaN, expected 0 to 1; give probabilities, not logits");
    assertRefused(
        new double[][] {{2.5, -1.5}, {0.5, 0.5}},
        "probabilities[0][0]: 2.5, expected 0 to 1; give probabilities, not logits");
    assertRefused(
        new double[][] {{-0.5, 0.5}, {0.5, 0.5}},
        "probabilities[0][0]: -0.5, expected 0 to 1; give probabilities, not logits");
    assertRefused(
        new double[][] {{0.5, 0.5}, {0.75, 0.75}},
        "probabilities[1]: sum 1.5, expected 1; give each text's probabilities over all classes");
  }

  @Test
  void logLoss_badShape_isRefused() {
    assertRefused(null, "probabilities: null, expected one row per text, at least one");
    assertRefused(new double[0][], "probabilities: empty, expected one row per text, at least one");
    assertRefused(
        new double[][] {{0.5, 0.5}, null},
        "probabilities[1]: null, expected one probability per class");
    assertRefused(
        new double[][] {{1}, {1}}, "probabilities[0]: length 1, expected 2 classes or more");
    assertRefused(
        new double[][] {{0.5, 0.5}, {0.5, 0.25, 0.25}},
        "probabilities[1]: length 3, expected 2 as in the first row");
    assertRefused(
        new double[][] {{0.5, 0.5}},
        "lengths differ: truth 2, probabilities 1; give both for the same texts");
  }

  @Test
  void logLoss_badTruth_isRefused() {
    double[][] probabilities = {{0.5, 0.5}};
    assertThatThrownBy(() -> ProbabilityMetrics.logLoss(new int[] {2}, probabilities))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("truth[0]: 2, expected 0 to 1 for 2 classes");
    assertThatThrownBy(() -> ProbabilityMetrics.logLoss(null, probabilities))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("truth: null, expected at least one class index");
  }

  private static void assertRefused(double[][] probabilities, String message) {
    assertThatThrownBy(() -> ProbabilityMetrics.logLoss(TRUTH, probabilities))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
