package dev.afina.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {

  @Test
  void withinTheLimit_tellsTheGreatestDifference() throws Exception {
    double[] ours = {1, 2.0001};
    double[] peer = {1, 2};
    assertThat(Gate.agree("losses", ours, peer, 2e-4))
        .isEqualTo("losses: 2 numbers, greatest difference 1.0e-04, limit 2.0e-04");
  }

  @Test
  void beyondTheLimit_namesTheFirst() {
    assertThatThrownBy(() -> Gate.agree("losses", new double[] {1, 3}, new double[] {1, 2}, 0.5))
        .isInstanceOf(GateFailedException.class)
        .hasMessageContaining("number 2 of 2 is 3.00000, the peer's 2.00000");
  }

  @Test
  void notANumber_fails() {
    double[] nan = {Double.NaN};
    assertThatThrownBy(() -> Gate.agree("x", nan, nan, 1)).isInstanceOf(GateFailedException.class);
  }

  @Test
  void otherCounts_andNone_fail() {
    assertThatThrownBy(() -> Gate.agree("x", new double[2], new double[3], 1))
        .hasMessage("x: ours are 2, the peer's 3");
    assertThatThrownBy(() -> Gate.agree("x", new double[0], new double[0], 1))
        .isInstanceOf(GateFailedException.class);
  }

  @Test
  void meanLosses_mayDifferByATenth() throws Exception {
    assertThat(Gate.meansAgree(List.of(1.0, 1.1), List.of(1.0, 1.0), 30))
        .contains("1.0500", "1.0000");
    assertThatThrownBy(() -> Gate.meansAgree(List.of(1.2), List.of(1.0), 30))
        .isInstanceOf(GateFailedException.class);
    assertThatThrownBy(() -> Gate.meansAgree(List.of(1.2), List.of(1.0), 3000))
        .as("never less than a tenth, and no more for many updates")
        .isInstanceOf(GateFailedException.class);
    assertThat(Gate.meansAgree(List.of(1.2), List.of(1.0), 4)).contains("limit 27 %");
    assertThatThrownBy(() -> Gate.meansAgree(List.of(1.3), List.of(1.0), 4))
        .isInstanceOf(GateFailedException.class);
  }
}
