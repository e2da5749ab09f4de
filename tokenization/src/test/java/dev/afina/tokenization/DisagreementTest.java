package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Files of one tokenizer that say different things. The ids are those that transformers 5.18.0
 * gives for the same files, or the files are refused.
 */
class DisagreementTest {

  private static final String CONFIG = "tokenizer_config.json";
  private static final String ADDED = "added_tokens.json";
  private static final String MAP = "special_tokens_map.json";
  private static final String MODEL = "config.json";
  private static final String BERT = "{\"model_type\": \"bert\", \"vocab_size\": 40}";
  private static final String TEXT = "a A [NEW] [new] b";

  @Test
  void addedTokensDecoder_besideTokenizerJson() throws IOException {
    String decoder = decoder("\"10\": {\"content\": \"[NEW]\", \"special\": false}");
    assertIds(TEXT, json(), "5, 5, 10, 10, 6", CONFIG, decoder, MODEL, BERT);
    String generic = decoder.replace("{\"added", "{\"tokenizer_class\": \"X\", \"added");
    assertIds(TEXT, json(), "5, 5, 10, 10, 6", CONFIG, generic, MODEL, BERT);
  }

  @Test
  void addedTokensDecoder_otherId_isRefused() throws IOException {
    assertRefused(
        "tokenizer_config.json: added_tokens_decoder: token \"[NEW]\" has id 20, but by the"
            + " vocabulary of 10 tokens and the tokens added to it, it is 10",
        json(),
        CONFIG,
        decoder("\"20\": {\"content\": \"[NEW]\"}"),
        MODEL,
        BERT);
    assertRefused(
        "tokenizer_config.json: added_tokens_decoder: token \"[NEW]\" has id 5, but by the"
            + " vocabulary of 10 tokens and the tokens added to it, it is 10",
        json(),
        CONFIG,
        decoder("\"5\": {\"content\": \"[NEW]\"}"),
        MODEL,
        BERT);
  }

  /** BertTokenizer forgets the token of tokenizer.json; a file that is taken as it is does not. */
  @Test
  void tokenizerJson_hasMoreThanTheDecoder() throws IOException {
    String decoder = decoder("\"0\": {\"content\": \"[PAD]\", \"special\": true}");
    assertRefused(
        "tokenizer.json: added token \"[NEW]\" is not in added_tokens_decoder of"
            + " tokenizer_config.json, so transformers does not know it; add it there or remove it"
            + " here",
        with(json(), 10, "[NEW]", false),
        CONFIG,
        decoder,
        MODEL,
        BERT);
    String generic = decoder.replace("{\"added", "{\"tokenizer_class\": \"X\", \"added");
    JsonObject json = with(json(), 10, "[NEW]", false);
    json.getAsJsonArray("added_tokens").remove(0); // the decoder has it with other flags
    assertIds(TEXT, json, "5, 5, 10, 1, 1, 1, 6", CONFIG, generic, MODEL, BERT);
  }

  @Test
  void tokenizerJson_andDecoder_otherFlags_areRefused() throws IOException {
    assertRefused(
        "tokenizer_config.json: added token \"[NEW]\" is"
            + " {\"content\":\"[NEW]\",\"single_word\":false,\"lstrip\":true",
        with(json(), 10, "[NEW]", false),
        CONFIG,
        decoder("\"10\": {\"content\": \"[NEW]\", \"lstrip\": true}")
            .replace("{\"added", "{\"tokenizer_class\": \"X\", \"added"),
        MODEL,
        BERT);
  }

  @Test
  void tokenizerJson_itsAddedTokens_withoutDecoder() throws IOException {
    JsonObject exact = with(json(), 10, "[NEW]", false);
    assertIds(TEXT, exact, "5, 5, 10, 1, 1, 1, 6", MODEL, BERT);
    JsonObject normalized = with(json(), 10, "[NEW]", true);
    assertIds(TEXT, normalized, "5, 5, 10, 10, 6", MODEL, BERT);
  }

