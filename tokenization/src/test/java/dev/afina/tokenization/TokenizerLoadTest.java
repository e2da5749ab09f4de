package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small vocabularies and broken ones: what the files mean, and what is said when they lie. */
class TokenizerLoadTest {

  private static final String VOCAB = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nÉ\ne\n##b\n中\n";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String JSON = "tokenizer.json";

  @Test
  void vocabTxt_alone_lowerCases() throws IOException {
    try (Tokenizer tokenizer = load("vocab.txt", VOCAB)) {
      assertThat(tokenizer.tokens(tokenizer.encode("AB É", 8)))
          .containsExactly("[CLS]", "a", "##b", "e", "[SEP]");
      assertThat(tokenizer.vocabularySize()).isEqualTo(11);
      assertThat(tokenizer.modelMaxLength()).isEqualTo(Integer.MAX_VALUE);
    }
  }

  @Test
  void namedLibraryThatIsNotThere_isRefused(@TempDir Path folder) throws IOException {
    String library = System.mapLibraryName("tokenizers");
    assertThatIllegalStateException()
        .isThrownBy(() -> RustLibrary.requireThere(folder.toString()))
        .withMessage(
            "the tokenizers cannot be loaded: RUST_LIBRARY_PATH=\"%s\": expected %s or a folder"
                + " with it, there is none; without RUST_LIBRARY_PATH the library of the jars is"
                + " loaded",
            folder, library);
    Path file = Files.writeString(folder.resolve(library), "");
    RustLibrary.requireThere(folder.toString());
    RustLibrary.requireThere(file.toString());
  }

  @Test
  void vocabTxt_switches() throws IOException {
    String config =
        "{\"do_lower_case\": false, \"strip_accents\": false, \"tokenize_chinese_chars\": false,"
            + " \"model_max_length\": 512}";
    try (Tokenizer tokenizer = load("vocab.txt", VOCAB, CONFIG, config)) {
      assertThat(tokenizer.tokens(tokenizer.encode("a A É b中", 16)))
          .containsExactly("[CLS]", "a", "[UNK]", "É", "[UNK]", "[SEP]");
      assertThat(tokenizer.modelMaxLength()).isEqualTo(512);
    }
  }

  @Test
  void vocabTxt_lineEndings() throws IOException {
    try (Tokenizer unix = load("vocab.txt", VOCAB);
        Tokenizer windows = load("vocab.txt", VOCAB.replace("\n", "\r\n"));
        Tokenizer unended = load("vocab.txt", VOCAB.strip())) {
      assertThat(windows.files()).isEqualTo(unix.files());
      assertThat(unended.files()).isEqualTo(unix.files());
    }
  }

  @Test
  void vocabTxt_otherSpecialTokens() throws IOException {
    String vocab = "<pad>\n<unk>\n<s>\n</s>\na\n";
    String map =
        "{\"pad_token\": \"<pad>\", \"unk_token\": {\"content\": \"<unk>\", \"lstrip\": false},"
            + " \"cls_token\": \"<s>\", \"sep_token\": \"</s>\"}";
    try (Tokenizer tokenizer = load("vocab.txt", vocab, "special_tokens_map.json", map)) {
      assertThat(tokenizer.encode("a z", 8).ids()).containsExactly(2, 4, 1, 3);
      assertThat(tokenizer.specialTokens().cls()).hasValue(2);
      assertThat(tokenizer.specialTokens().unk()).hasValue(1);
      assertThat(tokenizer.specialTokens().mask()).isEmpty();
    }
  }

  @Test
  void vocabTxt_addedTokens() throws IOException {
    try (Tokenizer old = load("vocab.txt", VOCAB, "added_tokens.json", "{\"[NEW]\": 11}");
        Tokenizer recent =
            load(
                "vocab.txt",
                VOCAB,
                CONFIG,
                "{\"added_tokens_decoder\": {\"11\": {\"content\": \"[new]\", \"special\":"
                    + " true}}}")) {
      assertThat(old.encode("a[NEW]b", 8).size()).isEqualTo(5);
      assertThat(recent.encode("a[new]b", 8).ids()).containsExactly(2, 5, 11, 6, 3);
      assertThat(old.vocabularySize()).isEqualTo(12);
      assertThat(recent.decode(new int[] {5, 11, 6})).isEqualTo("a b");
    }
  }

