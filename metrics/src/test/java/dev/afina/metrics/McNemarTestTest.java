package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class McNemarTestTest {

  @Test
  void of_countsTextsThatOneModelGotRight() {
    McNemarTest test =
        McNemarTest.of(
            new int[] {0, 1, 2, 2, 1}, new int[] {0, 1, 2, 0, 0}, new int[] {1, 1, 0, 2, 2});
    assertThat(test).isEqualTo(new McNemarTest(2, 1));
  }

  @Test
  void exactPValue_workedByHand() {
    // 1 or fewer of 5 tosses: (1 + 5) / 32, on both sides
    assertThat(new McNemarTest(4, 1).exactPValue()).isCloseTo(12 / 32.0, within(1e-15));
    assertThat(new McNemarTest(1, 4).exactPValue()).isCloseTo(12 / 32.0, within(1e-15));
    assertThat(new McNemarTest(0, 4).exactPValue()).isCloseTo(2 / 16.0, within(1e-15));
    assertThat(new McNemarTest(3, 3).exactPValue()).isEqualTo(1);
    assertThat(new McNemarTest(0, 0).exactPValue()).isEqualTo(1);
    // 2 / 2^1000: also where it is tiny
    assertThat(new McNemarTest(0, 1000).exactPValue())
        .isCloseTo(Math.scalb(2.0, -1000), Percentage.withPercentage(1e-9));
    assertThat(new McNemarTest(1_000_000, 3_000_000).exactPValue()).isZero();
  }

  @Test
  void chiSquare_workedByHand() {
    McNemarTest test = new McNemarTest(121, 59); // Wikipedia's example, 20.67 with the correction
    assertThat(test.chiSquare()).isEqualTo(61 * 61 / 180.0);
    assertThat(new McNemarTest(5, 5).chiSquare()).isEqualTo(0.1);
    assertThat(new McNemarTest(0, 0).chiSquare()).isNaN();
    assertThat(new McNemarTest(0, 0).chiSquarePValue()).isNaN();
  }

  @Test
  void normalTail_knownValues() {
    // 2 · (1 − Φ(z)) from tables of 15 digits
    assertThat(NormalTail.bothSides(0)).isEqualTo(1);
    assertThat(NormalTail.bothSides(1)).isCloseTo(0.317310507862914, within(1e-15));
    assertThat(NormalTail.bothSides(-1.959963984540054)).isCloseTo(0.05, within(1e-15));
    assertThat(NormalTail.bothSides(2.8284271247461903))
        .isCloseTo(0.004677734981047266, Percentage.withPercentage(1e-11)); // where the ways meet
    assertThat(NormalTail.bothSides(2.82842712474619))
        .isCloseTo(0.004677734981047266, Percentage.withPercentage(1e-11));
    assertThat(NormalTail.bothSides(10))
        .isCloseTo(1.523970604832105e-23, Percentage.withPercentage(1e-10));
    assertThat(NormalTail.bothSides(100)).isZero();
  }

  @Test
  void badArguments_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> McNemarTest.of(new int[] {1}, new int[] {1}, new int[] {1, 2}))
        .withMessage("lengths differ: truth 1, second 2; give both for the same texts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> McNemarTest.of(new int[] {1}, null, new int[] {1}))
        .withMessage("first: null, expected at least one class index");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new McNemarTest(-1, 2))
        .withMessage("onlyFirst: -1, onlySecond: 2, expected 0 or more");
  }
}
