package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldsTest {

  /** Golden file of interop/golden_rows.py. */
  @Test
  void folds_areScikitLearns_rowForRow() throws Exception {
    List<String> lines = Files.readAllLines(DatasetFixtures.resource("/golden/rows/folds.jsonl"));
    assertThat(lines).hasSize(21 + 24);
    for (String line : lines) {
      JsonObject golden = JsonParser.parseString(line).getAsJsonObject();
      Dataset data = GoldenRowsTest.data(golden);
      JsonArray expected = golden.getAsJsonArray("foldOfRow");
      int count = golden.get("folds").getAsInt();
      long seed = golden.get("seed").getAsLong();
      Folds folds =
          golden.has("call") ? Folds.plain(data, count, seed) : Folds.stratified(data, count, seed);
      for (int fold = 0; fold < folds.count(); fold++) {
        List<Integer> rows = new ArrayList<>();
        for (int row = 0; row < expected.size(); row++) {
          if (expected.get(row).getAsInt() == fold) {
            rows.add(row);
          }
        }
        assertThat(folds.testRows(fold)).as(line).containsExactly(rows.toArray(Integer[]::new));
        Dataset.Split split = folds.split(fold);
        assertThat(split.test().size() + split.train().size()).isEqualTo(data.size());
        assertThat(split.test()).isEqualTo(data.select(folds.testRows(fold)));
      }
      assertThat(expected.asList().stream().map(JsonElement::getAsInt).distinct())
          .hasSize(folds.count());
    }
  }

  @Test
  void fewerRowsThanFolds_areRefused() {
    Dataset data =
        Dataset.of(
            Example.of("1", "a"), Example.of("2", "a"), Example.of("3", "a"), Example.of("4", "b"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Folds.stratified(data, 2, 1))
        .withMessage(
            "folds: label \"b\" has 1 rows, expected as many as there are folds, 2; take fewer"
                + " folds, or leave its rows out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Folds.stratified(data, 1, 1))
        .withMessage("folds: expected 2 or more, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Folds.stratified(data, 2, -1))
        .withMessage("randomState -1, expected 0 to 4294967295 as in scikit-learn");
  }

  @Test
  void plainFolds_takeRowsOfEveryKind() {
    Dataset data =
        Dataset.of(
            Example.of("1").withLabels(List.of("a", "b")),
            Example.of("2").withLabels(List.of()),
            Example.of("3").withValues(4.5),
            Example.of("4", "a"),
            Example.of("5"));

    Folds folds = Folds.plain(data, 2, 7);
    assertThat(folds.testRows(0)).hasSize(3);
    assertThat(folds.testRows(1)).hasSize(2).doesNotContain(folds.testRows(0));
    assertThat(folds.splits()).hasSize(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Folds.plain(data, 6, 7))
        .withMessage(
            "folds: the data has 5 rows, expected as many rows as there are folds, 6; take fewer folds");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Folds.plain(data, 1, 7))
        .withMessage("folds: expected 2 or more, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Folds.plain(data, 2, 1L << 32))
        .withMessage("randomState 4294967296, expected 0 to 4294967295 as in scikit-learn");
  }

  @Test
  void stratification_needsSingleLabels() {
    Dataset lists = Dataset.of(Example.of("1", "a"), Example.of("2").withLabels(List.of("a", "b")));
    Dataset numbers = Dataset.of(Example.of("1").withValues(1), Example.of("2").withValues(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Folds.stratified(lists, 2, 1))
        .withMessage(
            "stratified folds: row 1 has a list of labels (counted from 0), expected a single label in each row; Folds.plain(data, folds, randomState) takes rows of every kind");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Folds.stratified(numbers, 2, 1))
        .withMessageStartingWith("stratified folds: row 0 has numbers (counted from 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lists.splitStratified(0.5, 1))
        .withMessage(
            "a stratified split: row 1 has a list of labels (counted from 0), expected a single label in each row; a split without stratified() takes rows of every kind");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> numbers.split(TrainTestSplit.ofScikitLearn(1).stratified()))
        .withMessageStartingWith("a stratified split: row 0 has numbers (counted from 0)");
    assertThat(numbers.split(0.5, 1).test().size()).isOne();
  }
}
