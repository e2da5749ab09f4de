package dev.afina.internal.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianRuleTest {
  @Test
  void isWorkedByHand() {
    MedianRule rule = new MedianRule(true, 2);
    assertThat(rule.isHopeless(List.of(0.0))).as("nothing to compare with").isFalse();
    rule.completed(List.of(0.5, 0.6));
    assertThat(rule.isHopeless(List.of(0.0))).as("one trial only").isFalse();
    rule.completed(List.of(0.7, 0.9, 0.9));
    // Medians: 0.6, 0.75; at the third evaluation 0.9 of one trial.
    assertThat(rule.isHopeless(List.of(0.6))).isFalse();
    assertThat(rule.isHopeless(List.of(0.59))).isTrue();
    assertThat(rule.isHopeless(List.of(0.8, 0.1))).as("its best was good").isFalse();
    assertThat(rule.isHopeless(List.of(0.7, 0.74))).isTrue();
    assertThat(rule.isHopeless(List.of(0.7, 0.8, 0.89))).isTrue();
    assertThat(rule.isHopeless(List.of(0.1, 0.1, 0.1, 0.1))).as("nobody got there").isFalse();
    double nan = Double.NaN;
    assertThat(rule.isHopeless(List.of(nan))).as("nothing but NaN").isTrue();
    assertThat(rule.isHopeless(List.of(nan, 0.74))).isTrue();
    assertThat(rule.isHopeless(List.of(0.76, nan))).isFalse();
    rule.completed(List.of(nan, nan));
    assertThat(rule.isHopeless(List.of(0.59))).as("NaN is left out of the median").isTrue();
    assertThat(rule.isHopeless(List.of(0.6))).isFalse();
    MedianRule smaller = new MedianRule(false, 1);
    smaller.completed(List.of(0.5));
    assertThat(smaller.isHopeless(List.of(0.51))).isTrue();
    assertThat(smaller.isHopeless(List.of(0.49))).isFalse();
  }
}
