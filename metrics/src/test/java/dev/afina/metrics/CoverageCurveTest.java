package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CoverageCurveTest {

  @Test
  void byHand() {
    CoverageCurve curve =
        CoverageCurve.of(
            new double[] {0.6, 0.9, 0.8, 0.8}, new boolean[] {false, true, false, true});
    assertThat(curve.points())
        .containsExactly(
            new CoverageCurve.Point(0.9, 0.25, 0),
            new CoverageCurve.Point(0.8, 0.75, 1 / 3.0),
            new CoverageCurve.Point(0.6, 1, 0.5));
    // 0.25 · 0 + 0.5 · 1/3 + 0.25 · 0.5
    assertThat(curve.meanError()).isCloseTo(1 / 6.0 + 0.125, within(1e-15));
  }

  @Test
  void whatCannotBe_isRefused() {
    assertThatThrownBy(() -> CoverageCurve.of(new double[] {1.5}, new boolean[] {true}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CoverageCurve.of(new double[0], new boolean[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
