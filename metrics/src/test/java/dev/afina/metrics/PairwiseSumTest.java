package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairwiseSumTest {
  @Test
  void of_addsInTheOrderOfNumPy() {
    // np.sum(1 / np.arange(1, n + 1)); adding from the left gives other last digits from 128 on.
    assertThat(harmonic(0)).isZero();
    assertThat(harmonic(7)).isEqualTo(2.5928571428571425);
    assertThat(harmonic(16)).isEqualTo(3.3807289932289937);
    assertThat(harmonic(128)).isEqualTo(5.433147092589173);
    assertThat(harmonic(129)).isEqualTo(5.440899030573669);
    assertThat(harmonic(300)).isEqualTo(6.282663880299504);
    assertThat(harmonic(1000)).isEqualTo(7.485470860550345);
  }

  private static double harmonic(int n) {
    return PairwiseSum.of(IntStream.rangeClosed(1, n).mapToDouble(i -> 1.0 / i).toArray());
  }
}
