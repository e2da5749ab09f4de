package dev.afina.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {
  private static final boolean[] TRUTH = {false, false, true, true};

  @Test
  void rocAuc_isTheShareOfPairsInOrder() {
    // 0.35 is below one of the two others: 3 of 4 pairs.
    assertThat(RankingMetrics.rocAuc(TRUTH, new double[] {0.1, 0.4, 0.35, 0.8})).isEqualTo(0.75);
    assertThat(RankingMetrics.rocAuc(TRUTH, new double[] {1, 1, 1, 1})).isEqualTo(0.5);
    assertThat(RankingMetrics.rocAuc(TRUTH, new double[] {2, 1, -1, -2})).isZero();
    assertThat(RankingMetrics.rocAuc(new boolean[] {true, true}, new double[] {1, 2})).isNaN();
    assertThat(RankingMetrics.rocAuc(new boolean[] {false}, new double[] {1})).isNaN();
  }

  @Test
  void rocAuc_equalsCountedPairsAndOrderOnlyMatters() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      boolean[] truth = new boolean[2 + random.nextInt(60)];
      double[] scores = new double[truth.length];
      for (int i = 0; i < truth.length; i++) {
        truth[i] = i == 0 || (i > 1 && random.nextBoolean()); // one of each at least
        scores[i] = random.nextInt(12); // many ties
      }
      double auc = RankingMetrics.rocAuc(truth, scores);
      assertThat(auc).isCloseTo(pairs(truth, scores), within(1e-15));
      double[] curved = Arrays.stream(scores).map(Math::exp).toArray();
      assertThat(RankingMetrics.rocAuc(truth, curved)).isEqualTo(auc);
      double[] turned = Arrays.stream(scores).map(x -> -x).toArray();
      assertThat(RankingMetrics.rocAuc(truth, turned)).isCloseTo(1 - auc, within(1e-15));
    }
  }

  /** Plain double loop over all pairs of a true and another text. */
  private static double pairs(boolean[] truth, double[] scores) {
    double won = 0;
    int all = 0;
    for (int i = 0; i < truth.length; i++) {
      for (int j = 0; j < truth.length; j++) {
        if (truth[i] && !truth[j]) {
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          all++;
        }
      }
    }
    return won / all;
  }

  @Test
  void averagePrecision_workedByHand() {
    // found at ranks 1 and 3: (1/1 + 2/3) / 2
    assertThat(RankingMetrics.averagePrecision(TRUTH, new double[] {0.1, 0.4, 0.35, 0.8}))
        .isCloseTo((1 + 2 / 3.0) / 2, within(1e-15));
    assertThat(RankingMetrics.averagePrecision(TRUTH, new double[] {1, 1, 1, 1})).isEqualTo(0.5);
    assertThat(RankingMetrics.averagePrecision(new boolean[] {false}, new double[] {1})).isZero();
    assertThat(RankingMetrics.averagePrecision(new boolean[] {true}, new double[] {1})).isOne();
  }

  @Test
  void topKAccuracy_workedByHand() {
    int[] truth = {0, 1, 2, 2};
    double[][] scores = {{0.5, 0.2, 0.3}, {0.3, 0.4, 0.3}, {0.2, 0.4, 0.4}, {0.7, 0.2, 0.1}};
    assertThat(RankingMetrics.topKAccuracy(truth, scores, 1)).isEqualTo(0.75);
    assertThat(RankingMetrics.topKAccuracy(truth, scores, 2)).isEqualTo(0.75);
    assertThat(RankingMetrics.topKAccuracy(truth, scores, 3)).isEqualTo(1);
    assertThat(RankingMetrics.topKAccuracy(truth, scores, 9)).isEqualTo(1);
    double[][] tied = {{0.5, 0.5}};
    assertThat(RankingMetrics.topKAccuracy(new int[] {0}, tied, 1)).isOne();
    assertThat(RankingMetrics.topKAccuracy(new int[] {1}, tied, 1)).isZero();
  }

  @Test
  void rocAuc_weighted_passesOverLabelsThatAreNeverTrue() {
    boolean[][] truth = {{true, false}, {false, false}};
    double[][] scores = {{0.9, 0.5}, {0.2, 0.5}};
    assertThat(RankingMetrics.rocAuc(truth, scores, Averaging.WEIGHTED)).isOne();
    assertThat(RankingMetrics.rocAuc(truth, scores, Averaging.MACRO)).isNaN();
    assertThat(
            RankingMetrics.rocAuc(
                new boolean[][] {{false}}, new double[][] {{1}}, Averaging.WEIGHTED))
        .isZero();
  }

  @Test
  void badArguments_areRefused() {
    assertRefused(
        () -> RankingMetrics.rocAuc(TRUTH, new double[] {1, 2, Double.NaN, 3}),
        "scores[2]: NaN, expected a finite number");
    assertRefused(
        () -> RankingMetrics.rocAuc(TRUTH, new double[] {1}),
        "lengths differ: truth 4, scores 1; give both for the same texts");
    assertRefused(
        () -> RankingMetrics.averagePrecision(new boolean[0], new double[0]),
        "truth: empty, expected one value per text");
    assertRefused(
        () -> RankingMetrics.averagePrecision(TRUTH, null),
        "scores: null, expected at least one number");
    int[] truth = {0, 1};
    assertRefused(
        () -> RankingMetrics.topKAccuracy(truth, new double[][] {{1, 0}, {1, 0}}, 0),
        "k: 0, expected 1 or more");
    assertRefused(
        () -> RankingMetrics.topKAccuracy(truth, new double[][] {{1, 0}, {1}}, 1),
        "scores[1]: length 1, expected 2 as in the first row");
    assertRefused(
        () ->
            RankingMetrics.rocAuc(
                truth, new double[][] {{1, 0}, {Double.POSITIVE_INFINITY, 0}}, Averaging.MACRO),
        "scores[1][0]: Infinity, expected a finite number");
    assertRefused(
        () -> RankingMetrics.rocAuc(truth, new double[][] {{1, 0}, {1, 0}}, Averaging.SAMPLES),
        "averaging: SAMPLES, expected MICRO, MACRO or WEIGHTED; SAMPLES is for several labels per text");
    assertRefused(
        () ->
            RankingMetrics.rocAuc(
                new boolean[][] {{true, false}, {true}},
                new double[][] {{1, 0}, {1, 0}},
                Averaging.MACRO),
        "truth[1]: length 1, expected 2, one per label");
    assertRefused(
        () -> RankingMetrics.rocAuc(new boolean[][] {{true}}, new double[][] {{1}}, null),
        "averaging: null, expected MICRO, MACRO, WEIGHTED or SAMPLES");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }
}
