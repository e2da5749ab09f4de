package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parts of a tokenizer.json that end the JVM, never end, or fill the memory, unless refused. */
class HostileTokenizerTest {

  private static final String BERT = "bert, distilbert, electra";

  @Test
  void fileThatTheHeapCannotHold_isRefused() throws IOException {
    JsonFile.requireMemory(1_000, 6_000, "tokenizer.json");
    assertThatIOException()
        .isThrownBy(() -> JsonFile.requireMemory(1_001, 6_000, "tokenizer.json"))
        .withMessage(
            "tokenizer.json: 1001 bytes, expected at most a sixth of the heap of 6000 bytes; if"
                + " the file is right, start Java with a larger -Xmx");
  }

  @Test
  void decoder_ofWrongType_isRefused() throws IOException {
    assertRefused(
        "decoder",
        "{\"type\":\"WordPiece\",\"prefix\":1e999,\"cleanup\":true}",
        "decoder.prefix: expected a string of 0 to 16 characters, got 1e999");
    assertRefused(
        "decoder",
        "{\"type\":\"Strip\",\"content\":\" \",\"start\":0,\"stop\":1}",
        "decoder.stop: expected a whole number from 0 to 0, got 1");
    assertRefused(
        "decoder",
        "{\"type\":\"CTC\",\"pad_token\":\"a\",\"word_delimiter_token\":\"|\",\"cleanup\":true}",
        "decoder: type \"CTC\" is none that Afina runs; it knows [BPEDecoder, ByteFallback,"
            + " ByteLevel, Fuse, Metaspace, Replace, Strip, WordPiece]");
  }

  @Test
  void preTokenizer_ofNoLength_isRefused() throws IOException {
    assertRefused(
        "pre_tokenizer",
        "{\"type\":\"FixedLength\",\"length\":0}",
        "pre_tokenizer: type \"FixedLength\" is none that Afina runs; it knows [BertPreTokenizer,"
            + " ByteLevel, Digits, Metaspace, Punctuation, Split, Whitespace, WhitespaceSplit]");
  }

  @Test
  void regularExpression_thatNobodyUses_isRefused() throws IOException {
    for (String expression : new String[] {"(a+)+$", "(a|aa)+$", "\\\\s*\\\\s*\\\\s*x"}) {
      String message =
          ".pattern: regular expression "
              + expression.replace("\\\\", "\\")
              + " is none of those that known tokenizers use; Afina runs no others, because some"
              + " never end";
      assertRefused(
          "pre_tokenizer",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\""
              + expression
              + "\"},\"behavior\":\"Removed\",\"invert\":false}",
          "pre_tokenizer" + message);
      assertRefused(
          "normalizer",
          "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"" + expression + "\"},\"content\":\"\"}",
          "normalizer" + message);
    }
  }

  @Test
  void normalizer_thatGrowsTheText_isRefused() throws IOException {
    assertRefused(
        "normalizer",
        "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\""
            + "a".repeat(1_000)
            + "\"}",
        "normalizer.content: expected a string of 1 to 16 characters, got \"aaa");
    assertRefused(
        "normalizer",
        "{\"type\":\"Prepend\",\"prepend\":\"" + "a".repeat(1 << 20) + "\"}",
        "normalizer.prepend: expected a string of 1 to 16 characters, got \"aaa");
    String eightfold =
        "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaa\"}";
    assertRefused(
        "normalizer",
        "{\"type\":\"Sequence\",\"normalizers\":[" + eightfold + "," + eightfold + "]}",
        "normalizer: can make more than 32 characters of one, ");
    String nested = "{\"type\":\"NFC\"}";
    for (int i = 0; i < 6; i++) {
      nested = "{\"type\":\"Sequence\",\"normalizers\":[" + nested + "]}";
    }
    assertRefused(
        "normalizer",
        nested,
        "normalizer.normalizers[0].normalizers[0].normalizers[0].normalizers[0]: Sequence inside 4"
            + " others; that is too deep");
  }

