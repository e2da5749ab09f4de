package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CoreScalingTest {

  @Test
  void counts_doubleUpToAllCores() {
    assertThat(CoreScaling.counts(1)).containsExactly(1);
    assertThat(CoreScaling.counts(2)).containsExactly(1, 2);
    assertThat(CoreScaling.counts(6)).containsExactly(1, 2, 4, 6);
    assertThat(CoreScaling.counts(16)).containsExactly(1, 2, 4, 8, 16);
  }

  /** Amdahl 1967: two workers that bring 1.6 share 0.75 of the work, and 16 of them bring 3.37. */
  @Test
  void twoWorkers_tellWhatMoreOfThemBring() {
    assertThat(CoreScaling.parallelShare(1.6)).isCloseTo(0.75, within(1e-12));
    assertThat(CoreScaling.expected(0.75, 2)).isCloseTo(1.6, within(1e-12));
    assertThat(CoreScaling.expected(0.75, 16)).isCloseTo(1 / (0.25 + 0.75 / 16), within(1e-12));
    assertThat(CoreScaling.parallelShare(0.9)).as("slower than one").isZero();
    assertThat(CoreScaling.parallelShare(2.1)).as("more than twice").isEqualTo(1);
    assertThat(CoreScaling.expected(1, 16)).isEqualTo(16);
  }
}
