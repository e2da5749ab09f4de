package dev.afina;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import dev.afina.internal.decision.RankedScores;
import dev.afina.internal.decision.ThresholdWish;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RankedScoresTest {
  /**
   * From the highest down: 0.9 right, 0.8 twice (right and wrong), 0.6 right, 0.4 wrong. With one
   * more text of the label that is not among them, 4 have it, of 8.
   */
  private static final RankedScores RANKED =
      new RankedScores(
          new double[] {0.4, 0.8, 0.9, 0.6, 0.8}, new boolean[] {false, true, true, true, false});

  private static double threshold(ThresholdWish wish) {
    return RANKED.threshold(wish, "\"x\"", 4, 8, true);
  }

  private static ThresholdWish best(ThresholdMetric metric) {
    return new ThresholdWish.Best(metric::of);
  }

  @Test
  void metric_byHand() {
    // F1 of the first 1, 3, 4, 5: 2/5, 4/7, 6/8, 6/9.
    assertThat(threshold(best(ThresholdMetric.F1))).isCloseTo(0.5, within(1e-15));
    // F½: 1.25/2, 2.5/4, 3.75/5, 3.75/6.
    assertThat(threshold(best(ThresholdMetric.F_HALF))).isCloseTo(0.5, within(1e-15));
    // Right decisions: 1 + 4, 2 + 3, 3 + 3, 3 + 2 of 8.
    assertThat(threshold(best(ThresholdMetric.ACCURACY))).isCloseTo(0.5, within(1e-15));
    // Recall less the share of the others that are taken: 1/4, 2/4 − 1/4, 3/4 − 1/4, 3/4 − 2/4.
    assertThat(threshold(best(ThresholdMetric.YOUDEN))).isCloseTo(0.5, within(1e-15));
    assertThat(ThresholdMetric.F2.of(3, 1, 1, 3)).isCloseTo(15.0 / 20, within(1e-15));
  }

  @Test
  void ofEquals_theLowest() {
    RankedScores two = new RankedScores(new double[] {0.9, 0.2}, new boolean[] {true, true});
    // Accuracy counts a text that is not among the scores and lacks the label, too.
    RankedScores even =
        new RankedScores(new double[] {0.9, 0.2, 0.1}, new boolean[] {true, false, true});
    assertThat(two.threshold(best(ThresholdMetric.F1), "x", 2, 2, true)).isZero();
    assertThat(even.threshold(best(ThresholdMetric.ACCURACY), "x", 2, 3, true)).isZero();
  }

  /**
   * Five wrong ones above the only right one: it is best to take none, where the metric says so.
   */
  @Test
  void none_isTaken_whereThatIsBest() {
    RankedScores scores =
        new RankedScores(
            new double[] {0.99, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3},
            new boolean[] {false, false, false, false, false, true, false, false});
    // Right decisions: 7 of 8 without any, 6 with the first, 5, 4, 3, 2, 3, 2, 1.
    assertThat(scores.threshold(best(ThresholdMetric.ACCURACY), "x", 1, 8, true)).isOne();
    assertThat(scores.threshold(best(ThresholdMetric.ACCURACY), "x", 1, 8, false)).isOne();
    // F1 of none is 0, of the first six 2/7.
    assertThat(scores.threshold(best(ThresholdMetric.F1), "x", 1, 8, true))
        .isCloseTo(0.45, within(1e-15));
    // Youden: none 0, the first six 1 − 5/7.
    assertThat(scores.threshold(best(ThresholdMetric.YOUDEN), "x", 1, 8, true))
        .isCloseTo(0.45, within(1e-15));
    // Of 4 that have it three are not among the scores: 1/4 − 1/1 at most, and 0 without any.
    RankedScores few = new RankedScores(new double[] {0.9, 0.8}, new boolean[] {false, true});
    assertThat(few.threshold(best(ThresholdMetric.YOUDEN), "x", 4, 5, true)).isOne();
  }

  /** Taking one is as good as taking none, which is the higher threshold. */
  @Test
  void none_isNotTaken_whereSomeAreAsGood() {
    RankedScores even = new RankedScores(new double[] {0.9, 0.2}, new boolean[] {false, true});
    assertThat(even.threshold(best(ThresholdMetric.ACCURACY), "x", 1, 2, true)).isZero();
  }

  /** A score of 1 reaches every threshold, and exceeds none of 1. */
  @Test
  void aScoreOf1_reaches1() {
    RankedScores sure =
        new RankedScores(
            new double[] {1, 0.4, 0.3, 0.2}, new boolean[] {false, false, false, true});
    assertThat(sure.threshold(best(ThresholdMetric.ACCURACY), "x", 1, 9, true))
        .isCloseTo(0.7, within(1e-15));
    assertThat(sure.threshold(best(ThresholdMetric.ACCURACY), "x", 1, 9, false)).isOne();
  }

  /** A score of 0 exceeds no threshold, and reaches one of 0. */
  @Test
  void aScoreOf0_exceedsNothing() {
    RankedScores scores =
        new RankedScores(new double[] {0.8, 0.4, 0, 0}, new boolean[] {true, false, true, true});
    // F1 of the first, the first two, all: 2/4, 2/5, 6/7.
    assertThat(scores.threshold(best(ThresholdMetric.F1), "x", 3, 4, true)).isZero();
    assertThat(scores.threshold(best(ThresholdMetric.F1), "x", 3, 4, false))
        .isCloseTo(0.6, within(1e-15));
    ThresholdWish precision = new ThresholdWish.Precision(0.7); // of the first 1, of all 3/4
    assertThat(scores.threshold(precision, "x", 3, 4, true)).isZero();
    assertThat(scores.threshold(precision, "x", 3, 4, false)).isCloseTo(0.6, within(1e-15));
    ThresholdWish recall = new ThresholdWish.Recall(0.5);
    assertThat(scores.threshold(recall, "x", 3, 4, true)).isZero();
    assertThatThrownBy(() -> scores.threshold(recall, "\"x\"", 3, 4, false))
        .hasMessage(
            "label \"x\": no threshold has a recall of 0.5 on the validation data; the greatest is"
                + " 0.3333, because the other texts that have it have a probability of 0");
    RankedScores nothing = new RankedScores(new double[] {0.4, 0}, new boolean[] {false, true});
    assertThatThrownBy(() -> nothing.threshold(recall, "\"x\"", 1, 2, false))
        .hasMessage(
            "label \"x\": none of the 1 validation texts that have it has a probability over 0, so"
                + " no threshold can be chosen; give one by threshold(label, probability), or take"
                + " more rows");
  }

  /** 2/10 − 0/10 and 3/10 − 1/10 are the same, though not in binary fractions. */
  @Test
  void youden_ofEquals_theLowest() {
    assertThat(ThresholdMetric.YOUDEN.of(3, 1, 7, 9))
        .isEqualTo(ThresholdMetric.YOUDEN.of(2, 0, 8, 10))
        .isEqualTo(0.2);
    RankedScores scores =
        new RankedScores(
            new double[] {0.9, 0.8, 0.7, 0.6, 0.1}, new boolean[] {true, true, false, true, false});
    assertThat(scores.threshold(best(ThresholdMetric.YOUDEN), "x", 10, 20, true))
        .isCloseTo(0.35, within(1e-15));
    assertThat(ThresholdMetric.YOUDEN.of(0, 3, 0, 3)).isEqualTo(-0.5);
    assertThat(ThresholdMetric.YOUDEN.of(3, 0, 3, 0)).isEqualTo(0.5);
  }

  /** Of interop/golden_decisions.py, by scikit-learn's TunedThresholdClassifierCV. */
  private record Tuned(
      String name, List<Double> scores, List<Integer> truth, Map<String, List<Double>> best) {}

  private static List<Tuned> tuned() throws IOException {
    try (InputStream in =
        RankedScoresTest.class.getResourceAsStream("/golden/decisions/thresholds.json")) {
      return new Gson()
          .fromJson(
              new InputStreamReader(in, StandardCharsets.UTF_8),
              new TypeToken<List<Tuned>>() {}.getType());
    }
  }

  @ParameterizedTest
  @MethodSource("tuned")
  void metric_isScikitLearns(Tuned tuned) {
    double[] scores = tuned.scores().stream().mapToDouble(s -> s).toArray();
    boolean[] right = new boolean[scores.length];
    int having = 0;
    for (int i = 0; i < right.length; i++) {
      right[i] = tuned.truth().get(i) == 1;
      having += tuned.truth().get(i);
    }
    RankedScores ranked = new RankedScores(scores, right);
    assertThat(tuned.best()).hasSize(ThresholdMetric.values().length);
    for (ThresholdMetric metric : ThresholdMetric.values()) {
      double threshold = ranked.threshold(best(metric), "x", having, scores.length, true);
      List<Double> expected = tuned.best().get(metric.key());
      assertThat(threshold).as(metric.key()).isCloseTo(expected.get(0), within(1e-12));
      assertThat(value(metric, threshold, scores, right))
          .as(metric.key())
          .isCloseTo(expected.get(1), within(1e-12));
    }
  }

  /** Counted anew. */
  private static double value(
      ThresholdMetric metric, double threshold, double[] scores, boolean[] right) {
    int[][] counts = new int[2][2];
    for (int i = 0; i < scores.length; i++) {
      counts[right[i] ? 1 : 0][scores[i] >= threshold ? 1 : 0]++;
    }
    return metric.of(counts[1][1], counts[0][1], counts[1][0], counts[0][0]);
  }

  @Test
  void precisionAndRecall_byHand() {
    // Precision of the first 1, 3, 4, 5: 1, 2/3, 3/4, 3/5; the lowest that does it, not the first.
    assertThat(threshold(new ThresholdWish.Precision(0.7))).isCloseTo(0.5, within(1e-15));
    assertThat(threshold(new ThresholdWish.Precision(0.76))).isCloseTo(0.85, within(1e-15));
    assertThat(threshold(new ThresholdWish.Precision(0.6))).isZero();
    // Recall: 1/4, 2/4, 3/4, 3/4; the highest that does it.
    assertThat(threshold(new ThresholdWish.Recall(0.25))).isCloseTo(0.85, within(1e-15));
    assertThat(threshold(new ThresholdWish.Recall(0.3))).isCloseTo(0.7, within(1e-15));
    assertThat(threshold(new ThresholdWish.Recall(0.75))).isCloseTo(0.5, within(1e-15));
  }

  @Test
  void whatCannotBeReached_isSaid_withWhatCan() {
    assertThatThrownBy(() -> threshold(new ThresholdWish.Recall(0.8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "label \"x\": no threshold has a recall of 0.8 on the validation data; the greatest is"
                + " 0.7500, because the other texts that have it are predicted as other labels");
    RankedScores wrongFirst =
        new RankedScores(new double[] {0.9, 0.8, 0.7}, new boolean[] {false, true, true});
    assertThatThrownBy(
            () -> wrongFirst.threshold(new ThresholdWish.Precision(0.99), "\"x\"", 4, 9, true))
        .hasMessage(
            "label \"x\": no threshold has a precision of 0.99 on the validation data; the greatest"
                + " is 0.6667, with a recall of 0.5000");
    RankedScores none = new RankedScores(new double[] {0.9}, new boolean[] {false});
    assertThatThrownBy(() -> none.threshold(best(ThresholdMetric.F1), "\"x\"", 0, 9, true))
        .hasMessage(
            "label \"x\": none of the 9 validation texts has it, so no threshold can be chosen;"
                + " give one by threshold(label, probability), or take more rows");
    assertThatThrownBy(() -> none.threshold(best(ThresholdMetric.F1), "\"x\"", 2, 9, true))
        .hasMessage(
            "label \"x\": none of the 2 validation texts that have it is predicted as it, so no"
                + " threshold can be chosen; give one by threshold(label, probability), or take"
                + " more rows");
    assertThatThrownBy(() -> wrongFirst.leastWithError(0.02, 5))
        .hasMessage(
            "error: no confidence has an error of at most 0.02 on the validation data; the least is"
                + " 0.3333, at which 3 of the 5 texts are decided");
  }

  @Test
  void error_takesAsManyAsItCan() {
    // Wrong among the first 1, 3, 4, 5: 0, 1/3, 1/4, 2/5.
    assertThat(RANKED.leastWithError(0, 8).orElseThrow()).isCloseTo(0.85, within(1e-15));
    assertThat(RANKED.leastWithError(0.25, 8).orElseThrow()).isCloseTo(0.5, within(1e-15));
    assertThat(RANKED.leastWithError(0.4, 8).orElseThrow()).isZero();
    assertThat(new RankedScores(new double[0], new boolean[0]).leastWithError(0, 8)).isEmpty();
  }

  /** Two scores without a number between them: the one above reaches it, the one below is under. */
  @Test
  void neighbours_areStillTold() {
    double low = 0.5;
    double high = Math.nextUp(low);
    RankedScores close = new RankedScores(new double[] {high, low}, new boolean[] {true, false});
    assertThat(close.threshold(new ThresholdWish.Precision(1), "x", 1, 2, true)).isEqualTo(high);
    assertThat(close.threshold(new ThresholdWish.Precision(1), "x", 1, 2, false)).isEqualTo(low);
  }
}
