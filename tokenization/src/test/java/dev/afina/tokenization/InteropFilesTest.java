package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Saves tokenizers into target/interop with what they encode; interop/check_tokenization.py opens
 * them in transformers and compares. Here: what was saved opens again and encodes the same.
 */
class InteropFilesTest {

  private static final Path INTEROP = Path.of("target", "interop");
  private static final int PAIR_LIMIT = 24;

  @Test
  void save_goldenVocabularies() throws IOException {
    for (String name : List.of(Fixture.UNCASED, Fixture.CASED, Fixture.MULTILINGUAL)) {
      save(name, Fixture.vocabulary(name), "BertTokenizer");
    }
    save(Fixture.ROBERTA, Fixture.vocabulary(Fixture.ROBERTA), "RobertaTokenizer");
  }

  /** Made of vocabulary files; each is opened by the class of its family. */
  @ParameterizedTest
  @CsvSource({
    "XLM_ROBERTA, XLMRobertaTokenizer",
    "CAMEMBERT, CamembertTokenizer",
    "ALBERT, AlbertTokenizer",
    "ALBERT_CASED, AlbertTokenizer",
    "DEBERTA_V2, DebertaV2Tokenizer",
    "DEBERTA_V2_PUNCTUATION, DebertaV2Tokenizer",
    "MPNET, MPNetTokenizer",
    "DEBERTA, DebertaTokenizer",
    "MODERNBERT, TokenizersBackend"
  })
  void save_families(Family family, String pythonClass) throws IOException {
    Map<String, byte[]> files = family.published();
    save(
        "family-" + family.name().toLowerCase(Locale.ROOT),
        name -> Optional.ofNullable(files.get(name)),
        pythonClass);
  }

  /** A pipeline that only transformers 4 built: the generic class opens it as it is written. */
  @Test
  void save_familyOfOld() throws IOException {
    JsonObject json = Family.DEBERTA_V2.tokenizerJson();
    json.add("normalizer", ComponentJson.precompiled(Family.charsmap()));
    save(
        "family-of-old",
        Fixture.inMemory(
            Map.of(
                "tokenizer.json",
                json.toString(),
                "config.json",
                "{\"model_type\": \"deberta-v2\"}")),
        "TokenizersBackend");
  }

  /** Switches that are not the defaults of transformers. */
  @Test
  void save_switches() throws IOException {
    save(
        "bert-keeps-accents",
        with(
            Fixture.UNCASED,
            "tokenizer_config.json",
            "{\"strip_accents\": false, \"tokenize_chinese_chars\": false, \"model_max_length\":"
                + " 512, \"tokenizer_class\": \"DistilBertTokenizer\"}"),
        "DistilBertTokenizer");
    save(
        "roberta-prefix-space",
        with(
            Fixture.ROBERTA,
            "tokenizer_config.json",
            "{\"add_prefix_space\": true, \"trim_offsets\": false}"),
        "RobertaTokenizer");
  }

  /** A lone tokenizer.json that truncates and pads to 128, as the one of MiniLM does. */
  @Test
  void save_loneTokenizerJson() throws IOException {
    JsonObject json = tokenizerJson(Fixture.UNCASED);
    json.add(
        "truncation",
        JsonParser.parseString(
            "{\"direction\":\"Right\",\"max_length\":128,\"strategy\":\"LongestFirst\",\"stride\":0}"));
    json.add(
        "padding",
        JsonParser.parseString(
            "{\"strategy\":{\"Fixed\":128},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}"));
    save(
        "lone-tokenizer-json",
        Fixture.inMemory(Map.of("tokenizer.json", json.toString())),
        "BertTokenizer");
  }

  /**
   * A cased tokenizer.json without do_lower_case beside it, which transformers would lower-case.
   */
  @Test
  void save_loneCasedTokenizerJson() throws IOException {
    JsonObject json = tokenizerJson(Fixture.CASED);
    save(
        "lone-cased", Fixture.inMemory(Map.of("tokenizer.json", json.toString())), "BertTokenizer");
  }

  /** A pipeline that BertTokenizer does not build: both must open it by the generic class. */
  @Test
  void save_unusualPipeline() throws IOException {
    JsonObject json = tokenizerJson(Fixture.UNCASED);
    json.add(
        "normalizer",
        JsonParser.parseString(
            "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKC\"},{\"type\":\"Lowercase\"}]}"));
    Map<String, String> files = new LinkedHashMap<>();
    files.put("tokenizer.json", json.toString());
    files.put("tokenizer_config.json", "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    files.put("config.json", "{\"model_type\": \"bert\"}");
    save("unusual-pipeline", Fixture.inMemory(files), "TokenizersBackend");
  }

  private static void save(String name, TokenizerFiles files, String pythonClass)
      throws IOException {
    List<String> lines = Fixture.lines();
    Path folder = INTEROP.resolve(name);
    JsonObject java = new JsonObject();
    try (Tokenizer tokenizer = Tokenizer.load(files)) {
      tokenizer.save(folder);
      java.addProperty("class", pythonClass);
      java.add("ids", new JsonArray());
      java.add("pairs", new JsonArray());
      List<TextPair> texts = lines.stream().map(TextPair::of).toList();
      for (Encoding encoding : tokenizer.encodeAll(texts, Integer.MAX_VALUE)) {
        java.getAsJsonArray("ids").add(array(encoding));
      }
      for (int i = 0; i + 1 < lines.size(); i++) {
        java.getAsJsonArray("pairs")
            .add(array(tokenizer.encode(lines.get(i), lines.get(i + 1), PAIR_LIMIT)));
      }
      JsonObject special = new JsonObject();
      add(special, "pad", tokenizer.specialTokens().pad());
      add(special, "cls", tokenizer.specialTokens().cls());
      add(special, "sep", tokenizer.specialTokens().sep());
      add(special, "unk", tokenizer.specialTokens().unk());
      add(special, "mask", tokenizer.specialTokens().mask());
      java.add("special", special);
      try (Tokenizer again = Tokenizer.load(folder)) {
        assertThat(again.files()).isEqualTo(tokenizer.files());
        assertThat(again.encodeAll(texts, 64)).isEqualTo(tokenizer.encodeAll(texts, 64));
        assertThat(again.modelMaxLength()).isEqualTo(tokenizer.modelMaxLength());
      }
    }
    Files.writeString(folder.resolve("java.json"), java.toString());
  }

  private static void add(JsonObject special, String role, OptionalInt id) {
    id.ifPresent(value -> special.addProperty(role, value));
  }

  private static JsonArray array(Encoding encoding) {
    JsonArray array = new JsonArray();
    for (int i = 0; i < encoding.size(); i++) {
      array.add(encoding.id(i));
    }
    return array;
  }

  private static JsonObject tokenizerJson(String name) throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(name)) {
      return JsonParser.parseString(tokenizer.files().get("tokenizer.json")).getAsJsonObject();
    }
  }

  private static TokenizerFiles with(String vocabulary, String name, String content)
      throws IOException {
    TokenizerFiles files = Fixture.vocabulary(vocabulary);
    TokenizerFiles more = Fixture.inMemory(Map.of(name, content));
    return asked -> asked.equals(name) ? more.read(asked) : files.read(asked);
  }
}
