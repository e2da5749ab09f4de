package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  @Test
  void bins_edgesBelongToTheLowerBin() {
    Calibration calibration =
        Calibration.of(
            new boolean[] {false, true, true, false, true}, new double[] {0, 0.5, 0.6, 0.75, 1}, 4);
    assertThat(calibration.bins())
        .containsExactly(
            new Calibration.Bin(0, 0.25, 1, 0, 0),
            new Calibration.Bin(0.25, 0.5, 1, 0.5, 1),
            new Calibration.Bin(0.5, 0.75, 2, 0.675, 0.5),
            new Calibration.Bin(0.75, 1, 1, 1, 1));
    // (0 + 0.5 + 2 · 0.175 + 0) / 5
    assertThat(calibration.expectedError()).isCloseTo(0.17, within(1e-15));
  }

  @Test
  void of_singleLabels_looksAtThePredictedClass() {
    Calibration calibration =
        Calibration.of(new int[] {2, 0}, new double[][] {{0.1, 0.1, 0.8}, {0.1, 0.6, 0.3}}, 1);
    assertThat(calibration.bins()).hasSize(1);
    assertThat(calibration.bins().get(0).meanProbability()).isCloseTo(0.7, within(1e-15));
    assertThat(calibration.bins().get(0).shareTrue()).isEqualTo(0.5);
    assertThat(calibration.expectedError()).isCloseTo(0.2, within(1e-15));
  }

  @Test
  void expectedError_ofProbabilitiesThatMeanWhatTheySay_isSmall() {
    Random random = new Random(5);
    int texts = 200_000;
    boolean[] truth = new boolean[texts];
    double[] honest = new double[texts];
    double[] boastful = new double[texts];
    for (int i = 0; i < texts; i++) {
      honest[i] = random.nextDouble();
      truth[i] = random.nextDouble() < honest[i];
      boastful[i] = honest[i] < 0.5 ? 0 : 1;
    }
    assertThat(Calibration.of(truth, honest, 15).expectedError()).isLessThan(0.006);
    // Says 0 or 1 and is right in three of four cases.
    assertThat(Calibration.of(truth, boastful, 15).expectedError()).isCloseTo(0.25, within(0.005));
  }

  @Test
  void badArguments_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.of(new boolean[1], new double[1], 0))
        .withMessage("bins: 0, expected 1 to 1000000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.of(new boolean[1], new double[] {1.5}, 3))
        .withMessage("probabilities[0]: 1.5, expected 0 to 1; give probabilities, not logits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.of(new boolean[1], new double[] {Double.NaN}, 3))
        .withMessage("probabilities[0]: NaN, expected a finite number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.of(new int[] {0}, new double[][] {{0.2, 0.2}}, 3))
        .withMessageStartingWith("probabilities[0]: sum 0.4, expected 1");
  }
}
