package dev.afina.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** A seed's rows are those of Python: interop/golden_rows.py asked datasets and scikit-learn. */
class GoldenRowsTest {

  /** The beginnings of what Python says where it refuses, and of what is said here. */
  private static final Map<String, String> REFUSALS =
      Map.of(
          "The least populated class", "a stratified split needs 2 rows or more of each label",
          "The train_size =", "a stratified split with ",
          "The test_size =", "a stratified split with ",
          "With n_samples=", "a split of ",
          "The sum of train_size", "a split of ",
          "test_size=", "a split of ",
          "train_size=", "a split of ");

  @Test
  void everyCase_rowsAndTheirOrderArePythons() throws Exception {
    Map<String, Integer> cases = new HashMap<>();
    for (String line : Files.readAllLines(DatasetFixtures.resource("/golden/rows/rows.jsonl"))) {
      JsonObject golden = JsonParser.parseString(line).getAsJsonObject();
      Dataset data = data(golden);
      if (golden.has("error")) {
        assertThatIllegalArgumentException()
            .as(line)
            .isThrownBy(() -> data.split(rule(golden)))
            .withMessageStartingWith(refusal(golden.get("error").getAsString()));
        cases.merge("refused", 1, Integer::sum);
      } else if (golden.get("call").getAsString().equals("shuffle")) {
        assertRows(line, data.shuffle(seed(golden)), golden, "rows");
        cases.merge("shuffle", 1, Integer::sum);
      } else {
        Dataset.Split split = data.split(rule(golden));
        assertRows(line, split.train(), golden, "train");
        assertRows(line, split.test(), golden, "test");
        cases.merge("split", 1, Integer::sum);
      }
    }
    assertThat(cases).isEqualTo(Map.of("shuffle", 63, "split", 505, "refused", 194));
  }

  private static TrainTestSplit rule(JsonObject golden) {
    long seed = seed(golden);
    TrainTestSplit rule =
        golden.get("call").getAsString().equals("datasets")
            ? TrainTestSplit.ofDatasets(seed)
            : TrainTestSplit.ofScikitLearn(seed);
    rule = sized(rule, golden.get("test_size"), rule::testShare, rule::testRows);
    rule = sized(rule, golden.get("train_size"), rule::trainShare, rule::trainRows);
    return golden.get("stratified").getAsBoolean() ? rule.stratified() : rule;
  }

  private static TrainTestSplit sized(
      TrainTestSplit rule,
      JsonElement size,
      Function<Double, TrainTestSplit> share,
      Function<Integer, TrainTestSplit> rows) {
    if (size == null) {
      return rule;
    }
    return size.getAsString().contains(".")
        ? share.apply(size.getAsDouble())
        : rows.apply(size.getAsInt());
  }

  private static long seed(JsonObject golden) {
    return golden.get("seed").getAsBigInteger().longValue(); // 2^63 and more turn negative
  }

  /** The text of a row is its number. */
  static Dataset data(JsonObject golden) {
    List<JsonElement> counts = golden.getAsJsonArray("counts").asList();
    int times = golden.has("times") ? golden.get("times").getAsInt() : 1;
    int[] left = new int[counts.size() * times];
    Arrays.setAll(left, c -> counts.get(c % counts.size()).getAsInt());
    JsonArray names = golden.getAsJsonArray("names");
    boolean blocks = golden.has("blocks") && golden.get("blocks").getAsBoolean();
    List<Example> rows = new ArrayList<>();
    boolean more = true;
    while (more) {
      more = false;
      for (int c = 0; c < left.length; c++) {
        for (int i = blocks ? left[c] : Math.min(1, left[c]); i > 0; i--) {
          String label = names == null ? String.valueOf(c) : names.get(c).getAsString();
          rows.add(Example.of(String.valueOf(rows.size()), label));
          left[c]--;
          more = true;
        }
      }
    }
    return Dataset.of(rows);
  }

  private static void assertRows(String line, Dataset rows, JsonObject golden, String name) {
    List<String> numbers = rows.stream().map(Example::text).toList();
    if (golden.has(name)) {
      List<String> expected =
          golden.getAsJsonArray(name).asList().stream().map(JsonElement::getAsString).toList();
      assertThat(numbers).as(line).isEqualTo(expected);
    } else {
      JsonArray digest = golden.getAsJsonArray(name + "_digest");
      CRC32 crc = new CRC32();
      crc.update(String.join(",", numbers).getBytes(US_ASCII));
      assertThat(numbers).as(line).hasSize(digest.get(0).getAsInt());
      assertThat(crc.getValue()).as(line).isEqualTo(digest.get(1).getAsLong());
    }
  }

  private static String refusal(String error) {
    return REFUSALS.entrySet().stream()
        .filter(entry -> error.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> new AssertionError("a new refusal: " + error));
  }
}