  private static final String BPE =
      """
      {"version":"1.0","added_tokens":[],"normalizer":null,"pre_tokenizer":null,"post_processor":null,"decoder":null,
       "model":{"type":"BPE","dropout":null,"unk_token":%s,"continuing_subword_prefix":null,"end_of_word_suffix":"</w>",
       "fuse_unk":false,"byte_fallback":true,"ignore_merges":false,"merges":[],
       "vocab":{"a":0,"<0xC3>":1,"<0xA9>":2,"<0xF0>":3,"<0x9F>":4,"<0x98>":5,"<0x80>":6,"<0x3C>":7,"<0x2F>":8,"<0x77>":9,"<0x3E>":10}}}
      """;

  private static Tokenizer bpe(String unknown) throws IOException {
    return Tokenizer.load(
        Fixture.inMemory(Map.of("tokenizer.json", BPE.formatted(unknown).replace("\n", ""))));
  }

  /** The library counts the suffix of a word that falls back to bytes as a part of the text. */
  @Test
  void placesOfBytes_lieInTheText() throws IOException {
    try (Tokenizer tokenizer = bpe("null")) {
      for (String text : new String[] {"é", "aéa", "\uD83D\uDE00", "\uD83D\uDE00aé"}) {
        Encoding encoding = tokenizer.encodeWithOffsets(text, null, 99);
        assertThat(encoding.size()).isGreaterThan(1);
        for (int i = 0; i < encoding.size(); i++) {
          assertThat(encoding.start(i)).isBetween(0, encoding.end(i));
          assertThat(encoding.end(i)).isLessThanOrEqualTo(text.length());
        }
        assertThat(tokenizer.encodeWithOffsets(text, text, 99).size())
            .isEqualTo(2 * encoding.size());
      }
    }
  }

  /** The native library would fail at the first text with an unknown character. */
  @Test
  void unknownTokenThatIsEmpty_isRefused_whereSomethingCanBeUnknown() {
    assertThatIOException()
        .isThrownBy(() -> bpe("\"\""))
        .withMessage("tokenizer.json: model: unk_token \"\" is not in model.vocab");
  }

  @Test
  void unknownField_isRefused() throws IOException {
    assertRefused(
        "normalizer",
        "{\"type\":\"NFC\",\"pattern\":\"x\"}",
        "normalizer: unknown field \"pattern\"; known are [type]");
    JsonObject json = bert();
    json.addProperty("more", 1);
    assertRefused(json, "unknown member \"more\"; is it a tokenizer.json?");
  }

  @Test
  void model_ofWrongNumbers_isRefused() throws IOException {
    JsonObject word = bert();
    word.getAsJsonObject("model").addProperty("max_input_chars_per_word", 1_000_000);
    assertRefused(
        word, "model.max_input_chars_per_word: expected a whole number from 1 to 256, got 1000000");

    JsonObject dropout = SmallTokenizers.all().get("roberta");
    dropout.getAsJsonObject("model").addProperty("dropout", 0.1);
    assertRefused(
        dropout,
        "model.dropout: expected null or 0: with a dropout a text has other ids each time, got"
            + " 0.1");

    JsonObject prefix = SmallTokenizers.all().get("roberta");
    prefix.getAsJsonObject("model").addProperty("continuing_subword_prefix", "####");
    assertRefused(
        prefix,
        "model.continuing_subword_prefix: expected a string of exactly 0 characters, got \"####\"");

    JsonObject merge = SmallTokenizers.all().get("roberta");
    merge.getAsJsonObject("model").getAsJsonArray("merges").add("a z");
    assertRefused(merge, "model.merges[4]: \"az\" is not in model.vocab");

    JsonObject unknown = SmallTokenizers.all().get("deberta-v2");
    unknown.getAsJsonObject("model").add("unk_id", null);
    assertRefused(unknown, "model.unk_id: expected a whole number from 0 to 10, got null");

    JsonObject score = SmallTokenizers.all().get("deberta-v2");
    JsonArray piece = JsonParser.parseString("[\"a\", 1e999]").getAsJsonArray();
    score.getAsJsonObject("model").getAsJsonArray("vocab").set(6, piece);
    assertRefused(
        score,
        "model.vocab[6]: expected a piece of 1 to 128 characters and its score, got [\"a\",1e999]");
  }

