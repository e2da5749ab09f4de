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

class StratifiedFoldsTest {

  /** Golden file of interop/golden_rows.py. */
  @Test
  void folds_areScikitLearns_rowForRow() throws Exception {
    List<String> lines = Files.readAllLines(DatasetFixtures.resource("/golden/rows/folds.jsonl"));
    assertThat(lines).hasSize(21);
    for (String line : lines) {
      JsonObject golden = JsonParser.parseString(line).getAsJsonObject();
      Dataset data = GoldenRowsTest.data(golden);
      JsonArray expected = golden.getAsJsonArray("foldOfRow");
      StratifiedFolds folds =
          StratifiedFolds.of(data, golden.get("folds").getAsInt(), golden.get("seed").getAsLong());
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
        .isThrownBy(() -> StratifiedFolds.of(data, 2, 1))
        .withMessage(
            "folds: label \"b\" has 1 rows, expected as many as there are folds, 2; take fewer"
                + " folds, or leave its rows out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StratifiedFolds.of(data, 1, 1))
        .withMessage("folds: expected 2 or more, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StratifiedFolds.of(data, 2, -1))
        .withMessage("randomState -1, expected 0 to 4294967295 as in scikit-learn");
  }
}
