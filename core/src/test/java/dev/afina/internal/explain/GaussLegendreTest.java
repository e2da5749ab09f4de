package dev.afina.internal.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GaussLegendreTest {
  @Test
  void quadrature_isWorkedByHand() {
    assertThat(GaussLegendre.of(1).nodes()).containsExactly(new double[] {0.5}, within(1e-15));
    assertThat(GaussLegendre.of(1).weights()).containsExactly(new double[] {1}, within(1e-15));
    double root = 1 / Math.sqrt(3);
    assertThat(GaussLegendre.of(2).nodes())
        .containsExactly(new double[] {(1 - root) / 2, (1 + root) / 2}, within(1e-15));
    GaussLegendre three = GaussLegendre.of(3);
    assertThat(three.weights())
        .containsExactly(new double[] {5.0 / 18, 8.0 / 18, 5.0 / 18}, within(1e-14));
    GaussLegendre many = GaussLegendre.of(500);
    double tenth = 0;
    for (int i = 0; i < 500; i++) {
      tenth += many.weights()[i] * Math.pow(many.nodes()[i], 9);
    }
    assertThat(tenth).isCloseTo(0.1, within(1e-13));
  }
}
