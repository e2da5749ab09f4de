package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The files beside a vocabulary, in the families that transformers 5 rebuilds. The tokens are those
 * that transformers 5.18.0 gives for the same files.
 */
class FamilyFilesTest {

  private static final String JSON = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";

  /** Saved, transformers opens them as this class and builds the same; nothing is warned of. */
  @ParameterizedTest
  @CsvSource({
    "XLM_ROBERTA, XLMRobertaTokenizer",
    "CAMEMBERT, CamembertTokenizer",
    "ALBERT, AlbertTokenizer",
    "ALBERT_CASED, AlbertTokenizer",
    "DEBERTA_V2, DebertaV2Tokenizer",
    "DEBERTA_V2_PUNCTUATION, DebertaV2Tokenizer",
    "ELECTRA, BertTokenizer",
    "MPNET, MPNetTokenizer",
    "DEBERTA, DebertaTokenizer",
    "MODERNBERT, PreTrainedTokenizerFast"
  })
  void saved_withTheClassThatBuildsIt(Family family, String className) throws IOException {
    Map<String, String> saved = new HashMap<>();
    assertThat(log(() -> saved.putAll(load(family.published()).files()))).isEmpty();
    assertThat(saved.get(CONFIG)).contains("\"tokenizer_class\": \"" + className + "\"");
    try (Tokenizer again = Tokenizer.load(Fixture.inMemory(saved))) {
      assertThat(again.files()).isEqualTo(saved);
    }
  }

  /** transformers 4 wrote this file; DebertaV2Tokenizer of transformers 5 forgets the map. */
  @Test
  void fileThatTheClassWouldNotBuild_counts_withAWarning() throws IOException {
    Map<String, byte[]> files = Family.DEBERTA_V2.settings();
    JsonObject json = Family.DEBERTA_V2.tokenizerJson();
    json.add(
        "normalizer",
        JsonParser.parseString(
            "{'type':'Sequence','normalizers':[{'type':'Strip','strip_left':true,'strip_right':true},"
                + "{'type':'Precompiled','precompiled_charsmap':'"
                + Family.charsmap()
                + "'},{'type':'Replace','pattern':{'Regex':' {2,}'},'content':' '}]}"));
    files.put(JSON, utf8(json.toString()));
    String log =
        log(
            () -> {
              try (Tokenizer tokenizer = load(files)) {
                assertThat(tokens(tokenizer, "ｆｕｌｌ ① x"))
                    .containsExactly("[CLS]", "▁", "ful", "l", "▁", "1", "▁", "x", "[SEP]");
                assertThat(tokenizer.files().get(CONFIG)).contains("\"PreTrainedTokenizerFast\"");
              }
            });
    assertThat(log)
        .contains(
            "tokenizer.json: normalizer is not [Replace, NFC, Strip], as DebertaV2Tokenizer of"
                + " transformers 5 would build it; Afina follows the file. To say that it counts,"
                + " name PreTrainedTokenizerFast as tokenizer_class in tokenizer_config.json")
        .hasLineCount(1);
    files.put(CONFIG, utf8("{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}"));
    assertThat(log(() -> load(files).close())).isEmpty();
  }

  /** Older files say add_prefix_space and not prepend_scheme, and make spaces fewer. */
  @Test
  void olderFormOfTheSame_isNotWarnedOf() throws IOException {
    Map<String, byte[]> files = Family.ALBERT.settings();
    String old =
        Family.ALBERT
            .tokenizerJson()
            .toString()
            .replace("\"prepend_scheme\":\"always\",\"split\":true", "\"add_prefix_space\":true");
    JsonObject json = JsonParser.parseString(old).getAsJsonObject();
    json.getAsJsonObject("normalizer")
        .getAsJsonArray("normalizers")
        .add(ComponentJson.replace("Regex", " {2,}", " "));
    assertThat(json).isNotEqualTo(Family.ALBERT.tokenizerJson());
    files.put(JSON, utf8(json.toString()));
    String log =
        log(
            () -> {
              try (Tokenizer tokenizer = load(files)) {
                assertThat(tokens(tokenizer, "a  b")).containsExactly("[CLS]", "▁a", "▁b", "[SEP]");
                assertThat(tokenizer.files().get(CONFIG)).contains("\"AlbertTokenizer\"");
              }
            });
    assertThat(log).isEmpty();
  }

