package dev.afina.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final TrainingOptions STANDARD = TrainingOptions.standard();

  @Test
  void defaults_areTheTrainers() {
    assertThat(STANDARD.epochs()).isEqualTo(3);
    assertThat(STANDARD.batchSize()).isEqualTo(8);
    assertThat(STANDARD.optimizer().learningRate()).isEqualTo(5e-5);
    assertThat(STANDARD.optimizer().maxGradientNorm()).isEqualTo(1);
    assertThat(STANDARD.optimizer().weightDecay()).isZero();
    assertThat(STANDARD.schedule()).isEqualTo(Schedule.linear());
    assertThat(STANDARD.loggingSteps()).isEqualTo(500);
    assertThat(STANDARD.seed()).isEqualTo(42);
  }

  @Test
  void steps_countTheLastSmallBatch_andRoundUp() {
    TrainingOptions four = STANDARD.batchSize(4);
    assertThat(four.totalSteps(10)).isEqualTo(9);
    assertThat(four.accumulationSteps(2).totalSteps(10)).isEqualTo(6);
    assertThat(four.accumulationSteps(2).epochs(0.5).totalSteps(10)).isEqualTo(1);
    assertThat(four.maxSteps(77).totalSteps(10)).isEqualTo(77);
    assertThat(four.dropLast(true).totalSteps(10)).isEqualTo(6);
    assertThat(four.dropLast(true).totalSteps(3)).isEqualTo(3); // the Trainer counts one an epoch
  }

  @Test
  void warmup_isAShareUnderOne_andStepsFromOne() {
    assertThat(STANDARD.warmup(0.1).warmupSteps(101)).isEqualTo(11);
    assertThat(STANDARD.warmup(7).warmupSteps(101)).isEqualTo(7);
    assertThatThrownBy(() -> STANDARD.warmup(1.5))
        .hasMessage("warmup: expected a share in [0, 1) or a whole number of steps, got 1.5");
  }

  @Test
  void and_keepsWhatTheOtherLeavesAlone_alsoInGroups() {
    TrainingOptions other =
        STANDARD
            .batchSize(4)
            .evaluation(e -> e.keepBest("loss"))
            .optimizer(o -> o.weightDecay(0.1));
    TrainingOptions both =
        STANDARD.epochs(7).batchSize(2).seed(1).optimizer(o -> o.learningRate(1e-3)).and(other);
    assertThat(both.epochs()).isEqualTo(7);
    assertThat(both.seed()).isEqualTo(1);
    assertThat(both.batchSize()).isEqualTo(4);
    assertThat(both.evaluation().keepBest()).contains("loss");
    assertThat(both.optimizer().learningRate()).isEqualTo(1e-3);
    assertThat(both.optimizer().weightDecay()).isEqualTo(0.1);
    // Also a value that happens to be the default was set.
    assertThat(both.and(STANDARD.epochs(3)).epochs()).isEqualTo(3);
    assertThat(both.and(STANDARD)).isEqualTo(both).hasSameHashCodeAs(both);
    assertThat(both).isNotEqualTo(other);
  }

  @Test
  void toString_namesEachOptionInOrder() {
    assertThat(STANDARD.epochs(7))
        .hasToString(
            "TrainingOptions[epochs=7.0, maxSteps=none, timeBudget=none, batchSize=8,"
                + " accumulationSteps=1, order=RANDOM, dropLast=false, schedule=linear, warmup=0.0,"
                + " loggingSteps=500, seed=42, workers=none], optimizer[learningRate=5.0E-5,"
                + " headLearningRate=none, layerDecay=1.0, weightDecay=0.0, beta1=0.9, beta2=0.999,"
                + " epsilon=1.0E-8, maxGradientNorm=1.0], evaluation[evaluateEvery=none,"
                + " keepBest=none, greaterIsBetter=false, patience=none, threshold=0.0],"
                + " saving[saveEvery=none, saveLimit=none]");
  }

  @Test
  void deciding_leavesOutWhatDoesNotChangeTheWeights() {
    TrainingOptions same =
        STANDARD
            .loggingSteps(1)
            .timeBudget(Duration.ofHours(1))
            .saving(s -> s.everySteps(2).limit(1));
    assertThat(same.affectingWeights()).isEqualTo(STANDARD.affectingWeights());
    assertThat(STANDARD.evaluation(e -> e.patience(2)).affectingWeights())
        .isNotEqualTo(STANDARD.affectingWeights())
        .containsEntry("patience", "2");
  }

  @Test
  void options_outOfRange_sayWhatWasExpected() {
    refused(o -> o.batchSize(0), "batchSize: expected 1 or more, got 0");
    refused(o -> o.epochs(0), "epochs: expected a number over 0, got 0.0");
    refused(o -> o.maxSteps(0), "maxSteps: expected 1 or more, got 0");
    refused(o -> o.timeBudget(Duration.ZERO), "timeBudget: expected a time over 0, got PT0S");
    refused(
        o -> o.optimizer(p -> p.learningRate(Double.NaN)),
        "learningRate: expected 0 or more, usually 1e-5 to 1e-4, got NaN");
    refused(o -> o.optimizer(p -> p.beta1(1)), "beta1: expected [0, 1), got 1.0");
    refused(
        o -> o.optimizer(p -> p.layerDecay(0)),
        "layerDecay: expected (0, 1], usually 0.8 to 0.95, got 0.0");
    refused(
        o -> o.optimizer(p -> p.epsilon(Double.POSITIVE_INFINITY)),
        "epsilon: expected a number over 0, got Infinity");
    refused(
        o -> o.optimizer(p -> p.maxGradientNorm(Double.NaN)),
        "maxGradientNorm: expected 0 (off) or more, got NaN");
    refused(
        o -> o.evaluation(e -> e.keepBest(" ")), "keepBest: expected the name of a metric, got  ");
  }

  @Test
  void contradictions_areRefusedWithBothValues() {
    contradict(
        STANDARD.evaluation(e -> e.keepBest("f1")),
        false,
        "keepBest(\"f1\") needs validation data; call validation(...)");
    contradict(
        STANDARD.evaluation(e -> e.everySteps(5)),
        false,
        "evaluateEvery(5) needs validation data; call validation(...)");
    contradict(
        STANDARD.evaluation(e -> e.patience(2)),
        true,
        "earlyStopping(2), or patience(2) of the evaluation options, needs keepBest(...), the metric that it watches");
    contradict(
        STANDARD.evaluation(e -> e.keepBest("loss").threshold(0.1)),
        true,
        "threshold(0.1) needs patience(...), which it is for");
    contradict(
        STANDARD.evaluation(e -> e.greaterIsBetter(false)),
        true,
        "greaterIsBetter(false) needs keepBest(...), the metric it is for");
    contradict(
        STANDARD.evaluation(e -> e.keepBest("loss").everySteps(4)).saving(s -> s.everySteps(6)),
        true,
        "saveEvery(6) is no multiple of evaluateEvery(4), which keepBest(\"loss\") needs");
    contradict(
        STANDARD.schedule(Schedule.reduceOnPlateau()).evaluation(e -> e.keepBest("loss")).warmup(5),
        true,
        "schedule(reduce_lr_on_plateau(factor=0.1, patience=10, threshold=1.0E-4, cooldown=0,"
            + " min_lr=0.0)) takes no warmup, got 5.0");
    contradict(
        STANDARD.schedule(Schedule.polynomial(1, 1e-3)),
        true,
        "schedule(polynomial(power=1.0, lr_end=0.001)) falls to 0.001, which must be less than"
            + " learningRate 5.0E-5");
    contradict(
        STANDARD.optimizer(o -> o.learningRate(0).headLearningRate(1e-3)),
        false,
        "headLearningRate 0.001 needs a learningRate over 0; to train the head alone, freeze the"
            + " encoder and set learningRate");
    STANDARD
        .evaluation(e -> e.keepBest("loss").everySteps(3))
        .saving(s -> s.everySteps(6))
        .check(true);
  }

  private static void refused(Function<TrainingOptions, TrainingOptions> change, String message) {
    assertThatThrownBy(() -> change.apply(STANDARD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static void contradict(TrainingOptions options, boolean validation, String message) {
    assertThatThrownBy(() -> options.check(validation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
