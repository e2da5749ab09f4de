package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final String KNOWN =
      "accuracy, macro_f1, micro_f1, weighted_f1, macro_precision, macro_recall, matthews_correlation, balanced_accuracy";

  @Test
  void named_eachKey_isFound() {
    assertThat(Arrays.stream(Metric.values()).map(Metric::key)).containsExactly(KNOWN.split(", "));
    for (Metric metric : Metric.values()) {
      assertThat(Metric.named(metric.key())).isSameAs(metric);
      assertThat(metric.greaterIsBetter()).isTrue();
    }
  }

  @Test
  void of_isTheMatrixsOwnValue() {
    // Chosen so that all values differ where they can.
    ConfusionMatrix matrix =
        ConfusionMatrix.of(new int[] {0, 0, 0, 1, 1, 2}, new int[] {0, 0, 1, 1, 3, 1}, 4);
    assertThat(Metric.ACCURACY.of(matrix)).isEqualTo(matrix.accuracy());
    assertThat(Metric.MACRO_F1.of(matrix)).isEqualTo(matrix.f1(Averaging.MACRO));
    assertThat(Metric.MICRO_F1.of(matrix)).isEqualTo(matrix.f1(Averaging.MICRO));
    assertThat(Metric.WEIGHTED_F1.of(matrix)).isEqualTo(matrix.f1(Averaging.WEIGHTED));
    assertThat(Metric.MACRO_PRECISION.of(matrix)).isEqualTo(matrix.precision(Averaging.MACRO));
    assertThat(Metric.MACRO_RECALL.of(matrix)).isEqualTo(matrix.recall(Averaging.MACRO));
    assertThat(Metric.MATTHEWS_CORRELATION.of(matrix)).isEqualTo(matrix.matthewsCorrelation());
    assertThat(Metric.BALANCED_ACCURACY.of(matrix)).isEqualTo(matrix.balancedAccuracy());
    assertThat(
            Arrays.stream(Metric.values())
                .mapToDouble(metric -> metric.of(matrix))
                .distinct()
                .count())
        .as("micro F1 is accuracy, the others differ")
        .isEqualTo(7);
  }

  @Test
  void named_unknown_listsTheKnownOnes() {
    assertThatThrownBy(() -> Metric.named("f1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metric \"f1\": unknown, expected one of " + KNOWN);
    assertThatThrownBy(() -> Metric.named(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metric null: unknown, expected one of " + KNOWN);
  }

  @Test
  void of_null_isRefused() {
    assertThatThrownBy(() -> Metric.ACCURACY.of(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("matrix: null, expected a ConfusionMatrix");
  }
}
