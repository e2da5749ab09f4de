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
  void set_keepsWhatTheOtherLeavesAlone() {
    TrainingOptions other = TrainingOptions.builder().batchSize(4).keepBest("loss").build();
    TrainingOptions both =
        TrainingOptions.builder().epochs(7).batchSize(2).seed(1).set(other).build();
    assertThat(both.epochs()).isEqualTo(7);
    assertThat(both.seed()).isEqualTo(1);
    assertThat(both.batchSize()).isEqualTo(4);
    assertThat(both.keepBest()).contains("loss");
    // Also a value that happens to be the default was set.
    assertThat(both.toBuilder().set(TrainingOptions.builder().epochs(3).build()).build().epochs())
        .isEqualTo(3);
    assertThat(both.toBuilder().build()).isEqualTo(both).hasSameHashCodeAs(both);
    assertThat(both).isNotEqualTo(other);
  }

  @Test
  void toString_namesEachOptionInOrder() {
    assertThat(TrainingOptions.builder().epochs(7).build())
        .hasToString(
            "TrainingOptions[epochs=7.0, maxSteps=none, batchSize=8, accumulationSteps=1,"
                + " learningRate=5.0E-5, warmup=0.0, weightDecay=0.0, beta1=0.9, beta2=0.999,"
                + " epsilon=1.0E-8, maxGradientNorm=1.0, seed=42, keepBest=none]");
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
    assertThatThrownBy(() -> TrainingOptions.builder().epsilon(Double.POSITIVE_INFINITY))
        .hasMessage("epsilon: expected a number over 0, got Infinity");
    assertThatThrownBy(() -> TrainingOptions.builder().maxGradientNorm(Double.NaN))
        .hasMessage("maxGradientNorm: expected 0 (off) or more, got NaN");
    assertThatThrownBy(() -> TrainingOptions.builder().maxSteps(0))
        .hasMessage("maxSteps: expected 1 or more, got 0");
    assertThatThrownBy(() -> TrainingOptions.builder().keepBest(" "))
        .hasMessage("keepBest: expected the name of a metric, got  ");
  }
}