  /**
   * The pieces that the model marks are no list beside one of the files, but tokens by name stay.
   */
  @Test
  void listOfTheMap_isInPlaceOfTheModelsOwn() throws IOException {
    Map<String, byte[]> files = Family.DEBERTA_V2.published();
    String map = "{\"additional_special_tokens\": [], \"image_token\": \"<img>\"}";
    files.put("special_tokens_map.json", utf8(map));
    try (Tokenizer tokenizer = load(files)) {
      assertThat(tokens(tokenizer, "<img> <x>")).contains("<img>").doesNotContain("<x>");
    }
    files.put(
        "special_tokens_map.json",
        utf8(map.replace("additional", "extra").replace("[]", "[\"<x>\"]")));
    try (Tokenizer tokenizer = load(files)) {
      assertThat(tokens(tokenizer, "<img> <x>")).contains("<img>", "<x>");
    }
  }

  @Test
  void paddingToken_isThatOfTheFamily_whateverElseTheVocabularyHas() throws IOException {
    Map<String, byte[]> files = Family.MPNET.published();
    files.put("special_tokens_map.json", utf8("{\"image_token\": \"[PAD]\"}"));
    try (Tokenizer tokenizer = load(files)) {
      assertThat(tokenizer.token(tokenizer.specialTokens().pad().orElseThrow())).isEqualTo("<pad>");
    }
  }

  /** transformers has BigBirdTokenizer for it, which builds another pipeline. */
  @Test
  void tokenizerJsonOfAModelWithAClassOfItsOwn_isWarnedOf() throws IOException {
    Map<String, byte[]> files = Family.ELECTRA.settings();
    files.remove(CONFIG);
    files.put(JSON, utf8(Family.ELECTRA.tokenizerJson().toString()));
    for (String type : new String[] {"big_bird", "gpt2"}) {
      files.put("config.json", utf8("{\"model_type\": \"" + type + "\"}"));
      assertThat(log(() -> load(files).close()))
          .contains("tokenizer.json: config.json says model_type \"" + type + "\", for which")
          .hasLineCount(1);
    }
    for (String type : new String[] {"layoutlm", "foo"}) {
      files.put("config.json", utf8("{\"model_type\": \"" + type + "\"}"));
      assertThat(log(() -> load(files).close())).isEmpty();
    }
  }

  /** transformers takes another piece then, and yet another one after a save. */
  @Test
  void unknownTokenThatIsNoSpecialPiece_isRefused() throws IOException {
    Map<String, byte[]> files = Family.DEBERTA_V2.published();
    load(files).close();
    files.put("special_tokens_map.json", utf8("{\"unk_token\": \"▁the\"}"));
    assertThatIOException()
        .isThrownBy(() -> load(files).close())
        .withMessage(
            "spm.model: no piece \"▁the\" with score 0, which tokenizer_config.json or"
                + " special_tokens_map.json name as unk_token; name the unknown piece of the model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALBERT | {\"do_lower_case\": false} | normalizer is not [Replace, Replace, NFKD,"
            + " StripAccents, Precompiled]",
        "XLM_ROBERTA | {\"add_prefix_space\": false} | pre_tokenizer is not [WhitespaceSplit,"
            + " Metaspace]",
        "XLM_ROBERTA | {\"bos_token\": \"<pad>\"} | post_processor does not put <pad> first and"
            + " </s> after and between texts",
        "CAMEMBERT | {\"unk_token\": \"<pad>\"} | model.unk_id is not 1",
        "DEBERTA_V2 | {\"cls_token\": \"[PAD]\"} | post_processor does not put [PAD] first and"
            + " [SEP] after each text",
        "MPNET | {\"unk_token\": \"<pad>\"} | model.unk_token is not \"<pad>\"",
      })
  void switchThatTheFileDoesNotFollow_isWarnedOf(Family family, String config, String message)
      throws IOException {
    Map<String, byte[]> files = family.settings();
    files.put(JSON, utf8(family.tokenizerJson().toString()));
    files.put(CONFIG, utf8(config));
    assertThat(log(() -> load(files).close()))
        .contains("tokenizer.json: " + message + ", as ")
        .hasLineCount(1);
  }