  @Test
  void addedTokensJson() throws IOException {
    assertIds(TEXT, json(), "5, 5, 10, 10, 6", ADDED, "{\"[NEW]\": 10}", MODEL, BERT);
    assertRefused(
        "added_tokens.json: token \"[NEW]\" has id 20, but by the vocabulary of 10 tokens and the"
            + " tokens added to it, it is 10",
        json(),
        ADDED,
        "{\"[NEW]\": 20}",
        MODEL,
        BERT);
    assertRefused(
        "added_tokens.json: token \"[OLD]\" is not in added_tokens_decoder of"
            + " tokenizer_config.json, so transformers does not know it; add it there or remove it"
            + " here",
        json(),
        ADDED,
        "{\"[OLD]\": 10}",
        CONFIG,
        decoder("\"10\": {\"content\": \"[NEW]\"}"),
        MODEL,
        BERT);
  }

  @Test
  void specialTokens_thatTheVocabularyDoesNotHave() throws IOException {
    assertIds("a <m>", json(), "5, 10", CONFIG, "{\"mask_token\": \"<m>\"}", MODEL, BERT);
    String more = "{\"additional_special_tokens\": [\"c\", \"<z>\"]}";
    assertIds("ac <z>", json(), "5, 9, 10", CONFIG, more, MODEL, BERT);
    assertIds("ac <z>", json(), "5, 9, 10", MAP, more, MODEL, BERT);
    assertIds(
        "ac <z>", json(), "5, 9, 10", CONFIG, more.replace("additional", "extra"), MODEL, BERT);
    String other = "{\"additional_special_tokens\": [\"<q>\"]}";
    assertIds("ac <z>", json(), "5, 9, 10", CONFIG, more, MAP, other, MODEL, BERT);
    // No row of the model's table is left for it.
    String full = "{\"model_type\": \"bert\", \"vocab_size\": 10}";
    assertIds("<m>", json(), "1, 1, 1", CONFIG, "{\"mask_token\": \"<m>\"}", MODEL, full);
  }

  /** Which token unknown words get does not change how much of a pair is kept. */
  @Test
  void unknownPiece_thatIsNotTheUnknownToken_isCutAlike() throws IOException {
    JsonObject usual = Family.XLM_ROBERTA.tokenizerJson();
    JsonObject other = usual.deepCopy();
    other.getAsJsonObject("model").addProperty("unk_id", 1); // <pad>
    String first = "☃ new☃☃  ☃ ☃x ☃z ☃";
    String second = "☃ vital ☃☃ the ☃ ☃ a";
    for (int limit = 7; limit < 16; limit++) {
      int[] ids;
      try (Tokenizer tokenizer = load("tokenizer.json", usual.toString(), MODEL, "{}")) {
        ids = tokenizer.encode(first, second, limit).ids();
      }
      assertThat(ids).contains(3).doesNotContain(1);
      try (Tokenizer tokenizer = load("tokenizer.json", other.toString(), MODEL, "{}")) {
        int[] found = tokenizer.encode(first, second, limit).ids();
        assertThat(Arrays.stream(found).map(id -> id == 1 ? 3 : id).toArray()).isEqualTo(ids);
      }
    }
  }

  /** transformers builds such classes without a look at the file. */
  @Test
  void classThatIsNotKnown_isSavedAsTheGenericOne() throws IOException {
    JsonObject json = json();
    json.getAsJsonObject("model").addProperty("max_input_chars_per_word", 50); // no class's
    String config = "{\"tokenizer_class\": \"T5Tokenizer\"}";
    assertThat(saved(json, config).get("tokenizer_class").getAsString())
        .isEqualTo("PreTrainedTokenizerFast");
  }

  @Test
  void normalizerInASequence_isSavedWithItsSwitches() throws IOException {
    JsonObject json = json();
    JsonObject sequence = new JsonObject();
    JsonArray steps = new JsonArray();
    steps.add(json.get("normalizer"));
    sequence.addProperty("type", "Sequence");
    sequence.add("normalizers", steps);
    json.add("normalizer", sequence);
    JsonObject saved = saved(json, "{}");
    assertThat(saved.get("do_lower_case").getAsBoolean()).isTrue();
    assertThat(saved.get("tokenize_chinese_chars").getAsBoolean()).isTrue();
  }

