package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final String KNOWN =
      "accuracy, macro_f1, micro_f1, weighted_f1, macro_precision, macro_recall, matthews_correlation, balanced_accuracy, cohens_kappa, roc_auc, average_precision, log_loss, brier_loss, calibration_error";

  /** Chosen so that all values differ where they can. */
  private static final SingleLabelPredictions PREDICTIONS =
      SingleLabelPredictions.of(
          new int[] {0, 0, 0, 1, 1, 2},
          new double[][] {
            {0.7, 0.1, 0.1, 0.1},
            {0.6, 0.2, 0.1, 0.1},
            {0.2, 0.6, 0.1, 0.1},
            {0.2, 0.5, 0.2, 0.1},
            {0.1, 0.3, 0.2, 0.4},
            {0.1, 0.5, 0.3, 0.1}
          },
          List.of("a", "b", "c", "d"));

  @Test
  void named_eachKey_isFound() {
    assertThat(SingleLabelMetrics.all().stream().map(Metric::key))
        .containsExactly(KNOWN.split(", "));
    SingleLabelMetrics.all()
        .forEach(metric -> assertThat(SingleLabelMetrics.named(metric.key())).isSameAs(metric));
    MultiLabelMetrics.all()
        .forEach(metric -> assertThat(MultiLabelMetrics.named(metric.key())).isSameAs(metric));
    RegressionMetrics.all()
        .forEach(metric -> assertThat(RegressionMetrics.named(metric.key())).isSameAs(metric));
    assertThat(SingleLabelMetrics.named("top_3_accuracy")).hasToString("top_3_accuracy");
  }

  @Test
  void better_isSmallerForLossesAndErrorsOnly() {
    Stream.of(SingleLabelMetrics.all(), MultiLabelMetrics.all(), RegressionMetrics.all())
        .flatMap(List::stream)
        .forEach(
            metric -> {
              String key = metric.key();
              assertThat(metric.better() == Direction.SMALLER)
                  .as(key)
                  .isEqualTo(key.endsWith("loss") || key.endsWith("error"));
            });
    assertThat(SingleLabelMetrics.LOG_LOSS.better()).isEqualTo(Direction.SMALLER);
    assertThat(SingleLabelMetrics.topKAccuracy(2).better()).isEqualTo(Direction.GREATER);
  }

  @Test
  void isBetter_equalIsNot_undefinedIsWorseThanAnyNumber() {
    assertThat(Direction.GREATER.isBetter(0.6, 0.5)).isTrue();
    assertThat(Direction.GREATER.isBetter(0.5, 0.6)).isFalse();
    assertThat(Direction.SMALLER.isBetter(0.5, 0.6)).isTrue();
    assertThat(Direction.SMALLER.isBetter(0.6, 0.5)).isFalse();
    for (Direction direction : Direction.values()) {
      assertThat(direction.isBetter(0.5, 0.5)).isFalse();
      assertThat(direction.isBetter(0.5, Double.NaN)).isTrue();
      assertThat(direction.isBetter(Double.NaN, 0.5)).isFalse();
      assertThat(direction.isBetter(Double.NaN, Double.NaN)).isFalse();
    }
  }

  @Test
  void of_isTheFormulasOwnValue() {
    ConfusionMatrix matrix = PREDICTIONS.confusionMatrix();
    assertThat(matrix)
        .isEqualTo(
            ConfusionMatrix.of(
                new int[] {0, 0, 0, 1, 1, 2},
                new int[] {0, 0, 1, 1, 3, 1},
                List.of("a", "b", "c", "d")));
    int[] truth = PREDICTIONS.truth();
    double[][] scores = PREDICTIONS.probabilities();
    assertThat(SingleLabelMetrics.all().stream().map(metric -> metric.of(PREDICTIONS)))
        .containsExactly(
            matrix.accuracy(),
            matrix.f1(Averaging.MACRO),
            matrix.f1(Averaging.MICRO),
            matrix.f1(Averaging.WEIGHTED),
            matrix.precision(Averaging.MACRO),
            matrix.recall(Averaging.MACRO),
            matrix.matthewsCorrelation(),
            matrix.balancedAccuracy(),
            matrix.cohensKappa(),
            RankingMetrics.rocAuc(truth, scores, Averaging.MACRO), // NaN: "d" is never true
            RankingMetrics.averagePrecision(truth, scores, Averaging.MACRO),
            ProbabilityMetrics.logLoss(truth, scores),
            ProbabilityMetrics.brierScore(truth, scores),
            Calibration.of(truth, scores, 15).expectedError());
    assertThat(SingleLabelMetrics.all().stream().map(metric -> metric.of(PREDICTIONS)).distinct())
        .as("micro F1 is accuracy, the others differ")
        .hasSize(SingleLabelMetrics.all().size() - 1);
    assertThat(SingleLabelMetrics.topKAccuracy(2).of(PREDICTIONS))
        .isEqualTo(RankingMetrics.topKAccuracy(truth, scores, 2));
  }

  @Test
  void f1_ofANamedLabel_isThatOfItsClass() {
    ConfusionMatrix matrix = PREDICTIONS.confusionMatrix();
    assertThat(SingleLabelMetrics.f1("b").of(PREDICTIONS)).isEqualTo(matrix.f1(1)).isPositive();
    assertThat(SingleLabelMetrics.precision("b").of(PREDICTIONS))
        .isEqualTo(matrix.precision(1))
        .isPositive();
    assertThat(SingleLabelMetrics.recall("a").of(PREDICTIONS))
        .isEqualTo(matrix.recall(0))
        .isPositive();
    assertThat(SingleLabelMetrics.f1("b").key()).isEqualTo("f1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SingleLabelMetrics.f1("e").of(PREDICTIONS))
        .withMessage("label \"e\": unknown, expected one of [a, b, c, d]");
  }

  @Test
  void of_ownFormula_isCalled() {
    Metric<SingleLabelPredictions> own =
        Metric.of("texts", Direction.SMALLER, SingleLabelPredictions::size);
    assertThat(own.of(PREDICTIONS)).isEqualTo(6);
    assertThat(own.better()).isEqualTo(Direction.SMALLER);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.of(" ", Direction.SMALLER, SingleLabelPredictions::size))
        .withMessage("metric \" \": blank, expected a name");
  }

  @Test
  void named_unknown_listsTheKnownOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SingleLabelMetrics.named("f1"))
        .withMessage(
            "metric \"f1\": unknown, expected one of "
                + KNOWN
                + ", or top_5_accuracy with any number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SingleLabelMetrics.named("top_0_accuracy"))
        .withMessageStartingWith("metric \"top_0_accuracy\": unknown");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegressionMetrics.named(null))
        .withMessage(
            "metric null: unknown, expected one of mean_squared_error, mean_absolute_error, r2, pearson, spearman");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MultiLabelMetrics.named("x".repeat(5000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
  }
}
