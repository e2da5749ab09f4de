package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoreDistributionTest {

  /** Ln 2 and ln 3 by hand: from (½, ½) to (¼, ¾) it is −¼ · ln ½ + ¼ · ln 3⁄2 = ¼ · ln 3. */
  @Test
  void psi_byHand() {
    ScoreDistribution scores =
        new ScoreDistribution(List.of(0.8), List.of(0.5, 0.5), List.of(0.5, 0.25, 0.25));
    assertThat(scores.psi(10, 30)).isCloseTo(Math.log(3) / 4, within(1e-15));
    assertThat(scores.psi(7, 7)).isZero();
    // From (½, ¼, ¼) to (¼, ½, ¼): ¼ · ln 2 twice.
    assertThat(scores.labelPsi(1, 2, 1)).isCloseTo(Math.log(2) / 2, within(1e-15));
    // An empty bin counts as 0.0001.
    double empty = (1e-4 - 0.5) * Math.log(1e-4 / 0.5) + 0.5 * Math.log(2);
    assertThat(scores.psi(0, 9)).isCloseTo(empty, within(1e-15));
    List<Decision> decisions =
        IntStream.range(0, 4).mapToObj(i -> Decision.notSure(i == 0 ? 0.79 : 0.8, "x")).toList();
    assertThat(scores.psi(decisions)).isEqualTo(scores.psi(1, 3));
  }

  @Test
  void bins_areTenths_andFewerWhereScoresAreEqual() {
    double[] hundred = IntStream.range(0, 100).mapToDouble(i -> i / 100.0).toArray();
    ScoreDistribution tenths = ScoreDistribution.of(hundred, new long[] {60, 40});
    assertThat(tenths.edges()).hasSize(9);
    assertThat(tenths.edges().get(0)).isCloseTo(0.095, within(1e-12));
    assertThat(tenths.shares()).containsOnly(0.1);
    assertThat(tenths.labelShares()).containsExactly(0.6, 0.4);
    assertThat(tenths.bin(0.0)).isZero();
    assertThat(tenths.bin(0.1)).isEqualTo(1);
    assertThat(tenths.bin(1.0)).isEqualTo(9);

    double[] equal = new double[50];
    assertThat(ScoreDistribution.of(equal, new long[] {50}).shares()).containsExactly(1.0);
    ScoreDistribution one = ScoreDistribution.of(new double[] {0.7}, new long[] {1});
    assertThat(one.psi(5)).isZero();
  }

  @Test
  void whatCannotBe_isRefused() {
    assertThatThrownBy(() -> new ScoreDistribution(List.of(0.5, 0.5), List.of(), List.of(1.0)))
        .hasMessage("edges: 0.5 at 1, expected rising numbers from 0 to 1");
    assertThatThrownBy(() -> new ScoreDistribution(List.of(0.5), List.of(1.0), List.of(1.0)))
        .hasMessage("shares: 1, expected 2, one more than edges");
    assertThatThrownBy(() -> new ScoreDistribution(List.of(), List.of(0.9), List.of(1.0)))
        .hasMessage("shares: add up to 0.9, expected 1");
    ScoreDistribution scores = new ScoreDistribution(List.of(), List.of(1.0), List.of(1.0));
    assertThatThrownBy(() -> scores.psi(0))
        .hasMessage("counts: 1 numbers with a sum of 0, expected 1 of 0 or more, not all 0");
    assertThatThrownBy(() -> scores.psi(1, 2)).hasMessageContaining("2 numbers");
  }
}