  /** What normalization leaves nothing of is found between the bytes of a character. */
  @Test
  void addedToken_thatMayVanish_isRefused() throws IOException {
    JsonObject json = bert();
    JsonObject token = json.getAsJsonArray("added_tokens").get(4).getAsJsonObject();
    token.addProperty("content", "\u0301");
    assertRefused(
        json, "added token \"\u0301\" is normalized, and nothing then; set \"normalized\": false");
    token.addProperty("content", "\u00A0"); // it would be found at each space
    assertRefused(
        json,
        "added token \"\u00A0\" is normalized, and white space then; set \"normalized\": false");
    token.addProperty("content", "\u0301");
    token.addProperty("normalized", false);
    try (Tokenizer tokenizer = load(json)) {
      assertThat(tokenizer.encode("é\u0301e", 8).size()).isEqualTo(5);
    }
  }

  /** Where the native library normalizes, only what certainly stays is taken. */
  @Test
  void addedToken_ofSymbols_isRefused_whereAStepMayRemoveIt() throws IOException {
    String strip = "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}";
    String replace = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"€\"},\"content\":\" \"}";
    for (String symbol : new String[] {"€", "—", "±", "\u02C2", "\u2581", "\uFFFD", "\u00B4"}) {
      JsonObject json = bert();
      json.add("normalizer", steps("{\"type\":\"Nmt\"}", strip));
      json.getAsJsonArray("added_tokens").get(4).getAsJsonObject().addProperty("content", symbol);
      if ("\u2581\uFFFD\u00B4".contains(symbol)) {
        assertMayBeNothing(json, symbol);
      } else {
        try (Tokenizer tokenizer = load(json)) {
          assertThat(tokenizer.inJava()).isNull();
          assertThat(tokenizer.tokens(tokenizer.encode("a" + symbol + "b", 8)))
              .containsExactly("[CLS]", "a", symbol, "b", "[SEP]");
        }
      }
      json.add("normalizer", steps("{\"type\":\"Nmt\"}", replace, strip));
      assertMayBeNothing(json, symbol);
    }
  }

  private static JsonObject steps(String... steps) {
    JsonObject sequence = new JsonObject();
    sequence.addProperty("type", "Sequence");
    sequence.add("normalizers", JsonParser.parseString("[" + String.join(",", steps) + "]"));
    return sequence;
  }

  private static void assertMayBeNothing(JsonObject json, String token) {
    assertRefused(
        json,
        "added token \""
            + token
            + "\" is normalized, and may be nothing then; set \"normalized\": false");
  }

  @Test
  void charsmap_broken_isRefused() throws IOException {
    assertCharsmapRefused(new byte[3], "broken: its trie does not fit into its 3 bytes");
    assertCharsmapRefused(
        bytes(new int[] {1024}, ""), "broken: unit 0 points behind the trie's 1 units");
    assertCharsmapRefused(new byte[] {8, 0, 0, 0, 0, 0, 0, 0}, "its trie does not fit");

    int[] good = trie(0);
    try (Tokenizer tokenizer = load(withCharsmap(bytes(good, "bc\0")))) {
      assertThat(tokenizer.encode("b", 8).size()).isEqualTo(3);
    }
    assertCharsmapRefused(
        bytes(trie(4), "bc\0"), "broken: a replacement begins at 4, where none can begin");
    assertCharsmapRefused(
        bytes(trie(1), "é\0"), "broken: a replacement begins at 1, where none can begin");
    assertCharsmapRefused(
        bytes(good, "x".repeat(33)), "broken: a replacement has 33 characters, expected 1 to 32");
    assertCharsmapRefused(
        bytes(good, "\0"), "broken: a replacement has 0 characters, expected 1 to 32");
    int[] outside = trie(0);
    outside[256 + 'a'] = 'a' | 1 << 8 | 4096 << 10;
    assertCharsmapRefused(
        bytes(outside, "bc\0"), "broken: unit 353 points behind the trie's 768 units");
    JsonObject json = bert();
    json.add(
        "normalizer",
        JsonParser.parseString("{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"?\"}"));
    assertRefused(json, "normalizer.precompiled_charsmap: not base64: ");
  }