  @Test
  void vocabTxt_withoutSpecialToken_isRefused() {
    assertBroken(
        "vocab.txt: no token \"[SEP]\", which is this tokenizer's sep_token; tokenizer_config.json"
            + " can name another one",
        "vocab.txt",
        "[PAD]\n[UNK]\n[CLS]\na\n");
  }

  /**
   * As the tokenizers library reads it: of equal lines the last counts, spaces at the end do not.
   */
  @Test
  void vocabTxt_equalLinesAndSpacesAtTheEnd() throws IOException {
    String rows = "{\"model_type\": \"bert\", \"vocab_size\": 40}";
    try (Tokenizer twice = load("vocab.txt", VOCAB + "a\n\n\n", "config.json", rows);
        Tokenizer spaces = load("vocab.txt", VOCAB.replace("a\n", "a \t\u00a0\u3000\r\n"))) {
      assertThat(twice.encode("a b", 8).ids()).containsExactly(2, 11, 6, 3);
      assertThat(spaces.encode("a b", 8).ids()).containsExactly(2, 5, 6, 3);
    }
    // A new token would get the id of the last line: in transformers two tokens have one id then.
    assertBroken(
        "added_tokens.json: token \"[NEW]\" has id 12, but by the vocabulary of 11 tokens and the"
            + " tokens added to it, it is 11",
        "vocab.txt",
        VOCAB + "a\n",
        "config.json",
        rows,
        "added_tokens.json",
        "{\"[NEW]\": 12}");
    assertThatIOException()
        .isThrownBy(
            () ->
                load(
                    "vocab.txt",
                    VOCAB + "a\n",
                    "config.json",
                    rows,
                    "added_tokens.json",
                    "{\"[NEW]\": 11}"))
        .withMessageEndingWith("have the same id 11");
  }

  @Test
  void vocabTxt_otherLineBreaks_areNone() throws IOException {
    String vocab = VOCAB.replace("a\n", "x\u2028y\na\n");
    try (Tokenizer tokenizer = load("vocab.txt", vocab)) {
      assertThat(tokenizer.encode("a b", 8).ids()).containsExactly(2, 6, 7, 3);
    }
    assertBroken(
        "vocab.txt: no token \"[PAD]\", which is this tokenizer's pad_token; tokenizer_config.json"
            + " can name another one",
        "vocab.txt",
        VOCAB.replace("\n", "\r"));
  }

  @Test
  void vocabTxt_byteOrderMark_isRefused() {
    assertBroken(
        "vocab.txt: begins with a byte order mark, which would be a part of its first token; save"
            + " it without one",
        "vocab.txt",
        "\uFEFF" + VOCAB);
  }

  @Test
  void vocabTxt_empty_isRefused() {
    assertBroken("vocab.txt: empty; expected one token a line", "vocab.txt", "");
  }

  @Test
  void vocabTxt_ofAnotherModel_isRefused() {
    assertBroken(
        "vocab.txt: read as BERT's WordPiece, but config.json says model_type \"funnel\"; save a"
            + " tokenizer.json with transformers (AutoTokenizer…save_pretrained) beside it",
        "vocab.txt",
        VOCAB,
        "config.json",
        "{\"model_type\": \"funnel\"}");
  }

  @Test
  void vocabTxt_notUtf8_isRefused() {
    TokenizerFiles files =
        name ->
            name.equals("vocab.txt")
                ? Optional.of(VOCAB.getBytes(StandardCharsets.ISO_8859_1))
                : Optional.empty();
    assertThatIOException()
        .isThrownBy(() -> Tokenizer.load(files))
        .withMessage("vocab.txt: not UTF-8; save it as UTF-8");
  }

