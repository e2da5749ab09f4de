package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Equality with transformers on the 2,160 texts of golden/lines.json.gz. interop/
 * golden_tokenization.py wrote the golden files.
 */
class GoldenTest {

  private static final int NO_LIMIT = 1_000_000;

  @ParameterizedTest
  @ValueSource(strings = {Fixture.UNCASED, Fixture.CASED, Fixture.MULTILINGUAL, Fixture.ROBERTA})
  void vocabularyFiles_encodeAndDecode_likeTransformers(String name) throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(name)) {
      assertGolden(tokenizer, name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Fixture.UNCASED, Fixture.CASED, Fixture.MULTILINGUAL, Fixture.ROBERTA})
  void savedTokenizerJson_encodesAndDecodes_likeTransformers(String name) throws IOException {
    Map<String, String> saved;
    try (Tokenizer tokenizer = Fixture.tokenizer(name)) {
      saved = tokenizer.files();
    }
    assertThat(saved).containsOnlyKeys("tokenizer.json", "tokenizer_config.json");
    try (Tokenizer again = Tokenizer.load(Fixture.inMemory(saved))) {
      assertGolden(again, name);
      assertThat(again.files()).isEqualTo(saved);
    }
  }

  /** The tokenizer.json that transformers writes, its vocabulary put back in. */
  @ParameterizedTest
  @ValueSource(strings = {Fixture.UNCASED, Fixture.CASED, Fixture.MULTILINGUAL, Fixture.ROBERTA})
  void tokenizerJsonOfTransformers_encodesAndDecodes_likeTransformers(String name)
      throws IOException {
    JsonObject theirs = Fixture.golden(name).getAsJsonObject("skeleton");
    JsonObject ours;
    try (Tokenizer tokenizer = Fixture.tokenizer(name)) {
      ours = JsonParser.parseString(tokenizer.files().get("tokenizer.json")).getAsJsonObject();
    }
    JsonObject model = theirs.getAsJsonObject("model");
    model.add("vocab", ours.getAsJsonObject("model").get("vocab"));
    if (model.has("merges")) {
      model.add("merges", ours.getAsJsonObject("model").get("merges"));
    }
    assertThat(ours).as("what Java makes of the vocabulary files").isEqualTo(theirs);

    Map<String, String> files = new HashMap<>();
    files.put("tokenizer.json", theirs.toString());
    try (Tokenizer tokenizer = Tokenizer.load(Fixture.inMemory(files))) {
      assertGolden(tokenizer, name);
    }
  }

  private static void assertGolden(Tokenizer tokenizer, String name) throws IOException {
    List<String> lines = Fixture.lines();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(2_000);
    assertGolden(tokenizer, lines, Fixture.golden(name));
  }

  static void assertGolden(Tokenizer tokenizer, List<String> lines, JsonObject golden) {
    assertSingles(tokenizer, lines, golden.getAsJsonArray("singles"));
    assertCuts(tokenizer, lines, golden.getAsJsonArray("cuts"));
    for (JsonElement element : golden.getAsJsonArray("pairs")) {
      assertPair(tokenizer, lines, element.getAsJsonArray());
    }
    for (JsonElement element : golden.getAsJsonArray("decoded")) {
      JsonArray decoded = element.getAsJsonArray();
      int[] ids = tokenizer.encode(lines.get(decoded.get(0).getAsInt()), NO_LIMIT).ids();
      assertThat(tokenizer.decode(ids)).isEqualTo(decoded.get(1).getAsString());
      assertThat(tokenizer.decodeWithSpecialTokens(ids)).isEqualTo(decoded.get(2).getAsString());
    }
  }

  static void assertCuts(Tokenizer tokenizer, List<String> lines, JsonArray cuts) {
    for (JsonElement element : cuts) {
      JsonArray cut = element.getAsJsonArray();
      String text = lines.get(cut.get(0).getAsInt());
      int maxTokens = cut.get(1).getAsInt();
      Encoding encoding = tokenizer.encode(text, maxTokens);
      assertThat(encoding.ids()).as("%s cut to %s", text, maxTokens).isEqualTo(ints(cut, 2));
      assertThat(encoding.truncatedTokens())
          .isEqualTo(tokenizer.encode(text, NO_LIMIT).size() - encoding.size());
    }
  }

  private static void assertSingles(Tokenizer tokenizer, List<String> lines, JsonArray singles) {
    List<Encoding> batch = tokenizer.encodeAll(lines.stream().map(TextPair::of).toList(), NO_LIMIT);
    for (int i = 0; i < lines.size(); i++) {
      String text = lines.get(i);
      JsonArray single = singles.get(i).getAsJsonArray();
      Encoding encoding = tokenizer.encodeWithOffsets(text, null, NO_LIMIT);
      assertThat(encoding.ids()).as("ids of text %s: %s", i, text).isEqualTo(ints(single, 0));
      assertThat(batch.get(i).ids()).as("batch, text %s", i).isEqualTo(encoding.ids());
      assertThat(codePointOffsets(encoding, text, null))
          .as("offsets of text %s: %s", i, text)
          .isEqualTo(ints(single, 1));
      assertThat(String.join(" ", tokenizer.tokens(encoding)))
          .as("tokens of text %s", i)
          .isEqualTo(single.get(2).getAsString());
      assertThat(encoding.typeIds()).containsOnly(0);
      assertThat(encoding.truncatedTokens()).isZero();
    }
  }

  private static void assertPair(Tokenizer tokenizer, List<String> lines, JsonArray pair) {
    String first = lines.get(pair.get(0).getAsInt());
    String second = lines.get(pair.get(1).getAsInt());
    int limit = pair.get(2).getAsInt();
    Encoding encoding = tokenizer.encodeWithOffsets(first, second, limit == 0 ? NO_LIMIT : limit);
    assertThat(encoding.ids())
        .as("ids of %s | %s | %s", first, second, limit)
        .isEqualTo(ints(pair, 3));
    int[] types = new int[encoding.size()];
    if (pair.get(4).isJsonArray()) {
      types = ints(pair, 4);
    }
    assertThat(encoding.typeIds()).isEqualTo(types);
    assertThat(codePointOffsets(encoding, first, second))
        .as("offsets of %s | %s | %s", first, second, limit)
        .isEqualTo(ints(pair, 5));
    assertThat(tokenizer.encode(first, second, limit == 0 ? NO_LIMIT : limit).ids())
        .isEqualTo(encoding.ids());
  }

  /** Our UTF-16 offsets, counted in code points as Python does. */
  private static int[] codePointOffsets(Encoding encoding, String text, String pair) {
    int[] offsets = new int[2 * encoding.size()];
    for (int i = 0; i < encoding.size(); i++) {
      if (!encoding.isSpecial(i)) {
        String own = encoding.sequence(i) == 0 ? text : pair;
        offsets[2 * i] = own.codePointCount(0, encoding.start(i));
        offsets[2 * i + 1] = own.codePointCount(0, encoding.end(i));
      }
    }
    return offsets;
  }

  private static int[] ints(JsonArray array, int at) {
    return Fixture.ints(array.get(at));
  }
}