  /** As with BERT, these count over the file. */
  @Test
  void switchesThatCountOverTheFile() throws IOException {
    assertThat(tokens(Family.MPNET, "{\"do_lower_case\": false}", "ABC [MASK] <mask> [UNK]"))
        .containsExactly("<s>", "[UNK]", "[", "[UNK]", "]", "<mask>", "[UNK]", "</s>");
    assertThat(tokens(Family.DEBERTA, "{\"add_prefix_space\": true}", "ABC"))
        .containsExactly("[CLS]", "ĠA", "B", "C", "[SEP]");
  }

  @Test
  void camembert_tokensOfNoUse_areFoundUnlessTheFilesListOthers() throws IOException {
    String text = "a <unk>NOTUSED b";
    assertThat(tokens(Family.CAMEMBERT, "{}", text)).contains("<unk>NOTUSED");
    String more = "{\"additional_special_tokens\": [\"<s>NOTUSED\", \"</s>NOTUSED\"]}";
    assertThat(tokens(Family.CAMEMBERT, more, text)).doesNotContain("<unk>NOTUSED");
    Map<String, byte[]> published = Family.CAMEMBERT.published();
    try (Tokenizer tokenizer = load(published);
        Tokenizer again = Tokenizer.load(Fixture.inMemory(tokenizer.files()))) {
      assertThat(tokens(tokenizer, text)).doesNotContain("<unk>NOTUSED");
      assertThat(tokens(again, text)).isEqualTo(tokens(tokenizer, text));
    }
  }

