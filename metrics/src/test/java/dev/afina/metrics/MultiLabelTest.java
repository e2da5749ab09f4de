package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MultiLabelTest {
  private static final List<String> LABELS = List.of("joy", "anger");
  private static final boolean[][] TRUTH = {{true, false}, {true, true}, {false, false}};
  private static final double[][] PROBABILITIES = {{0.9, 0.6}, {0.5, 0.7}, {0.1, 0.2}};

  private final MultiLabelPredictions predictions =
      MultiLabelPredictions.of(TRUTH, PROBABILITIES, 0.5, LABELS); // 0.5 is not over 0.5
  private final MultiLabelMatrix matrix = predictions.matrix();

  @Test
  void figures_workedByHand() {
    assertThat(matrix.total()).isEqualTo(3);
    assertThat(matrix.truePositives(0)).isEqualTo(1);
    assertThat(matrix.support(0)).isEqualTo(2);
    assertThat(matrix.predicted(1)).isEqualTo(2);
    assertThat(matrix.subsetAccuracy()).isEqualTo(1 / 3.0); // the last text, which has none
    assertThat(matrix.hammingLoss()).isEqualTo(2 / 6.0);
    assertThat(matrix.precision(0)).isOne();
    assertThat(matrix.recall(0)).isEqualTo(0.5);
    assertThat(matrix.f1(1)).isEqualTo(2 / 3.0);
    assertThat(matrix.precision(Averaging.MICRO)).isEqualTo(2 / 3.0);
    assertThat(matrix.precision(Averaging.MACRO)).isEqualTo(0.75);
    assertThat(matrix.precision(Averaging.WEIGHTED)).isCloseTo((2 + 0.5) / 3, within(1e-15));
    assertThat(matrix.precision(Averaging.SAMPLES)).isCloseTo((0.5 + 1 + 0) / 3, within(1e-15));
    assertThat(matrix.recall(Averaging.SAMPLES)).isCloseTo((1 + 0.5 + 0) / 3, within(1e-15));
    assertThat(matrix.f1(Averaging.SAMPLES)).isCloseTo((2 / 3.0 + 2 / 3.0 + 0) / 3, within(1e-15));
  }

  @Test
  void threshold_decidesWhatIsPredicted() {
    assertThat(MultiLabelPredictions.of(TRUTH, PROBABILITIES, 0.4, LABELS).matrix().recall(0))
        .isOne();
    assertThat(MultiLabelPredictions.of(TRUTH, PROBABILITIES, 1, LABELS).matrix().predicted(0))
        .isZero();
    assertThat(predictions.select(1, 1).matrix().predicted(0)).isZero();
    assertThat(predictions.select(1, 1).thresholds()).containsOnly(0.5);
  }

  @Test
  void report_isThatOfItsJavadoc() {
    assertThat(matrix.report())
        .hasToString(
            """
                          precision    recall  f1-score   support

                     joy       1.00      0.50      0.67         2
                   anger       0.50      1.00      0.67         1

               micro avg       0.67      0.67      0.67         3
               macro avg       0.75      0.75      0.67         3
            weighted avg       0.83      0.67      0.67         3
             samples avg       0.50      0.50      0.44         3
            """);
  }

  @Test
  void of_laterChangeOfTheArrays_isNotSeen() {
    boolean[][] truth = {{true}};
    double[][] probabilities = {{0.9}};
    MultiLabelPredictions kept = MultiLabelPredictions.of(truth, probabilities, 0.5, List.of("a"));
    truth[0][0] = false;
    probabilities[0][0] = 0;
    kept.truth()[0][0] = false;
    kept.probabilities()[0][0] = 0;
    assertThat(kept.truth()[0][0]).isTrue();
    assertThat(MultiLabelMetrics.AVERAGE_PRECISION.of(kept.select(0))).isOne();
  }

  @Test
  void badArguments_areRefused() {
    assertRefused(
        () -> MultiLabelPredictions.of(TRUTH, PROBABILITIES, Double.NaN, LABELS),
        "threshold: NaN, expected 0 to 1");
    assertRefused(
        () -> MultiLabelPredictions.of(TRUTH, PROBABILITIES, 0.5, List.of("a")),
        "truth[0]: length 2, expected 1, one per label");
    assertRefused(
        () -> MultiLabelPredictions.of(TRUTH, new double[][] {{0.1}, {0.1}, {0.1}}, 0.5, LABELS),
        "labels: 2, expected 1, one per label of probabilities");
    assertRefused(
        () ->
            MultiLabelPredictions.of(
                TRUTH, new double[][] {{0.1, 3}, {0.1, 0}, {0.1, 0}}, 0.5, LABELS),
        "probabilities[0][1]: 3.0, expected 0 to 1; give probabilities, not logits");
    assertRefused(
        () -> MultiLabelMatrix.of(TRUTH, new boolean[][] {{true, true}}, LABELS),
        "lengths differ: truth 3, predicted 1; give both for the same texts");
    assertRefused(() -> matrix.f1(2), "label: 2, expected 0 to 1 for 2 classes");
    assertRefused(() -> predictions.select(), "texts: empty, expected at least one");
    assertRefused(() -> predictions.select(0, 3), "texts[1]: 3, expected 0 to 2");
    assertRefused(
        () -> matrix.f1((Averaging) null),
        "averaging: null, expected MICRO, MACRO, WEIGHTED or SAMPLES");
    assertRefused(() -> matrix.report().digits(-1), "digits: -1, expected 0 or more");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }
}
