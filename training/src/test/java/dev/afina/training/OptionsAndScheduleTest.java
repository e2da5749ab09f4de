package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OptionsAndScheduleTest {

  @Test
  void linear_withoutWarmup_fallsFromOneToZero() {
    Schedule schedule = Schedule.linear(0, 4);
    assertThat(schedule.factor(0)).isEqualTo(1);
    assertThat(schedule.factor(1)).isEqualTo(0.75);
    assertThat(schedule.factor(4)).isZero();
    assertThat(schedule.factor(9)).isZero();
  }

  @Test
  void linear_withWarmup_beginsAtZero() {
    Schedule schedule = Schedule.linear(2, 6);
    assertThat(schedule.factor(0)).isZero();
    assertThat(schedule.factor(1)).isEqualTo(0.5);
    assertThat(schedule.factor(2)).isEqualTo(1);
    assertThat(schedule.factor(5)).isEqualTo(0.25);
  }

  @Test
  void linear_warmupOnly_risesToTheEnd() {
    assertThat(Schedule.linear(4, 4).factor(3)).isCloseTo(0.75, within(1e-12));
    assertThatThrownBy(() -> Schedule.linear(-1, 4))
        .hasMessageContaining("expected warmupSteps >= 0");
  }

  @Test
  void defaults_areTheTrainers() {
    TrainingOptions options = TrainingOptions.builder().build();
    assertThat(options.epochs()).isEqualTo(3);
    assertThat(options.batchSize()).isEqualTo(8);
    assertThat(options.learningRate()).isEqualTo(5e-5);
    assertThat(options.maxGradientNorm()).isEqualTo(1);
    assertThat(options.weightDecay()).isZero();
    assertThat(options.seed()).isEqualTo(42);
    assertThat(options.toBuilder().build()).isEqualTo(options);
  }

  @Test
  void steps_countTheLastSmallBatch_andRoundUp() {
    TrainingOptions.Builder b = TrainingOptions.builder().batchSize(4);
    assertThat(b.build().totalSteps(10)).isEqualTo(9);
    assertThat(b.accumulationSteps(2).build().totalSteps(10)).isEqualTo(6);
    assertThat(b.epochs(0.5).build().totalSteps(10)).isEqualTo(1);
    assertThat(b.maxSteps(77).build().totalSteps(10)).isEqualTo(77);
  }

  @Test
  void warmup_isAShareUnderOne_andStepsFromOne() {
    TrainingOptions.Builder b = TrainingOptions.builder();
    assertThat(b.warmup(0.1).build().warmupSteps(101)).isEqualTo(11);
    assertThat(b.warmup(7).build().warmupSteps(101)).isEqualTo(7);
    assertThatThrownBy(() -> b.warmup(1.5).build())
        .hasMessage("warmup: expected a share in [0, 1) or a whole number of steps, got 1.5");
  }

  @Test
  void options_outOfRange_sayWhatWasExpected() {
    assertThatThrownBy(() -> TrainingOptions.builder().batchSize(0).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchSize: expected 1 or more, got 0");
    assertThatThrownBy(() -> TrainingOptions.builder().learningRate(Double.NaN).build())
        .hasMessageStartingWith("learningRate: expected 0 or more");
    assertThatThrownBy(() -> TrainingOptions.builder().epochs(0).build())
        .hasMessage("epochs: expected a number over 0, got 0.0");
    assertThatThrownBy(() -> TrainingOptions.builder().betas(1, 0.9).build())
        .hasMessage("beta1: expected [0, 1), got 1.0");
  }
}