  /** A user's own symbol is found before all else, but it is text and stays in what is decoded. */
  @Test
  void albert_symbolsOfItsUser_areNotSpecial() throws IOException {
    try (Tokenizer tokenizer = load(Family.ALBERT.published())) {
      int[] ids = tokenizer.encode("cost (5£)", 20).ids();
      assertThat(tokenizer.tokens(tokenizer.encode("(5£)", 20))).containsSubsequence("(", "£", ")");
      assertThat(tokenizer.decode(ids)).contains("(").contains("£");
      try (Tokenizer again = Tokenizer.load(Fixture.inMemory(tokenizer.files()))) {
        assertThat(again.decode(ids)).isEqualTo(tokenizer.decode(ids));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"ALBERT", "ELECTRA", "MPNET", "DEBERTA", "XLM_ROBERTA"})
  void splitSpecialTokens_isRefused(Family family) throws IOException {
    Map<String, byte[]> files = family.published();
    files.put(CONFIG, utf8("{\"split_special_tokens\": true}"));
    assertThatIOException()
        .isThrownBy(() -> load(files))
        .withMessage(
            "tokenizer_config.json: split_special_tokens true, which Afina does not have; expected"
                + " false, with which special tokens in a text are found");
    files.put(CONFIG, utf8("{\"split_special_tokens\": false}"));
    load(files).close();
  }

  @Test
  void albert_templateSwitches_areRefusedBesideAModel() throws IOException {
    Map<String, byte[]> files = Family.ALBERT.published();
    files.put(CONFIG, utf8("{\"add_eos_token\": false}"));
    assertThatIOException()
        .isThrownBy(() -> load(files))
        .withMessage(
            "tokenizer_config.json: add_eos_token beside spiece.model, which Afina does not build;"
                + " remove it or save a tokenizer.json");
  }

  @Test
  void modelOfNoFamily_isRefusedByName() throws IOException {
    byte[] model = Family.ALBERT.published().get("spiece.model");
    Map<String, byte[]> files =
        new HashMap<>(
            Map.of("spiece.model", model, "config.json", utf8("{\"model_type\": \"xlnet\"}")));
    assertThatIOException()
        .isThrownBy(() -> load(files))
        .withMessage(
            "no tokenizer: expected tokenizer.json, or vocab.txt, or vocab.json with merges.txt;"
                + " spiece.model is read for the model_type xlm-roberta, camembert, albert or"
                + " deberta-v2 of config.json only");
    files.put("config.json", utf8("{\"model_type\": \"xlm-roberta\"}"));
    assertThatIOException()
        .isThrownBy(() -> load(files))
        .withMessage(
            "no tokenizer: expected tokenizer.json, or the sentencepiece.bpe.model that"
                + " XLMRobertaTokenizer reads");
    files.put(CONFIG, utf8("{\"tokenizer_class\": \"AlbertTokenizerFast\"}"));
    load(files).close();
  }

  /** The character map of a model is checked as that of a tokenizer.json is. */
  @Test
  void model_brokenCharsmap_isRefused() throws IOException {
    Map<String, byte[]> files = Family.ALBERT.published();
    byte[] more =
        SentencePieceModelTest.message(
            3, SentencePieceModelTest.message(2, new byte[] {4, 0, 0, 0, 1, 2, 3, 4}));
    files.put("spiece.model", SentencePieceModelTest.concat(files.get("spiece.model"), more));
    assertThatIOException()
        .isThrownBy(() -> load(files))
        .withMessageMatching("spiece.model: normalizer.*precompiled_charsmap: broken: .*");
  }

  @Test
  void model_withoutCharsmap_normalizesNothing() throws IOException {
    byte[] model =
        SentencePieceModelTest.concat(
            SentencePieceModelTest.piece("<unk>", 0, 2),
            SentencePieceModelTest.piece("<s>", 0, 3),
            SentencePieceModelTest.piece("</s>", 0, 3),
            SentencePieceModelTest.piece("▁", -1, 1),
            SentencePieceModelTest.piece("ｆ", -2, 1),
            SentencePieceModelTest.piece("▁ｆ", -1.5f, 1));
    Map<String, byte[]> files =
        Map.of(
            "sentencepiece.bpe.model",
            model,
            "config.json",
            utf8("{\"model_type\": \"xlm-roberta\"}"));
    try (Tokenizer tokenizer = load(files)) {
      // <s> <pad> </s> <unk> ▁ ｆ ▁ｆ <mask>: fairseq's four and the pieces from the fourth on
      assertThat(tokenizer.encode("ｆ ｆｆ é", 20).ids()).containsExactly(0, 6, 6, 5, 4, 3, 2);
      assertThat(tokenizer.vocabularySize()).isEqualTo(8);
      assertThat(tokenizer.specialTokens().mask()).hasValue(7);
      assertThat(
              JsonParser.parseString(tokenizer.files().get(JSON))
                  .getAsJsonObject()
                  .get("normalizer"))
          .matches(normalizer -> normalizer.isJsonNull());
    }
  }

  /**
   * The numbers of a model are 32 bits long, and here "XY" is as good in one piece as in two.
   * Spelled in decimals the native library would read others. The ids are those of AutoTokenizer in
   * transformers 5.18, for a model with these scores and a character map.
   */
  @Test
  void model_scores_areItsNumbers() throws IOException {
    byte[] model =
        SentencePieceModelTest.concat(
            SentencePieceModelTest.piece("<unk>", 0, 2),
            SentencePieceModelTest.piece("<s>", 0, 3),
            SentencePieceModelTest.piece("</s>", 0, 3),
            SentencePieceModelTest.piece("▁", 0, 1),
            SentencePieceModelTest.piece("X", -3.6395183f, 1),
            SentencePieceModelTest.piece("Y", -4.25f, 1),
            SentencePieceModelTest.piece("XY", -7.8895183f, 1));
    Map<String, byte[]> files =
        Map.of(
            "sentencepiece.bpe.model",
            model,
            "config.json",
            utf8("{\"model_type\": \"xlm-roberta\"}"));
    try (Tokenizer tokenizer = load(files)) {
      assertThat(tokenizer.encode("XY", 9).ids()).containsExactly(0, 4, 7, 2);
      Map<String, String> saved = new HashMap<>(tokenizer.files());
      try (Tokenizer again = Tokenizer.load(Fixture.inMemory(saved))) {
        assertThat(again.encode("XY", 9).ids()).containsExactly(0, 4, 7, 2);
      }
      saved.put(CONFIG, "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
      try (Tokenizer written = Tokenizer.load(Fixture.inMemory(saved))) {
        assertThat(written.encode("XY", 9).ids()).containsExactly(0, 4, 5, 6, 2);
      }
    }
  }

  /** The model has a piece that fairseq puts before it, too: of equal ones the last counts. */
  @Test
  void model_pieceTwice_theLastCounts() throws IOException {
    byte[] model =
        SentencePieceModelTest.concat(
            SentencePieceModelTest.piece("<unk>", 0, 2),
            SentencePieceModelTest.piece("<s>", 0, 3),
            SentencePieceModelTest.piece("</s>", 0, 3),
            SentencePieceModelTest.piece("<pad>", 0, 3),
            SentencePieceModelTest.piece("▁a", -1, 1));
    Map<String, byte[]> files =
        Map.of(
            "sentencepiece.bpe.model",
            model,
            "config.json",
            utf8("{\"model_type\": \"xlm-roberta\"}"));
    try (Tokenizer tokenizer = load(files)) {
      assertThat(tokenizer.encode("a <pad>", 20).ids()).containsExactly(0, 5, 4, 2);
      assertThat(tokenizer.specialTokens().pad()).hasValue(4);
      assertThat(tokenizer.vocabularySize()).isEqualTo(7);
    }
  }

  /** CamemBERT's mask swallows the space before it, but not where the model has one of its own. */
  @Test
  void model_tokenThatAFileNamesTwice_theLastFlagsCount() throws IOException {
    byte[] model =
        SentencePieceModelTest.concat(
            SentencePieceModelTest.piece("<unk>", 0, 2),
            SentencePieceModelTest.piece("<s>", 0, 3),
            SentencePieceModelTest.piece("</s>", 0, 3),
            SentencePieceModelTest.piece("▁a", -1, 1));
    byte[] masked =
        SentencePieceModelTest.concat(model, SentencePieceModelTest.piece("<mask>", 0, 3));
    assertThat(startOfMask(model)).isEqualTo(1);
    assertThat(startOfMask(masked)).isEqualTo(2);
  }

  private static int startOfMask(byte[] model) throws IOException {
    Map<String, byte[]> files =
        Map.of(
            "sentencepiece.bpe.model",
            model,
            "config.json",
            utf8("{\"model_type\": \"camembert\"}"));
    try (Tokenizer tokenizer = load(files)) {
      Encoding encoding = tokenizer.encodeWithOffsets("a <mask>", null, 20);
      assertThat(tokenizer.tokens(encoding)).containsExactly("<s>", "▁a", "<mask>", "</s>");
      return encoding.start(2);
    }
  }

  private static List<String> tokens(Family family, String config, String text) throws IOException {
    Map<String, byte[]> files = family.settings();
    files.put(JSON, utf8(family.tokenizerJson().toString()));
    files.put(CONFIG, utf8(config));
    try (Tokenizer tokenizer = load(files)) {
      return tokens(tokenizer, text);
    }
  }

  private static List<String> tokens(Tokenizer tokenizer, String text) {
    return tokenizer.tokens(tokenizer.encode(text, 64));
  }

  private static Tokenizer load(Map<String, byte[]> files) throws IOException {
    return Tokenizer.load(name -> Optional.ofNullable(files.get(name)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static String log(Work work) throws IOException {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
