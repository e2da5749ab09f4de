package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainTestSplitTest {
  private static final TrainTestSplit RULE = TrainTestSplit.ofDatasets(42);

  @Test
  void ofDatasets_halfNegativeHalfPositive_isTheNotebooksSplit() {
    Dataset reviews = rows("neg", 500).concat(rows("pos", 500));

    Dataset.Split split = reviews.split(0.8, 42);

    assertThat(split.train().classCounts()).containsExactly(entry("neg", 404), entry("pos", 396));
    assertThat(split.test().classCounts()).containsExactly(entry("neg", 96), entry("pos", 104));
    assertThat(reviews.split(RULE.testShare(0.2))).isEqualTo(split);
  }

  @Test
  void generators_firstDrawsAreNumpys() {
    // numpy.random.default_rng(42).permutation(10) and numpy.random.RandomState(42).permutation(10)
    assertThat(new Pcg64(42).permutation(10)).containsExactly(5, 6, 0, 7, 3, 2, 4, 9, 1, 8);
    assertThat(new MersenneTwister(42).permutation(10))
        .containsExactly(8, 1, 5, 0, 7, 2, 9, 4, 3, 6);
  }

  @Test
  void sizes_testIsRoundedUpAndTrainDown() {
    assertSizes(RULE, 75, 25, 100);
    assertSizes(RULE.testShare(0.31), 6, 3, 9);
    assertSizes(RULE.trainShare(0.31), 2, 7, 9);
    assertSizes(RULE.testShare(0.07), 92, 8, 100); // 0.07 · 100 is 7.000000000000001
    assertSizes(RULE.trainShare(0.7), 62, 28, 90); // 0.7 · 90 is 62.99999999999999
    assertSizes(RULE.testShare(0.3), 63, 27, 90);
    assertSizes(RULE.testRows(3), 6, 3, 9);
    assertSizes(RULE.trainRows(3), 3, 6, 9);
    assertSizes(RULE.trainRows(3).testShare(0.2), 3, 2, 9);
    assertSizes(RULE.trainShare(0.8).testShare(0.2), 8, 2, 10);
  }

  @Test
  void stratified_orderOfLabelsDecidesTheRows() {
    Dataset data = rows("b", 9).concat(rows("a", 5));

    Dataset.Split sorted = data.split(RULE.stratified());

    assertThat(data.split(RULE.stratified(Labels.of("a", "b", "unseen")))).isEqualTo(sorted);
    assertThat(data.split(RULE.stratified(Labels.of("b", "a")))).isNotEqualTo(sorted);
    // Python numbers the classes as it is told; with the names swapped it draws the same rows.
    Map<String, String> swapped = Map.of("a", "b", "b", "a");
    Dataset renamed = data.map(row -> row.withLabel(swapped.get(row.label())));
    assertThat(texts(renamed.split(RULE.stratified(Labels.of("b", "a"))).train()))
        .isEqualTo(texts(sorted.train()));
  }

  @Test
  void options_leaveTheRuleUnchanged() {
    RULE.testShare(0.5).stratified();
    assertSizes(RULE, 75, 25, 100); // rows without a label
  }

  @Test
  void seed_allBitsCount() {
    Dataset data = rows("a", 50);
    assertThat(data.shuffle(1L << 48)).isNotEqualTo(data.shuffle(0));
    assertThat(data.shuffle(-1)).isNotEqualTo(data.shuffle(0xffffffffL));
  }

  @Test
  void badSizes_areRefused() {
    for (double share : new double[] {0, 1, -0.1, 20, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RULE.testShare(share))
          .withMessage(
              "test share " + share + ", expected more than 0 and less than 1, such as 0.2");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RULE.trainRows(0))
        .withMessage("train of 0 rows, expected at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows("a", 10).split(RULE.trainRows(8).testRows(3)))
        .withMessage(
            "a split of 10 rows into 8 to train on and 3 to test on; expected at least 1 in each part and 10 at most in both, give other sizes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows("a", 2).split(RULE.trainShare(0.8).testShare(0.3)))
        .withMessage("train share 0.8 and test share 0.3, expected 1 at most together");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows("a", 3).split(RULE.trainRows(Integer.MAX_VALUE).testRows(2)))
        .withMessageStartingWith("a split of 3 rows into 2147483647 to train on and 2 to test on");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows("a", 1).split(RULE))
        .withMessage("a split needs at least 2 rows, the data set has 1");
  }

  @Test
  void ofScikitLearn_stateOutOfRange_isRefused() {
    for (long state : new long[] {-1, 1L << 32}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TrainTestSplit.ofScikitLearn(state))
          .withMessage("randomState " + state + ", expected 0 to 4294967295 as in scikit-learn");
    }
  }

  @Test
  void stratified_badLabels_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> rows("a", 5).concat(Dataset.of(Example.of("t", "b"))).split(RULE.stratified()))
        .withMessage(
            "a stratified split needs 2 rows or more of each label, \"b\" has 1 (row 5, counted from 0); add one, drop it, or split without stratifying");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows("a", 5).split(RULE.stratified(Labels.of("b", "c"))))
        .withMessage(
            "row 0 (counted from 0): label \"a\", expected one of the order given: [b, c]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows("a", 5).concat(Dataset.of(Example.of("t"))).split(RULE.stratified()))
        .withMessageStartingWith("row 5 has no label");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows("a", 5).concat(rows("b", 5)).split(RULE.testRows(1).stratified()))
        .withMessage(
            "a stratified split with 1 row in its test part, expected at least 2, one per label; give that part more rows, or split without stratifying");
  }

  private static void assertSizes(TrainTestSplit rule, int train, int test, int rows) {
    Dataset data =
        Dataset.of(IntStream.range(0, rows).mapToObj(i -> Example.of("row " + i)).toList());
    Dataset.Split split = data.split(rule);
    assertThat(split.train().size()).isEqualTo(train);
    assertThat(split.test().size()).isEqualTo(test);
    assertThat(split.train().concat(split.test()).examples()).doesNotHaveDuplicates();
  }

  private static Dataset rows(String label, int count) {
    return Dataset.of(
        IntStream.range(0, count).mapToObj(i -> Example.of(label + i, label)).toList());
  }

  private static List<String> texts(Dataset data) {
    return data.stream().map(Example::text).toList();
  }
}
