package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  private static final int[] TRUTH = {0, 0, 1, 1, 2, 2, 2};
  private static final int[] PREDICTED = {0, 1, 1, 1, 2, 2, 0};
  private static final List<String> LABELS = List.of("neg", "neu", "pos");

  private final ConfusionMatrix matrix = ConfusionMatrix.of(TRUTH, PREDICTED, LABELS);

  @Test
  void count_rowIsTruthAndColumnIsPrediction() {
    assertThat(matrix.count(0, 1)).isEqualTo(1);
    assertThat(matrix.count(1, 0)).isZero();
    assertThat(matrix.count(2, 0)).isEqualTo(1);
    assertThat(matrix.count(2, 2)).isEqualTo(2);
    assertThat(matrix.classes()).isEqualTo(3);
    assertThat(matrix.total()).isEqualTo(7);
    assertThat(IntStream.range(0, 3).map(matrix::support)).containsExactly(2, 2, 3);
    assertThat(IntStream.range(0, 3).map(matrix::predicted)).containsExactly(2, 3, 2);
  }

  @Test
  void metrics_workedByHand() {
    assertThat(matrix.precision(0)).isEqualTo(1 / 2.0);
    assertThat(matrix.precision(1)).isEqualTo(2 / 3.0);
    assertThat(matrix.precision(2)).isEqualTo(2 / 2.0);
    assertThat(matrix.recall(0)).isEqualTo(1 / 2.0);
    assertThat(matrix.recall(1)).isEqualTo(2 / 2.0);
    assertThat(matrix.recall(2)).isEqualTo(2 / 3.0);
    assertThat(matrix.f1(0)).isEqualTo(2 / 4.0);
    assertThat(matrix.f1(1)).isEqualTo(4 / 5.0);
    assertThat(matrix.f1(2)).isEqualTo(4 / 5.0);

    assertThat(matrix.accuracy()).isEqualTo(5 / 7.0);
    assertThat(matrix.balancedAccuracy()).isCloseTo((1 / 2.0 + 1 + 2 / 3.0) / 3, within(1e-15));
    // (7·5 − (2·2 + 2·3 + 3·2)) / √((49 − 17)·(49 − 17)) = 19 / 32
    assertThat(matrix.matthewsCorrelation()).isEqualTo(0.59375);

    assertThat(matrix.precision(Averaging.MACRO))
        .isCloseTo((1 / 2.0 + 2 / 3.0 + 1) / 3, within(1e-15));
    assertThat(matrix.precision(Averaging.WEIGHTED))
        .isCloseTo((2 / 2.0 + 4 / 3.0 + 3) / 7, within(1e-15));
    assertThat(matrix.recall(Averaging.WEIGHTED)).isCloseTo(matrix.accuracy(), within(1e-15));
    assertThat(matrix.f1(Averaging.MACRO)).isCloseTo((0.5 + 0.8 + 0.8) / 3, within(1e-15));
    assertThat(matrix.f1(Averaging.WEIGHTED))
        .isCloseTo((2 * 0.5 + 2 * 0.8 + 3 * 0.8) / 7, within(1e-15));
  }

  @Test
  void precisionRecallF1_zeroDivision_isZero() {
    // Class 1 is never predicted, class 2 never true, class 3 neither.
    ConfusionMatrix gaps = ConfusionMatrix.of(new int[] {0, 1}, new int[] {0, 2}, 4);
    assertThat(gaps.precision(1)).isZero();
    assertThat(gaps.recall(2)).isZero();
    assertThat(gaps.precision(3)).isZero();
    assertThat(gaps.recall(3)).isZero();
    assertThat(gaps.f1(3)).isZero();
  }

  @Test
  void average_classThatNeverOccurs_isLeftOut() {
    ConfusionMatrix gaps = ConfusionMatrix.of(new int[] {0, 1}, new int[] {0, 2}, 4);
    assertThat(gaps.f1(Averaging.MACRO)).isEqualTo(1 / 3.0);
    assertThat(gaps.recall(Averaging.WEIGHTED)).isEqualTo(0.5);
  }

  @Test
  void balancedAccuracy_classThatIsNeverTrue_isLeftOut() {
    assertThat(
            ConfusionMatrix.of(new int[] {0, 0, 1, 1}, new int[] {0, 2, 1, 1}, 3)
                .balancedAccuracy())
        .isEqualTo(0.75);
  }

  @Test
  void matthewsCorrelation_oneClassOnly_isZero() {
    assertThat(ConfusionMatrix.of(new int[] {1, 1}, new int[] {1, 1}, 2).matthewsCorrelation())
        .isZero();
    assertThat(ConfusionMatrix.of(new int[] {0, 1}, new int[] {1, 1}, 2).matthewsCorrelation())
        .isZero();
  }

  @Test
  void matthewsCorrelation_twoClassesMixedUp_isMinusOne() {
    assertThat(
            ConfusionMatrix.of(new int[] {0, 1, 1}, new int[] {1, 0, 0}, 2).matthewsCorrelation())
        .isEqualTo(-1);
  }

  @Test
  void matthewsCorrelation_millionsOfTexts_doesNotOverflow() {
    int[] truth = new int[4_000_000];
    Arrays.fill(truth, truth.length / 2, truth.length, 1);
    assertThat(ConfusionMatrix.of(truth, truth, 2).matthewsCorrelation()).isEqualTo(1);
  }

  @Test
  void metrics_perfectPrediction_areOne() {
    ConfusionMatrix perfect = ConfusionMatrix.of(TRUTH, TRUTH, 5);
    assertThat(figures(perfect)).containsOnly(1.0);
  }

  @Test
  void microScores_equalAccuracy() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      ConfusionMatrix any = random(random);
      assertThat(any.f1(Averaging.MICRO)).isEqualTo(any.accuracy());
      assertThat(any.precision(Averaging.MICRO)).isEqualTo(any.accuracy());
      assertThat(any.recall(Averaging.MICRO)).isEqualTo(any.accuracy());
      assertThat(any.recall(Averaging.WEIGHTED)).isCloseTo(any.accuracy(), within(1e-12));
    }
  }

  @Test
  void permutedClasses_permuteRowsAndKeepAverages() {
    Random random = new Random(2);
    int[] to = {3, 0, 4, 1, 2};
    for (int round = 0; round < 200; round++) {
      int[] truth = random.ints(30, 0, 5).toArray();
      int[] predicted = random.ints(30, 0, 5).toArray();
      ConfusionMatrix before = ConfusionMatrix.of(truth, predicted, 5);
      ConfusionMatrix after = ConfusionMatrix.of(map(truth, to), map(predicted, to), 5);
      for (int t = 0; t < 5; t++) {
        assertThat(after.f1(to[t])).isEqualTo(before.f1(t));
        for (int p = 0; p < 5; p++) {
          assertThat(after.count(to[t], to[p])).isEqualTo(before.count(t, p));
        }
      }
      double[] expected = figures(before);
      double[] actual = figures(after);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).as("figure " + i).isCloseTo(expected[i], within(1e-12));
      }
    }
  }

  @Test
  void cohensKappa_workedByHand() {
    // by chance 2·2 + 2·3 + 3·2 = 16 of 49, right 5 of 7: (5/7 − 16/49) / (1 − 16/49) = 19/33
    assertThat(matrix.cohensKappa()).isCloseTo(19 / 33.0, within(1e-15));
    assertThat(ConfusionMatrix.of(new int[] {1, 1}, new int[] {1, 1}, 2).cohensKappa()).isNaN();
    assertThat(ConfusionMatrix.of(new int[] {0, 1}, new int[] {1, 1}, 2).cohensKappa()).isZero();
    assertThat(ConfusionMatrix.of(new int[] {0, 1}, new int[] {1, 0}, 2).cohensKappa())
        .isEqualTo(-1);
  }

  @Test
  void cohensKappa_millionsOfTexts_doesNotOverflow() {
    int[] truth = new int[4_000_000];
    Arrays.fill(truth, truth.length / 2, truth.length, 1);
    assertThat(ConfusionMatrix.of(truth, truth, 2).cohensKappa()).isEqualTo(1);
  }

  @Test
  void indexOf_label_isItsClass() {
    assertThat(matrix.indexOf("neu")).isEqualTo(1);
    assertThatThrownBy(() -> matrix.indexOf("none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label \"none\": unknown, expected one of [neg, neu, pos]");
    assertThatThrownBy(() -> matrix.indexOf(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label \"null\": unknown, expected one of [neg, neu, pos]");
  }

  @Test
  void swappedArguments_transposeAndSwapPrecisionWithRecall() {
    Random random = new Random(3);
    int[] truth = random.ints(40, 0, 4).toArray();
    int[] predicted = random.ints(40, 0, 4).toArray();
    ConfusionMatrix one = ConfusionMatrix.of(truth, predicted, 4);
    ConfusionMatrix other = ConfusionMatrix.of(predicted, truth, 4);
    for (int c = 0; c < 4; c++) {
      assertThat(other.precision(c)).isEqualTo(one.recall(c));
      assertThat(other.f1(c)).isEqualTo(one.f1(c));
    }
    assertThat(other.matthewsCorrelation()).isEqualTo(one.matthewsCorrelation());
  }

  @Test
  void equals_sameCountsAndLabels() {
    int[] reversedTruth = {2, 2, 2, 1, 1, 0, 0};
    int[] reversedPredicted = {0, 2, 2, 1, 1, 1, 0};
    ConfusionMatrix same = ConfusionMatrix.of(reversedTruth, reversedPredicted, LABELS);
    assertThat(matrix).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(matrix)
        .isNotEqualTo(ConfusionMatrix.of(TRUTH, TRUTH, LABELS))
        .isNotEqualTo(ConfusionMatrix.of(TRUTH, PREDICTED, 3))
        .isNotEqualTo(ConfusionMatrix.of(TRUTH, PREDICTED, 4));
  }

  @Test
  void labels_none_areIndices() {
    assertThat(ConfusionMatrix.of(TRUTH, PREDICTED, 3).labels()).containsExactly("0", "1", "2");
    assertThat(matrix.labels()).isEqualTo(LABELS);
  }

  @Test
  void toString_labelsHeadTheColumns() {
    assertThat(matrix)
        .hasToString(
            """
            truth \\ predicted  neg  neu  pos
            neg                  1    1    0
            neu                  0    2    0
            pos                  1    0    2""");
  }

  @Test
  void toString_labelsTooLong_indicesHeadTheColumns() {
    String name = "a label of forty characters, more or less";
    ConfusionMatrix wide =
        ConfusionMatrix.of(TRUTH, PREDICTED, List.of(name + "!", "🙂 喜び", name + "?"));
    assertThat(wide)
        .hasToString(
            """
            truth \\ predicted                             0  1  2
            0 a label of forty characters, more or less!  1  1  0
            1 🙂 喜び                                        0  2  0
            2 a label of forty characters, more or less?  1  0  2""");
  }

  @Test
  void of_lengthsDiffer_isRefused() {
    assertRefused(
        new int[] {0, 1},
        new int[] {0},
        "lengths differ: truth 2, predicted 1; give both for the same texts");
  }

  @Test
  void of_classOutOfRange_isRefused() {
    assertRefused(new int[] {0, 3}, new int[] {0, 1}, "truth[1]: 3, expected 0 to 2 for 3 classes");
    assertRefused(
        new int[] {0, 1}, new int[] {-100, 1}, "predicted[0]: -100, expected 0 to 2 for 3 classes");
  }

  @Test
  void of_emptyOrNull_isRefused() {
    assertRefused(new int[0], new int[0], "truth: empty, expected at least one class index");
    assertRefused(null, new int[1], "truth: null, expected at least one class index");
    assertRefused(new int[1], null, "predicted: null, expected at least one class index");
  }

  @Test
  void of_badLabels_areRefused() {
    assertThatThrownBy(() -> ConfusionMatrix.of(TRUTH, PREDICTED, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes: 0, expected at least 1");
    assertThatThrownBy(() -> ConfusionMatrix.of(TRUTH, PREDICTED, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels: empty, expected one name per class");
    assertThatThrownBy(() -> ConfusionMatrix.of(TRUTH, PREDICTED, (List<String>) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels: null, expected one name per class");
    assertThatThrownBy(() -> ConfusionMatrix.of(TRUTH, PREDICTED, Collections.nCopies(3, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels[0]: null, expected the name of that class");
  }

  @Test
  void count_classOutOfRange_isRefused() {
    assertThatThrownBy(() -> matrix.count(0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class: 3, expected 0 to 2 for 3 classes");
    assertThatThrownBy(() -> matrix.f1(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class: -1, expected 0 to 2 for 3 classes");
  }

  @Test
  void f1_nullAveraging_isRefused() {
    assertThatThrownBy(() -> matrix.f1(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "averaging: null, expected MICRO, MACRO or WEIGHTED; SAMPLES is for several labels per text");
  }

  private static void assertRefused(int[] truth, int[] predicted, String message) {
    assertThatThrownBy(() -> ConfusionMatrix.of(truth, predicted, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static ConfusionMatrix random(Random random) {
    int classes = 1 + random.nextInt(15);
    int n = 1 + random.nextInt(50);
    return ConfusionMatrix.of(
        random.ints(n, 0, classes).toArray(), random.ints(n, 0, classes).toArray(), classes);
  }

  private static int[] map(int[] classes, int[] to) {
    return Arrays.stream(classes).map(c -> to[c]).toArray();
  }

  private static double[] figures(ConfusionMatrix matrix) {
    return new double[] {
      matrix.accuracy(),
      matrix.balancedAccuracy(),
      matrix.matthewsCorrelation(),
      matrix.cohensKappa(),
      matrix.f1(Averaging.MACRO),
      matrix.f1(Averaging.MICRO),
      matrix.f1(Averaging.WEIGHTED),
      matrix.precision(Averaging.MACRO),
      matrix.recall(Averaging.MACRO)
    };
  }
}
