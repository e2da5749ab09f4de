package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SingleLabelPredictionsTest {
  private static final int[] TRUTH = {0, 1, 1};
  private static final double[][] SCORES = {{0.9, 0.1}, {0.7, 0.3}, {0.5, 0.5}};
  private static final List<String> LABELS = List.of("no", "yes");

  @Test
  void predicted_isTheMostProbable_orWhatIsGiven() {
    assertThat(SingleLabelPredictions.of(TRUTH, SCORES, LABELS).predicted())
        .containsExactly(0, 0, 0);
    int[] given = {0, 1, 1};
    SingleLabelPredictions p = SingleLabelPredictions.of(TRUTH, SCORES, given, LABELS);
    given[0] = 1;
    p.predicted()[0] = 1;
    assertThat(p.predicted()).containsExactly(0, 1, 1);
    assertThat(SingleLabelMetrics.ACCURACY.of(p)).isOne();
    assertThat(SingleLabelMetrics.topKAccuracy(1).of(p)).isEqualTo(1 / 3.0);
    assertThat(p.select(2, 1, 2).predicted()).containsExactly(1, 1, 1);
  }

  @Test
  void predictedClassesThatCannotBe_areRefused() {
    assertThatThrownBy(() -> SingleLabelPredictions.of(TRUTH, SCORES, new int[] {0, 1, 2}, LABELS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("predicted");
    assertThatThrownBy(() -> SingleLabelPredictions.of(TRUTH, SCORES, new int[] {0, 1}, LABELS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("predicted");
  }
}
