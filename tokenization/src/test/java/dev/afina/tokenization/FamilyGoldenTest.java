package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Equality with transformers for each family, on 354 of the texts of golden/lines.json.gz. */
class FamilyGoldenTest {

  @ParameterizedTest
  @EnumSource
  void tokenizerJson_encodesAndDecodes_likeTransformers(Family family) throws IOException {
    Map<String, byte[]> files = family.settings();
    files.put("tokenizer.json", utf8(family.tokenizerJson().toString()));
    assertGolden(family, files);
  }

  @ParameterizedTest
  @EnumSource
  void publishedFiles_encodeAndDecode_likeTransformers(Family family) throws IOException {
    assertGolden(family, family.published());
  }

  @ParameterizedTest
  @EnumSource
  void publishedFiles_becomeTheTokenizerJsonOfTransformers(Family family) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(inMemory(family.published()))) {
      JsonObject ours =
          JsonParser.parseString(tokenizer.files().get("tokenizer.json")).getAsJsonObject();
      assertThat(ours).isEqualTo(family.tokenizerJson());
    }
  }

  private static void assertGolden(Family family, Map<String, byte[]> files) throws IOException {
    JsonObject golden = family.golden();
    List<String> lines = Family.lines(golden);
    assertThat(lines).hasSizeGreaterThan(350);
    try (Tokenizer tokenizer = Tokenizer.load(inMemory(files))) {
      GoldenTest.assertGolden(tokenizer, lines, golden);
    }
    Map<String, byte[]> left = new HashMap<>(files);
    left.merge(
        "tokenizer_config.json",
        utf8("{\"truncation_side\": \"left\"}"),
        (config, side) ->
            utf8(
                new String(config, StandardCharsets.UTF_8)
                    .replaceFirst("\\{", "{\"truncation_side\": \"left\", ")));
    try (Tokenizer tokenizer = Tokenizer.load(inMemory(left))) {
      GoldenTest.assertCuts(tokenizer, lines, golden.getAsJsonArray("leftCuts"));
    }
  }

  private static TokenizerFiles inMemory(Map<String, byte[]> files) {
    return name -> Optional.ofNullable(files.get(name));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