  @Test
  void merges_broken_areRefused() {
    String vocab = "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"a\":4,\"b\":5,\"ab\":6}";
    assertBroken(
        "merges.txt line 3: \"abc\", expected two pieces with one space between them",
        "vocab.json",
        vocab,
        "merges.txt",
        "#version: 0.2\na b\nabc\n");
    assertBroken(
        "merges.txt line 2: \"ba\" is not in vocab.json; do the two files belong together?",
        "vocab.json",
        vocab,
        "merges.txt",
        "#version: 0.2\nb a\n");
    assertBroken(
        "vocab.json: no token \"<pad>\", which is this tokenizer's pad_token;"
            + " tokenizer_config.json can name another one",
        "vocab.json",
        vocab.replace("<pad>", "pad"),
        "merges.txt",
        "a b\n");
    assertBroken(
        "vocab.json: token \"b\" has id 50, but there are only 7 tokens",
        "vocab.json",
        vocab.replace("\"b\":5", "\"b\":50"),
        "merges.txt",
        "a b\n");
    assertBroken(
        "vocab.json: token \"b\" has \"x\" for its id",
        "vocab.json",
        vocab.replace("\"b\":5", "\"b\":\"x\""),
        "merges.txt",
        "a b\n");
    assertBroken(
        "no tokenizer: expected tokenizer.json, or vocab.txt, or vocab.json with merges.txt;"
            + " merges.txt is missing",
        "vocab.json",
        vocab);
  }

  @Test
  void byteLevelBpe_small_merges() throws IOException {
    String vocab = "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"a\":4,\"b\":5,\"ab\":6}";
    try (Tokenizer tokenizer = load("vocab.json", vocab, "merges.txt", "#version: 0.2\na b\n")) {
      assertThat(tokenizer.encode("abba", 8).ids()).containsExactly(0, 6, 5, 4, 2);
    }
  }

  @Test
  void tokenizerJson_brokenJson_isRefused() {
    for (String broken : new String[] {"{\"a\": ", "", "{'a': 1}", "{\"a\": 1} x", "{\"a\": 01}"}) {
      assertThatIOException()
          .isThrownBy(() -> load(JSON, broken))
          .withMessageStartingWith("tokenizer.json: broken JSON: ");
    }
    assertBroken("tokenizer.json: a JSON object was expected, got an array", JSON, "[]");
    assertBroken("tokenizer.json: no model.vocab; is it a tokenizer.json?", JSON, "{}");
    assertThatIOException()
        .isThrownBy(() -> load(JSON, small().toString(), CONFIG, "{"))
        .withMessageStartingWith("tokenizer_config.json: broken JSON: End of input at line 1");
  }

  @Test
  void tokenizerJson_unknownComponent_isNamed() throws IOException {
    JsonObject json = small();
    json.getAsJsonObject("pre_tokenizer").addProperty("type", "NoSuchPreTokenizer");
    assertThatIOException()
        .isThrownBy(() -> load(JSON, json.toString()))
        .withMessage(
            "tokenizer.json: pre_tokenizer: type \"NoSuchPreTokenizer\" is none that Afina runs; it"
                + " knows [BertPreTokenizer, ByteLevel, Digits, Metaspace, Punctuation, Split,"
                + " Whitespace, WhitespaceSplit]");
  }

  @Test
  void tokenizerJson_idsBeyondTheVocabulary_areRefused() throws IOException {
    JsonObject high = small();
    high.getAsJsonObject("model").getAsJsonObject("vocab").addProperty("a", 4000);
    assertBroken(
        "tokenizer.json: token \"a\" has id 4000, but there are only 11 tokens",
        JSON,
        high.toString());

    assertBroken(
        "tokenizer.json: token \"中\" has id 10, but config.json says vocab_size 10",
        JSON,
        small().toString(),
        "config.json",
        "{\"vocab_size\": 10}");

    JsonObject negative = small();
    negative.getAsJsonObject("model").getAsJsonObject("vocab").addProperty("a", -1);
    assertBroken(
        "tokenizer.json: token \"a\" has id -1, expected a whole number from 0 up",
        JSON,
        negative.toString());

    JsonObject twice = small();
    twice.getAsJsonObject("model").getAsJsonObject("vocab").addProperty("b", 5);
    assertThatIOException()
        .isThrownBy(() -> load(JSON, twice.toString()))
        .withMessageContaining("have the same id 5");

    JsonObject added = small();
    added.getAsJsonArray("added_tokens").add(addedToken(99, "[NEW]"));
    assertBroken(
        "tokenizer.json: added token \"[NEW]\" has id 99, but by the vocabulary of 11 tokens and"
            + " the tokens added to it, it is 11",
        JSON,
        added.toString());

    JsonObject template = small();
    JsonArray ids = new JsonArray();
    ids.add(11);
    template
        .getAsJsonObject("post_processor")
        .getAsJsonObject("special_tokens")
        .getAsJsonObject("[SEP]")
        .add("ids", ids);
    assertBroken(
        "tokenizer.json: post_processor.special_tokens.[SEP]: special token [SEP] has id 11, but"
            + " ids end at 10",
        JSON,
        template.toString());
  }