  /** Named, transformers would find it in texts. */
  @Test
  void specialTokenThatIsNotFoundInTexts_isNotNamed() throws IOException {
    JsonObject json = json();
    json.getAsJsonArray("added_tokens").remove(4);
    json.getAsJsonObject("model").addProperty("max_input_chars_per_word", 50); // no class's
    JsonObject saved = saved(json, "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    assertThat(saved.has("mask_token")).isFalse();
    assertThat(saved.get("sep_token").getAsString()).isEqualTo("[SEP]");
  }

  private static JsonObject saved(JsonObject json, String config) throws IOException {
    try (Tokenizer tokenizer = load("tokenizer.json", json.toString(), CONFIG, config)) {
      return JsonParser.parseString(tokenizer.files().get(CONFIG)).getAsJsonObject();
    }
  }

  /** transformers takes an object in tokenizer_config.json for a token only if it says so. */
  @Test
  void specialTokensAsObjects_areSavedWithTheirType() throws IOException {
    String token = "{\"content\": \"<m>\", \"lstrip\": true}";
    String map =
        "{\"mask_token\": " + token + ", \"extra_special_tokens\": [" + token + ", \"c\"]}";
    try (Tokenizer tokenizer =
        load("tokenizer.json", json().toString(), MAP, map, CONFIG, "{}", MODEL, BERT)) {
      JsonObject saved = JsonParser.parseString(tokenizer.files().get(CONFIG)).getAsJsonObject();
      JsonObject typed = JsonParser.parseString(token).getAsJsonObject();
      typed.addProperty("__type", "AddedToken");
      assertThat(saved.get("mask_token")).isEqualTo(typed);
      assertThat(saved.get("extra_special_tokens").toString()).isEqualTo("[" + typed + ",\"c\"]");
    }
  }

  @Test
  void valuesInMessages_areShort_andInOneLine() throws IOException {
    assertRefused(
        "tokenizer_config.json: strip_accents \"\\u202e\", expected true or false",
        json(),
        CONFIG,
        "{\"strip_accents\": \"\\u202e\"}",
        MODEL,
        BERT);
    assertThatIOException()
        .isThrownBy(
            () ->
                load(
                    "tokenizer.json",
                    json().toString(),
                    CONFIG,
                    "{\"cls_token\": \"" + "x".repeat(9_000) + "\\u0085\"}",
                    MODEL,
                    BERT))
        .withMessageContaining("x … (9001 chars) … x")
        .withMessageContaining("x\\u0085 first and [SEP] after each text")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
  }

  /** tokenizers 0.21 finds the first of the two, 0.23 the last. */
  @Test
  void addedTokens_thatBecomeTheSame_areRefused() throws IOException {
    JsonObject json = with(with(json(), 10, "[new]", true), 11, "[NÉW]", true);
    assertRefused(
        "tokenizer.json: added tokens \"[new]\" and \"[NÉW]\" are the same once they are"
            + " normalized; remove one of them",
        json);
    json.getAsJsonObject("normalizer").addProperty("strip_accents", false);
    assertIds("[NEW] [NÉW]", json, "10, 11");
    assertSame("\tnew x", "{'type':'Strip','strip_left':true,'strip_right':false}");
    assertSame("New x", "{'type':'Replace','pattern':{'String':'N'},'content':'n'}");
    assertSame("new \n x", "{'type':'Replace','pattern':{'Regex':'\\\\s+'},'content':' '}");
    assertSame(
        "ne\u0001w\tx",
        "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':false,"
            + "'strip_accents':false,'lowercase':false}");
  }

  private static void assertSame(String content, String normalizer) throws IOException {
    JsonObject json = with(with(json(), 10, "new x", true), 11, content, true);
    json.add("normalizer", null);
    assertIds("new x", json, "10");
    json.add("normalizer", JsonParser.parseString(normalizer));
    assertRefused("tokenizer.json: added tokens \"new x\" and ", json);
  }

  @Test
  void specialTokensMap_winsOverTheConfig_unlessThereIsADecoder() throws IOException {
    String vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\ne\n##b\nc\n<x>\n<y>\n";
    String x = "{\"cls_token\": \"<x>\"}";
    String y = "{\"cls_token\": \"<y>\"}";
    assertThat(ids("a", "vocab.txt", vocab, CONFIG, x, MAP, y)).containsExactly(11, 5, 3);
    String decoder =
        "{\"cls_token\": \"<x>\", \"added_tokens_decoder\": {\"10\": {\"content\": \"<x>\","
            + " \"special\": true}}}";
    assertThat(ids("a", "vocab.txt", vocab, CONFIG, decoder, MAP, y)).containsExactly(10, 5, 3);
  }

  @Test
  void specialTokensMap_mayHoldSwitches() throws IOException {
    JsonObject cased = json();
    cased.getAsJsonObject("normalizer").addProperty("lowercase", false);
    String config = "{\"do_lower_case\": true}";
    String map = "{\"do_lower_case\": false, \"image_token\": \"c\"}";
    assertIds("a A ac", cased, "5, 1, 5, 9", CONFIG, config, MAP, map, MODEL, BERT);
  }

  /** transformers builds the pipeline anew where it knows the class: cased would be lower-cased. */
  @Test
  void tokenizerJson_thatTheClassDoesNotRead_isRefused() throws IOException {
    JsonObject cased = json();
    cased.getAsJsonObject("normalizer").addProperty("lowercase", false);
    assertRefused(
        "tokenizer.json: normalizer.lowercase is not true (do_lower_case), as BertTokenizer of"
            + " transformers has it, which does not read it from this file; say so in"
            + " tokenizer_config.json, or name PreTrainedTokenizerFast as tokenizer_class there to"
            + " use the file as it is",
        cased,
        MODEL,
        BERT);
    assertIds("a A", cased, "5, 1", CONFIG, "{\"do_lower_case\": false}", MODEL, BERT);
    String generic = "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}";
    assertIds("a A", cased, "5, 1", CONFIG, generic, MODEL, BERT);
    assertIds("a A", cased, "5, 1", CONFIG, "{\"tokenizer_class\": \"Foo\"}", MODEL, BERT);
    assertIds("a A", cased, "5, 1"); // without config.json there is no class

    JsonObject noTemplate = json();
    noTemplate.add("post_processor", null);
    assertRefused(
        "tokenizer.json: post_processor does not put [CLS] first and [SEP] after each text",
        noTemplate,
        MODEL,
        BERT);
    assertRefused(
        "tokenizer.json: post_processor does not put a first and [SEP] after each text",
        json(),
        CONFIG,
        "{\"cls_token\": \"a\"}",
        MODEL,
        BERT);
    assertRefused(
        "tokenizer.json: model.unk_token is not \"c\"",
        json(),
        CONFIG,
        "{\"unk_token\": \"c\"}",
        MODEL,
        BERT);
    assertRefused(
        "tokenizer.json: normalizer is not null, as RobertaTokenizer of transformers has it",
        json(),
        CONFIG,
        "{\"tokenizer_class\": \"RobertaTokenizer\"}",
        MODEL,
        BERT);
    assertRefused(
        "tokenizer_config.json: do_lower_case \"false\", expected true or false",
        cased,
        CONFIG,
        "{\"do_lower_case\": \"false\"}",
        MODEL,
        BERT);
  }

  @Test
  void roberta_switchThatOnlyTokenizerJsonHas_isRefused() throws IOException {
    JsonObject json = SmallTokenizers.all().get("roberta");
    String roberta = "{\"model_type\": \"roberta\", \"vocab_size\": 400}";
    json.getAsJsonObject("pre_tokenizer").addProperty("add_prefix_space", true);
    assertRefused(
        "tokenizer.json: pre_tokenizer.add_prefix_space is not false, as RobertaTokenizer",
        json,
        MODEL,
        roberta);
    String prefix = "{\"add_prefix_space\": true, \"mask_token\": {\"content\": \"<mask>\"}}";
    assertThat(ids("a", "tokenizer.json", json.toString(), CONFIG, prefix, MODEL, roberta))
        .isEqualTo(ids(" a", "tokenizer.json", json.toString(), CONFIG, prefix, MODEL, roberta));
  }

  @Test
  void tokenType_beyondTheModels_isRefused() throws IOException {
    JsonObject json = json();
    JsonArray pair = json.getAsJsonObject("post_processor").getAsJsonArray("pair");
    pair.get(3).getAsJsonObject().getAsJsonObject("Sequence").addProperty("type_id", 3370);
    assertRefused(
        "tokenizer.json: post_processor.pair[3].Sequence.type_id: expected a whole number from 0 to"
            + " 127, got 3370",
        json,
        MODEL,
        "{\"vocab_size\": 40}");
    pair.get(3).getAsJsonObject().getAsJsonObject("Sequence").addProperty("type_id", 2);
    assertRefused(
        "tokenizer.json: post_processor.pair[3].Sequence.type_id: expected a whole number from 0 to"
            + " 1, got 2",
        json,
        MODEL,
        "{\"type_vocab_size\": 2}");
  }

  @Test
  void modelMaxLength() throws IOException {
    for (String number : new String[] {"512", "\"512\"", "512.0", "\"5.12e2\""}) {
      assertThat(maxLength(number)).as(number).isEqualTo(512);
    }
    for (String unknown : new String[] {"1e30", "1e99999", "\"1e99999\"", "null", "2147483648"}) {
      assertThat(maxLength(unknown)).as(unknown).isEqualTo(Integer.MAX_VALUE);
    }
    assertThat(maxLength("4")).isEqualTo(4);
    for (String wrong :
        new String[] {"0.5", "0", "1", "2", "3", "-1e99999", "true", "\"x\"", "[1]", "7.5"}) {
      assertThatIOException()
          .as(wrong)
          .isThrownBy(() -> maxLength(wrong))
          .withMessage(
              "tokenizer_config.json: model_max_length "
                  + wrong
                  + ", expected a whole number from 4 up, so that a token of each text fits between"
                  + " the special ones");
    }
  }

  /** Before transformers 3 wrote model_max_length. */
  @Test
  void maxLen_countsWhereModelMaxLengthIsNot() throws IOException {
    assertThat(maxLength("null, \"max_len\": 7")).isEqualTo(Integer.MAX_VALUE);
    assertThat(maxLength("9, \"max_len\": 7")).isEqualTo(9);
    String old = "{\"max_len\": 7}";
    try (Tokenizer tokenizer = load("tokenizer.json", json().toString(), CONFIG, old)) {
      assertThat(tokenizer.modelMaxLength()).isEqualTo(7);
    }
    assertRefused(
        "tokenizer_config.json: max_len 1, expected a whole number from 4 up",
        json(),
        CONFIG,
        "{\"max_len\": 1}");
  }

  @Test
  void sideOfTokenizerJson_countsWhereTheConfigIsSilent() throws IOException {
    for (String model : new String[] {BERT, "{\"vocab_size\": 40}"}) {
      JsonObject json = json();
      json.add("truncation", direction("Left"));
      json.add("padding", direction("Left"));
      assertCut(json, "{}", model, "[2, 6, 9, 3]", "[0, 2, 5, 3]");
      String right = "{\"truncation_side\": \"right\", \"padding_side\": \"right\"}";
      assertCut(json, right, model, "[2, 5, 6, 3]", "[2, 5, 3, 0]");
      json.add("truncation", direction("left"));
      assertRefused(
          "tokenizer.json: truncation.direction \"left\", expected \"Right\" or \"Left\"", json);
    }
  }

  private static JsonObject direction(String side) {
    JsonObject section = new JsonObject();
    section.addProperty("direction", side);
    return section;
  }

  /** Of "a b c", cut to four tokens, and of "a", filled up to four; also of what is saved. */
  private static void assertCut(
      JsonObject json, String config, String model, String cut, String padded) throws IOException {
    Map<String, String> saved;
    String[] files = {"tokenizer.json", json.toString(), CONFIG, config, MODEL, model};
    try (Tokenizer tokenizer = load(files)) {
      assertCut(tokenizer, cut, padded);
      saved = new HashMap<>(tokenizer.files());
    }
    try (Tokenizer again = Tokenizer.load(Fixture.inMemory(saved))) {
      assertCut(again, cut, padded);
    }
  }

  private static void assertCut(Tokenizer tokenizer, String cut, String padded) {
    Encoding longer = tokenizer.encode("a b c", 4);
    assertThat(Arrays.toString(longer.ids())).isEqualTo(cut);
    PaddedBatch batch = tokenizer.pad(List.of(longer, tokenizer.encode("a", 4)));
    assertThat(Arrays.toString(batch.ids()[1])).isEqualTo(padded);
  }

  /** As transformers has it for classes that give the token no name of their own. */
  @Test
  void paddingOfTokenizerJson_namesATokenThatIsFoundInTexts() throws IOException {
    JsonObject json = json();
    JsonObject padding = direction("Right");
    padding.addProperty("pad_token", "c");
    json.add("padding", padding);
    String generic = "{\"vocab_size\": 40}";
    assertIds("aca", json, "5, 9, 5", MODEL, generic);
    assertIds("aca", json, "1", MODEL, BERT);
    assertIds("aca", json, "1", CONFIG, "{\"pad_token\": \"[PAD]\"}", MODEL, generic);
  }

  @Test
  void tokenizerJsonOfAnotherVersion_isRefused() throws IOException {
    String usual = "{\"fast_tokenizer_files\": [\"tokenizer.json\"]}";
    assertIds("a", json(), "5", CONFIG, usual, MODEL, BERT);
    assertRefused(
        "tokenizer_config.json: fast_tokenizer_files names \"tokenizer.4.0.0.json\", which"
            + " transformers reads in place of tokenizer.json; Afina does not: give that file this"
            + " name, and remove fast_tokenizer_files",
        json(),
        CONFIG,
        usual.replace("[", "[\"tokenizer.4.0.0.json\", "),
        MODEL,
        BERT);
  }

  /** Python hands these to the class, which then does not look at the other files. */
  @Test
  void argumentsOfTheClass_areRefused() throws IOException {
    assertRefused(
        "tokenizer_config.json: vocab {\"a\":0}, which transformers takes in place of what the other"
            + " files say, and Afina does not; remove it",
        json(),
        CONFIG,
        "{\"vocab\": {\"a\": 0}}",
        MODEL,
        BERT);
    assertRefused(
        "tokenizer_config.json: model_specific_special_tokens {",
        json(),
        CONFIG,
        "{\"model_specific_special_tokens\": {\"x_token\": \"c\"}}",
        MODEL,
        BERT);
  }

  @Test
  void switchThatIsNull_isFalse_orRefused() throws IOException {
    assertRefused(
        "tokenizer_config.json: do_lower_case null, expected true or false; leave it out for true",
        json(),
        CONFIG,
        "{\"do_lower_case\": null}",
        MODEL,
        BERT);
    assertIds("a A", json(), "5, 5", CONFIG, "{\"strip_accents\": null}", MODEL, BERT);
  }

  @Test
  void roleThatIsNull_isNoTokenOfATextEither() throws IOException {
    String vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n";
    assertThat(ids("a [MASK]", "vocab.txt", vocab)).containsExactly(2, 5, 4, 3);
    assertThat(ids("a [MASK]", "vocab.txt", vocab, CONFIG, "{\"mask_token\": null}"))
        .containsExactly(2, 5, 1, 1, 1, 3);
    assertThatIOException()
        .isThrownBy(() -> load("vocab.txt", vocab, CONFIG, "{\"sep_token\": null}"))
        .withMessage(
            "tokenizer_config.json: sep_token null, but BertTokenizer needs one; name it, or leave"
                + " the line out for \"[SEP]\"");
  }

  @Test
  void tokenOfTwoRoles_hasTheFlagsOfTheLast() throws IOException {
    String map =
        "{\"eos_token\": {\"content\": \"c\", \"lstrip\": true},"
            + " \"mask_token\": {\"content\": \"c\", \"normalized\": true}}";
    assertIds("aC a c", json(), "5, 9, 5, 9", MAP, map, MODEL, BERT);
  }

  @Test
  void tokenThatIsListedTwice_hasTheFlagsOfTheLast() throws IOException {
    String flags = "{\"content\": \"c\", \"normalized\": true, \"__type\": \"AddedToken\"}";
    String list = "{\"additional_special_tokens\": [%s, %s]}";
    assertIds("aC", json(), "5, 9", CONFIG, list.formatted("\"c\"", flags), MODEL, BERT);
    assertIds("aC", json(), "1", CONFIG, list.formatted(flags, "\"c\""), MODEL, BERT);
  }

  /** In tokenizer_config.json a string comes before the other file, an object after it. */
  @Test
  void tokenOfAnotherNameInBothFiles_isThatOfTheFirst_ifThatIsAString() throws IOException {
    String map = "{\"image_token\": \"c\"}";
    String text = "{\"image_token\": \"b\"}";
    String typed = "{\"image_token\": {\"content\": \"b\", \"__type\": \"AddedToken\"}}";
    assertIds("ac ab", json(), "1, 5, 6", CONFIG, text, MAP, map, MODEL, BERT);
    assertIds("ac ab", json(), "5, 9, 5, 8", CONFIG, typed, MAP, map, MODEL, BERT);
  }

  /** normalized is the opposite of special, which a role makes it. */
  @Test
  void tokenOfTheDecoderWithARole_isSpecial_andNotNormalized() throws IOException {
    String decoder = "{\"added_tokens_decoder\": {\"4\": {\"content\": \"[MASK]\"}}}";
    assertIds("a [mask] [MASK]", json(), "5, 1, 1, 1, 4", CONFIG, decoder, MODEL, BERT);
  }

  @Test
  void splitSpecialTokens_isRefusedInEachFile() throws IOException {
    String split = "{\"split_special_tokens\": true}";
    for (String file : new String[] {CONFIG, MAP}) {
      assertRefused(
          "tokenizer_config.json: split_special_tokens true", json(), file, split, MODEL, BERT);
    }
  }

  @Test
  void tokensOfOtherNames_countAsStringsAndAsAddedTokens() throws IOException {
    String plain = "{\"image_token\": {\"content\": \"c\"}}";
    String typed = plain.replace("{\"content", "{\"__type\": \"AddedToken\", \"content");
    assertIds("ac", json(), "1", CONFIG, plain, MODEL, BERT);
    assertIds("ac", json(), "5, 9", CONFIG, typed, MODEL, BERT);
    assertIds("ac", json(), "5, 9", MAP, plain, MODEL, BERT);
  }

  /** BertJapaneseTokenizer cuts words by MeCab. */
  @Test
  void vocabularyOfAClassThatIsNotKnown_isRefused() {
    String vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n";
    String config = "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}";
    assertThatIOException()
        .isThrownBy(() -> load("vocab.txt", vocab, CONFIG, config, MODEL, BERT))
        .withMessage(
            "vocab.txt: read as BERT's WordPiece, but tokenizer_class is"
                + " \"BertJapaneseTokenizer\"; save a tokenizer.json with transformers"
                + " (AutoTokenizer…save_pretrained) beside it");
    assertThatIOException()
        .isThrownBy(
            () ->
                load("vocab.txt", vocab, MODEL, config.replace("{", "{\"model_type\": \"bert\", ")))
        .withMessageContaining("tokenizer_class is \"BertJapaneseTokenizer\"");
  }

  /** transformers 5 takes it for BertTokenizer. */
  @Test
  void vocabularyOfAClassOfTheSameKind_isRead() throws IOException {
    String vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n";
    String config = "{\"tokenizer_class\": \"MobileBertTokenizerFast\"}";
    assertThat(ids("a", "vocab.txt", vocab, CONFIG, config)).containsExactly(2, 5, 3);
  }

  /** Turkish has another lower-case I, and Arabic other digits. */
  @Test
  void defaultLocale_isOfNoAccount() throws IOException {
    Locale before = Locale.getDefault();
    try (Tokenizer plain = Fixture.tokenizer(Fixture.UNCASED)) {
      Encoding expected = plain.encodeWithOffsets("I AM İSTANBUL TITLE", null, 16);
      for (String tag : new String[] {"tr", "ar-u-nu-arab", "hi-u-nu-deva"}) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        try (Tokenizer other = Fixture.tokenizer(Fixture.UNCASED)) {
          assertThat(other.encodeWithOffsets("I AM İSTANBUL TITLE", null, 16)).isEqualTo(expected);
          assertThat(other.files()).isEqualTo(plain.files());
        }
        tokenType_beyondTheModels_isRefused();
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  private static int maxLength(String value) throws IOException {
    String config = "{\"model_max_length\": " + value + "}";
    try (Tokenizer tokenizer = load("tokenizer.json", json().toString(), CONFIG, config)) {
      return tokenizer.modelMaxLength();
    }
  }

  private static String decoder(String tokens) {
    return "{\"added_tokens_decoder\": {" + tokens + "}}";
  }

  /** BERT over ten tokens: [PAD] [UNK] [CLS] [SEP] [MASK] a b e ##b c. */
  private static JsonObject json() throws IOException {
    String vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\ne\n##b\nc\n";
    try (Tokenizer tokenizer = load("vocab.txt", vocab)) {
      return JsonParser.parseString(tokenizer.files().get("tokenizer.json")).getAsJsonObject();
    }
  }

  private static JsonObject with(JsonObject json, int id, String content, boolean normalized) {
    JsonObject token = new JsonObject();
    token.addProperty("id", id);
    token.addProperty("content", content);
    for (String flag : new String[] {"single_word", "lstrip", "rstrip"}) {
      token.addProperty(flag, false);
    }
    token.addProperty("normalized", normalized);
    token.addProperty("special", false);
    json.getAsJsonArray("added_tokens").add(token);
    return json;
  }

  /** The ids between [CLS] and [SEP]. */
  private static void assertIds(String text, JsonObject json, String ids, String... files)
      throws IOException {
    String[] all = new String[files.length + 2];
    all[0] = "tokenizer.json";
    all[1] = json.toString();
    System.arraycopy(files, 0, all, 2, files.length);
    assertThat(Arrays.toString(ids(text, all))).isEqualTo("[2, " + ids + ", 3]");
    // What is saved says the same again.
    Map<String, String> saved;
    try (Tokenizer tokenizer = load(all)) {
      saved = new HashMap<>(tokenizer.files());
    }
    for (int i = 0; i < files.length; i += 2) {
      if (files[i].equals(MODEL)) {
        saved.put(MODEL, files[i + 1]);
      }
    }
    try (Tokenizer again = Tokenizer.load(Fixture.inMemory(saved))) {
      assertThat(Arrays.toString(again.encode(text, 32).ids())).isEqualTo("[2, " + ids + ", 3]");
    }
  }

  private static int[] ids(String text, String... namesAndContents) throws IOException {
    try (Tokenizer tokenizer = load(namesAndContents)) {
      return tokenizer.encode(text, 32).ids();
    }
  }

  private static void assertRefused(String message, JsonObject json, String... files) {
    String[] all = new String[files.length + 2];
    all[0] = "tokenizer.json";
    all[1] = json.toString();
    System.arraycopy(files, 0, all, 2, files.length);
    assertThatIOException().isThrownBy(() -> load(all)).withMessageStartingWith(message);
  }

  private static Tokenizer load(String... namesAndContents) throws IOException {
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      files.put(namesAndContents[i], namesAndContents[i + 1]);
    }
    return Tokenizer.load(Fixture.inMemory(files));
  }
}
