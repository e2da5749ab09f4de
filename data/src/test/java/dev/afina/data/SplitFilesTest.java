package dev.afina.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which files Python's datasets takes for which split: interop/golden_splits.py asked it. */
class SplitFilesTest {

  static Stream<JsonElement> cases() throws Exception {
    return JsonParser.parseString(
        Files.readString(DatasetFixtures.resource("/golden/datasets/splits.json")))
        .getAsJsonArray()
        .asList()
        .stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void files_ofEachSplit_asInPython(JsonElement element) {
    JsonObject example = element.getAsJsonObject();
    Map<String, List<String>> patterns = null;
    if (!example.get("patterns").isJsonNull()) {
      patterns = lists(example.getAsJsonObject("patterns"));
    }
    Map<String, List<String>> expected = lists(example.getAsJsonObject("splits"));
    Map<String, List<String>> splits = SplitFiles.of(strings(example.get("files")), patterns, "");
    assertThat(splits.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach(
        (split, files) -> assertThat(splits.get(split)).as(split).containsExactlyElementsOf(files));
  }

  private static Map<String, List<String>> lists(JsonObject json) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    json.entrySet().forEach(entry -> lists.put(entry.getKey(), strings(entry.getValue())));
    return lists;
  }

  private static List<String> strings(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
  }
}