  @Test
  void message_ofHugeValues_isShort() throws IOException {
    String huge = "x".repeat(1 << 20);
    for (String stage : new String[] {"normalizer", "pre_tokenizer", "post_processor", "decoder"}) {
      JsonObject json = bert();
      json.getAsJsonObject(stage).addProperty("type", huge);
      assertThatIOException()
          .isThrownBy(() -> load(json))
          .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000));
    }
    JsonObject member = bert();
    member.addProperty(huge, 1);
    JsonObject token = bert();
    token.getAsJsonArray("added_tokens").get(0).getAsJsonObject().addProperty("content", huge);
    JsonObject vocab = bert();
    vocab.getAsJsonObject("model").getAsJsonObject("vocab").addProperty(huge, -1);
    for (JsonObject json : new JsonObject[] {member, token, vocab}) {
      assertThatIOException()
          .isThrownBy(() -> load(json))
          .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000));
    }
  }

  /**
   * A trie of 768 units in which "a" leads to the replacement that begins at a place: the root's
   * children begin at 256, those of "a" at 512, and the first of them is the value.
   */
  private static int[] trie(int place) {
    int[] units = new int[768];
    units[0] = 256 << 10;
    int at = 256 + 'a';
    units[at] = 'a' | 1 << 8 | (at ^ 512) << 10;
    units[512] = Integer.MIN_VALUE | place;
    return units;
  }

  private static byte[] bytes(int[] units, String replacements) {
    byte[] text = replacements.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(Integer.BYTES * (1 + units.length) + text.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(Integer.BYTES * units.length);
    for (int unit : units) {
      buffer.putInt(unit);
    }
    return buffer.put(text).array();
  }

  private static JsonObject withCharsmap(byte[] bytes) throws IOException {
    JsonObject json = bert();
    JsonObject normalizer = new JsonObject();
    normalizer.addProperty("type", "Precompiled");
    normalizer.addProperty("precompiled_charsmap", Base64.getEncoder().encodeToString(bytes));
    json.add("normalizer", normalizer);
    return json;
  }

  private static void assertCharsmapRefused(byte[] bytes, String message) throws IOException {
    JsonObject json = withCharsmap(bytes);
    assertThatIOException()
        .isThrownBy(() -> load(json))
        .withMessageStartingWith("tokenizer.json: normalizer.precompiled_charsmap: broken: ")
        .withMessageContaining(message);
  }

  private static void assertRefused(String stage, String value, String message) throws IOException {
    JsonObject json = bert();
    JsonElement element = JsonParser.parseString(value);
    json.add(stage, element);
    assertRefused(json, message);
  }

  private static void assertRefused(JsonObject json, String message) {
    assertThatIOException()
        .isThrownBy(() -> load(json))
        .withMessageStartingWith("tokenizer.json: " + message);
  }

  private static JsonObject bert() throws IOException {
    return SmallTokenizers.all().get(BERT);
  }

  private static Tokenizer load(JsonObject json) throws IOException {
    return Tokenizer.load(Fixture.inMemory(Map.of("tokenizer.json", json.toString())));
  }
}