  /** A dropout of 0 is none, however it is spelled. */
  @Test
  void tokenizerJson_dropoutOfZero_isNone() throws IOException {
    for (String zero : new String[] {"0", "0.0", "-0.0", "0e0", "0.000"}) {
      JsonObject json = SmallTokenizers.all().get("roberta");
      json.getAsJsonObject("model").add("dropout", JsonParser.parseString(zero));
      try (Tokenizer tokenizer = load(JSON, json.toString())) {
        int[] ids = tokenizer.encode("ab ab", 8).ids();
        assertThat(tokenizer.tokens(tokenizer.encode("ab ab", 8)))
            .as(zero)
            .containsExactly("<s>", "ab", "Ġab", "</s>");
        assertThat(tokenizer.decode(ids)).isEqualTo("ab ab");
        assertThat(tokenizer.oracle().encode("ab ab", null, false).ids()).isEqualTo(ids);
        assertThat(tokenizer.files().get(JSON)).contains("\"dropout\":null");
      }
    }
  }

  @Test
  void tokenizerJson_gapInTheIds_isFineWhenConfigJsonCoversIt() throws IOException {
    JsonObject gap = small();
    gap.getAsJsonObject("model").getAsJsonObject("vocab").addProperty("中", 20);
    try (Tokenizer tokenizer = load(JSON, gap.toString(), "config.json", "{\"vocab_size\": 30}")) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(21);
      assertThat(tokenizer.encode("中", 8).ids()).containsExactly(2, 20, 3);
    }
  }

  /** Each of these would end the JVM at the first text. */
  @Test
  void tokenizerJson_templateIntoNothing_isRefused() throws IOException {
    JsonObject unlisted = small();
    unlisted.getAsJsonObject("post_processor").getAsJsonObject("special_tokens").remove("[SEP]");
    assertThatIOException()
        .isThrownBy(() -> load(JSON, unlisted.toString()))
        .withMessage(
            "tokenizer.json: post_processor.single[2].SpecialToken: uses \"[SEP]\", which"
                + " special_tokens does not list");

    JsonObject pairInSingle = small();
    pairInSingle
        .getAsJsonObject("post_processor")
        .getAsJsonArray("single")
        .add(JsonParser.parseString("{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}"));
    assertBroken(
        "tokenizer.json: post_processor.single: must hold the text once and no pair",
        JSON,
        pairInSingle.toString());

    JsonObject noUnknown = small();
    noUnknown.getAsJsonObject("model").addProperty("unk_token", "[NIL]");
    assertBroken(
        "tokenizer.json: model: unk_token \"[NIL]\" is not in model.vocab",
        JSON,
        noUnknown.toString());
  }

  @Test
  void tokenizerJson_switchesOfTokenizerConfig_win() throws IOException {
    try (Tokenizer plain = load(JSON, small().toString());
        Tokenizer cased =
            load(
                JSON,
                small().toString(),
                CONFIG,
                "{\"do_lower_case\": false, \"tokenizer_class\": \"BertTokenizerFast\"}");
        Tokenizer generic =
            load(
                JSON,
                small().toString(),
                CONFIG,
                "{\"do_lower_case\": false, \"tokenizer_class\": \"PreTrainedTokenizerFast\"}")) {
      assertThat(plain.encode("A", 8).id(1)).isEqualTo(5);
      assertThat(cased.encode("A", 8).id(1)).isEqualTo(1);
      assertThat(generic.encode("A", 8).id(1)).isEqualTo(5);
    }
  }

  @Test
  void tokenizerConfig_nonsense_isRefused() {
    assertBroken(
        "tokenizer_config.json: padding_side \"up\", expected \"right\" or \"left\"",
        "vocab.txt",
        VOCAB,
        CONFIG,
        "{\"padding_side\": \"up\"}");
    assertBroken(
        "tokenizer_config.json: model_max_length -4, expected a whole number from 4 up, so"
            + " that a token of each text fits between the special ones",
        "vocab.txt",
        VOCAB,
        CONFIG,
        "{\"model_max_length\": -4}");
    assertBroken(
        "tokenizer_config.json: cls_token 7, expected a string or an added token",
        "vocab.txt",
        VOCAB,
        CONFIG,
        "{\"cls_token\": 7}");
  }

  /** transformers takes the old name where the new one is not there. */
  @Test
  void tokenizerConfig_maxLen_isTheOldName() throws IOException {
    Map<String, Integer> lengths =
        Map.of(
            "{\"max_len\": 128}", 128,
            "{\"max_len\": 128, \"model_max_length\": 64}", 64,
            "{\"max_len\": 128, \"model_max_length\": null}", Integer.MAX_VALUE);
    for (Map.Entry<String, Integer> length : lengths.entrySet()) {
      try (Tokenizer tokenizer = load("vocab.txt", VOCAB, CONFIG, length.getKey())) {
        assertThat(tokenizer.modelMaxLength()).as(length.getKey()).isEqualTo(length.getValue());
      }
    }
    assertBroken(
        "tokenizer_config.json: max_len 0.5, expected a whole number from 4 up, so that a token of"
            + " each text fits between the special ones",
        "vocab.txt",
        VOCAB,
        CONFIG,
        "{\"max_len\": 0.5}");
  }

  @Test
  void tokenizerConfig_hugeModelMaxLength_isUnknown() throws IOException {
    try (Tokenizer tokenizer =
        load(
            "vocab.txt",
            VOCAB,
            CONFIG,
            "{\"model_max_length\": 1000000000000000019884624838656}")) {
      assertThat(tokenizer.modelMaxLength()).isEqualTo(Integer.MAX_VALUE);
    }
  }

  @Test
  void folder_loadAndSave(@TempDir Path folder) throws IOException {
    assertThatIOException()
        .isThrownBy(() -> Tokenizer.load(folder.resolve("none")))
        .withMessage(folder.resolve("none") + ": not a folder; expected one with a tokenizer.json");
    assertThatIOException()
        .isThrownBy(() -> Tokenizer.load(folder))
        .withMessage(
            folder
                + ": no tokenizer: expected tokenizer.json, or vocab.txt, or vocab.json with"
                + " merges.txt");
    Files.writeString(folder.resolve("vocab.txt"), VOCAB);
    Path saved = folder.resolve("a").resolve("b");
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      tokenizer.save(saved);
      try (Tokenizer again = Tokenizer.load(saved)) {
        assertThat(again.encode("a中b", 8)).isEqualTo(tokenizer.encode("a中b", 8));
      }
    }
    assertThat(saved).isDirectoryContaining("glob:**tokenizer.json");
    JsonObject config =
        JsonParser.parseString(Files.readString(saved.resolve(CONFIG))).getAsJsonObject();
    assertThat(config.get("tokenizer_class").getAsString()).isEqualTo("BertTokenizer");
    assertThat(config.get("do_lower_case").getAsBoolean()).isTrue();
    assertThat(config.get("cls_token").getAsString()).isEqualTo("[CLS]");
    Files.writeString(folder.resolve("vocab.txt"), "a");
    assertThatIOException()
        .isThrownBy(() -> Tokenizer.load(folder))
        .withMessageStartingWith(folder + ": vocab.txt: no token \"[PAD]\"");
  }

  private static JsonObject addedToken(int id, String content) {
    JsonObject token = new JsonObject();
    token.addProperty("id", id);
    token.addProperty("content", content);
    for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
      token.addProperty(flag, false);
    }
    return token;
  }

  private static JsonObject small() throws IOException {
    try (Tokenizer tokenizer = load("vocab.txt", VOCAB)) {
      return JsonParser.parseString(tokenizer.files().get(JSON)).getAsJsonObject();
    }
  }

  private static Tokenizer load(String... namesAndContents) throws IOException {
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      files.put(namesAndContents[i], namesAndContents[i + 1]);
    }
    return Tokenizer.load(Fixture.inMemory(files));
  }

  private static void assertBroken(String message, String... namesAndContents) {
    assertThatIOException().isThrownBy(() -> load(namesAndContents)).withMessage(message);
  }
}
