package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokenizer in Java gives what the native one gives: ids, types, places and words. */
class JavaTokenizerTest {

  static final int TEXTS = Integer.getInteger("afina.texts", 1_500);

  /** Behind it are only a few tags, and characters for private use. */
  private static final int LAST_ASSIGNED = 0x33FFF;

  /** Added tokens of no letters. */
  static final List<String> SYMBOLS = List.of("₿", "→", "…", "‒", "«", "×");

  static final long SEED = Long.getLong("afina.texts.seed", 20261127);

  @ParameterizedTest
  @ValueSource(strings = {Fixture.UNCASED, Fixture.CASED, Fixture.MULTILINGUAL, Fixture.ROBERTA})
  void randomTexts_areTokenizedAsByTheNativeOne(String name) throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(name)) {
      assertSameOnRandomTexts(tokenizer);
    }
  }

  @ParameterizedTest
  @CsvSource({Fixture.UNCASED + ",1", Fixture.CASED + ",16", Fixture.ROBERTA + ",16"})
  void eachCodePoint_aloneAndBetweenLetters(String name, int step) throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(name)) {
      assertSameOnEachCodePoint(tokenizer, step);
    }
  }

  /** MPNet's offsets are trimmed as RoBERTa's are; ModernBERT has a test of its own. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MODERNBERT")
  void families_areTokenizedAsByTheNativeOne(Family family) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(inMemory(family.published()))) {
      assertSameOnRandomTexts(tokenizer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void eachNormalizerOfBert(String clean) throws IOException {
    for (String strip : List.of("null", "true", "false")) {
      for (String chinese : List.of("true", "false")) {
        for (String lower : List.of("true", "false")) {
          JsonObject json = Family.ELECTRA.tokenizerJson();
          json.add(
              "normalizer",
              JsonParser.parseString(
                  ("{type: BertNormalizer, clean_text: %s, handle_chinese_chars: %s,"
                          + " strip_accents: %s, lowercase: %s}")
                      .formatted(clean, chinese, strip, lower)));
          try (Tokenizer tokenizer = load(json)) {
            assertSame(tokenizer, texts(TEXTS / 4));
          }
        }
      }
    }
  }

  /** With a vocabulary of single characters, whose ids spell what normalization made of a text. */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void eachCodePoint_isNormalized(boolean strip, boolean lower) throws IOException {
    JsonObject json = Family.ELECTRA.tokenizerJson();
    JsonObject normalizer = json.getAsJsonObject("normalizer");
    normalizer.addProperty("strip_accents", strip);
    normalizer.addProperty("lowercase", lower);
    JsonObject vocab = json.getAsJsonObject("model").getAsJsonObject("vocab");
    IntStream.of(0x21, 0xA640, 0xFB00, 0x10400, 0x1E900)
        .flatMap(first -> IntStream.range(first, first == 0x21 ? 0x3000 : first + 0x500))
        .filter(c -> Character.getType(c) != Character.SURROGATE)
        .mapToObj(Character::toString)
        .flatMap(c -> Stream.of(c, "##" + c))
        .filter(token -> !vocab.has(token))
        .forEach(token -> vocab.addProperty(token, vocab.size()));
    json.add("added_tokens", new JsonArray());
    try (Tokenizer tokenizer = load(json)) {
      for (int c = 0; c < 0x20000; c++) {
        String text = "a" + Character.toString(c) + "b";
        if (!Character.isSurrogate(text.charAt(1)) || text.length() == 4) {
          assertThat(tokenizer.tokens(text, null, false).ids())
              .as("ids of U+%X", c)
              .isEqualTo(tokenizer.oracle().encode(text, null, false).ids());
        }
      }
    }
  }

  /** Found as written or after normalization, with the spaces beside them, one inside another. */
  @Test
  void addedTokens() throws IOException {
    JsonObject json = Family.ELECTRA.tokenizerJson();
    JsonArray tokens = json.getAsJsonArray("added_tokens");
    for (String token : List.of("[MASK", "MASK]", "über", "New", "Çà中", "Σ", "\u0130X", "'s")) {
      tokens.add(added(token, tokens, false, false, true));
    }
    for (String token : List.of("Hello", "[CLS][CLS]", "😀", "eX", "é\u0301", "Ġ")) {
      tokens.add(added(token, tokens, token.length() > 1, token.length() < 3, false));
    }
    try (Tokenizer tokenizer = load(json)) {
      assertThat(tokenizer.id("Çà中")).isPresent();
      assertSame(tokenizer, texts(2 * TEXTS));
      assertThat(tokenizer.tokens(tokenizer.encode("a  Hello  [MASK  ubera", 50)))
          .containsSequence("Hello", "[MASK", "über");
    }
  }

  /** Symbols and punctuation, which no normalizer removes; the tokens are Hugging Face's. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void addedSymbols(boolean clean) throws IOException {
    JsonObject json = Family.ELECTRA.tokenizerJson();
    json.getAsJsonObject("normalizer").addProperty("clean_text", clean);
    JsonArray tokens = json.getAsJsonArray("added_tokens");
    tokens.add(added("€", tokens, false, false, true));
    for (String token : SYMBOLS) {
      tokens.add(added(token, tokens, false, false, true));
    }
    try (Tokenizer tokenizer = load(json)) {
      assertThat(tokenizer.tokens(tokenizer.encode("5€ a→b… ‒ «x 2×3 ₿", 50)))
          .containsExactly(
              "[CLS]", "5", "€", "a", "→", "b", "…", "‒", "«", "x", "2", "×", "3", "₿", "[SEP]");
      assertSame(tokenizer, texts(TEXTS));
      for (String symbol : SYMBOLS) {
        String text = "a%1$sb %1$s%1$s c %1$s".formatted(symbol);
        assertThat(assertSame(tokenizer, text, null)).isTrue();
      }
    }
  }

  /** NFC: what it might change is left to the native one, text by text. */
  @Test
  void modernBert() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(inMemory(Family.MODERNBERT.published()))) {
      int inJava = 0;
      List<String> texts = new ArrayList<>(Fixture.lines());
      texts.addAll(RandomTexts.of(TEXTS, SEED));
      for (String text : texts) {
        inJava += assertSame(tokenizer, text, null) ? 1 : 0;
      }
      assertThat(inJava).isGreaterThan(texts.size() / 2);
      assertSameOnEachCodePoint(tokenizer, 16);
      assertThat(tokenizer.inJava().encode("e\u0301", null, true)).isNull();
      assertThat(tokenizer.encode("e\u0301", 50)).isEqualTo(tokenizer.encode("é", 50));
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void prefixSpaceAndTrimmedOffsets(boolean prefixSpace, boolean trim) throws IOException {
    JsonObject json = Family.DEBERTA.tokenizerJson();
    json.getAsJsonObject("pre_tokenizer").addProperty("add_prefix_space", prefixSpace);
    JsonArray tokens = json.getAsJsonArray("added_tokens");
    for (String token : List.of("Hello", "Ġzq", "中", "[MASK")) {
      tokens.add(added(token, tokens, token.length() < 4, token.length() > 3, false));
    }
    tokens.add(added("über", tokens, false, false, true));
    for (boolean same : new boolean[] {true, false}) {
      json.add(
          "post_processor",
          JsonParser.parseString(
              ("{type: RobertaProcessing, sep: [\"[SEP]\", 2], cls: [\"[CLS]\", 1],"
                      + " trim_offsets: %s, add_prefix_space: %s}")
                  .formatted(trim, same == prefixSpace)));
      try (Tokenizer tokenizer = load(json)) {
        assertSame(tokenizer, texts(TEXTS / 2));
      }
    }
  }

  /** Merges that overlap, that make one token in two ways, and words of thousands of letters. */
  @Test
  void mergesInTheirOrder() throws IOException {
    Random random = new Random(SEED);
    for (int round = 0; round < 20; round++) {
      JsonObject json = Family.DEBERTA.tokenizerJson();
      JsonObject model = json.getAsJsonObject("model");
      JsonObject vocab = model.getAsJsonObject("vocab");
      JsonArray merges = new JsonArray();
      List<String> pieces = new ArrayList<>(List.of("a", "b", "c", "Ġ"));
      for (int i = 0; i < 40; i++) {
        String first = pieces.get(random.nextInt(pieces.size()));
        String second = pieces.get(random.nextInt(pieces.size()));
        if (first.length() + second.length() > 12) {
          continue;
        }
        JsonArray merge = new JsonArray();
        merge.add(first);
        merge.add(second);
        merges.add(merge);
        if (!vocab.has(first + second)) {
          vocab.addProperty(first + second, vocab.size());
        }
        pieces.add(first + second);
      }
      model.add("merges", merges);
      json.add("added_tokens", new JsonArray());
      try (Tokenizer tokenizer = load(json)) {
        for (int i = 0; i < 100; i++) {
          StringBuilder text = new StringBuilder();
          int length = i == 0 ? 5_000 : random.nextInt(60);
          for (int k = 0; k < length; k++) {
            text.append("abcab ".charAt(random.nextInt(i == 0 ? 5 : 6)));
          }
          assertThat(assertSame(tokenizer, text.toString(), null)).isTrue();
        }
      }
    }
  }

  @Test
  void longWordsUnknownWordsAndOtherPrefixes() throws IOException {
    for (String prefix : List.of("", "@@", "##", "e")) {
      for (int longest : new int[] {1, 5, 256}) {
        JsonObject json = Family.ELECTRA.tokenizerJson();
        JsonObject model = json.getAsJsonObject("model");
        model.addProperty("continuing_subword_prefix", prefix);
        model.addProperty("max_input_chars_per_word", longest);
        try (Tokenizer tokenizer = load(json)) {
          assertSame(tokenizer, texts(TEXTS / 4));
        }
      }
    }
  }

  /** Their order among other marks counts, which only the native one knows. */
  @Test
  void marksThatStayWithoutAccents_areLeftToTheNativeOne() throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(Fixture.UNCASED)) {
      for (String text : List.of("a\u302E\u0301\u1BAA b", "e\uD834\uDD65")) {
        assertThat(tokenizer.inJava().encode(text, null, true)).isNull();
        assertThat(tokenizer.encode(text, 50).ids())
            .isEqualTo(tokenizer.oracle().encode(text, null, false).ids());
      }
    }
    try (Tokenizer tokenizer = Fixture.tokenizer(Fixture.CASED)) {
      assertThat(tokenizer.inJava().encode("a\u302E", null, true)).isNotNull();
    }
  }

  @Test
  void whatDiffersFromTheKnownPipelines_runsInTheNativeOne() throws IOException {
    JsonObject words = Family.ELECTRA.tokenizerJson();
    JsonArray tokens = words.getAsJsonArray("added_tokens");
    JsonObject word = added("word", tokens, false, false, false);
    word.addProperty("single_word", true);
    tokens.add(word);
    JsonObject more = Family.ELECTRA.tokenizerJson();
    more.add(
        "normalizer",
        JsonParser.parseString(
            "{type: Sequence, normalizers: [{type: Lowercase}, {type: StripAccents}]}"));
    JsonObject digits = Family.ELECTRA.tokenizerJson();
    digits.add(
        "pre_tokenizer",
        JsonParser.parseString(
            "{type: Sequence, pretokenizers: [{type: BertPreTokenizer},"
                + " {type: Digits, individual_digits: true}]}"));
    for (JsonObject json : List.of(words, more, digits)) {
      try (Tokenizer tokenizer = load(json)) {
        assertThat(tokenizer.inJava()).isNull();
        assertThat(tokenizer.encode("12", 50).size()).isGreaterThan(2);
      }
    }
  }

  @Test
  void aSwitchTurnsItOff() throws IOException {
    System.setProperty("afina.javaTokenizer", "false");
    try (Tokenizer tokenizer = Fixture.tokenizer(Fixture.UNCASED)) {
      assertThat(tokenizer.inJava()).isNull();
    } finally {
      System.clearProperty("afina.javaTokenizer");
    }
  }

  static JsonObject added(
      String content, JsonArray before, boolean lstrip, boolean rstrip, boolean normalized) {
    int id = before.get(before.size() - 1).getAsJsonObject().get("id").getAsInt() + 1;
    JsonObject token = new JsonObject();
    token.addProperty("id", Math.max(id, 900));
    token.addProperty("content", content);
    token.addProperty("single_word", false);
    token.addProperty("lstrip", lstrip);
    token.addProperty("rstrip", rstrip);
    token.addProperty("normalized", normalized);
    token.addProperty("special", false);
    return token;
  }

  static Tokenizer load(JsonObject json) throws IOException {
    return Tokenizer.load(
        Fixture.inMemory(
            Map.of(
                "tokenizer.json",
                json.toString(),
                "tokenizer_config.json",
                "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}")));
  }

  static TokenizerFiles inMemory(Map<String, byte[]> files) {
    return name -> Optional.ofNullable(files.get(name));
  }

  static List<String> texts(int count) throws IOException {
    List<String> texts = new ArrayList<>(RandomTexts.of(count, SEED));
    List<String> lines = Fixture.lines();
    for (int i = lines.size() - 760; i < lines.size(); i += 3) {
      texts.add(lines.get(i)); // the hostile ones
    }
    return texts;
  }

  static void assertSameOnRandomTexts(Tokenizer tokenizer) throws IOException {
    List<String> texts = new ArrayList<>(Fixture.lines());
    texts.addAll(RandomTexts.of(TEXTS, SEED));
    assertSame(tokenizer, texts);
  }

  static void assertSame(Tokenizer tokenizer, List<String> texts) {
    assertThat(tokenizer.inJava()).as("the pipeline is known in Java").isNotNull();
    Random random = new Random(SEED);
    int inJava = 0;
    for (String text : texts) {
      inJava += assertSame(tokenizer, text, null) ? 1 : 0;
      if (random.nextInt(4) == 0) {
        assertSame(tokenizer, text, texts.get(random.nextInt(texts.size())));
      }
    }
    assertThat(inJava).as("texts that Java does itself").isGreaterThan(texts.size() * 9 / 10);
  }

  /**
   * Each between letters and alone, many in one text with spaces between them.
   *
   * @param step behind the assigned ones, where all are alike, each such group of 64 only
   */
  static void assertSameOnEachCodePoint(Tokenizer tokenizer, int step) {
    for (int first = 0; first <= Character.MAX_CODE_POINT; first += 64) {
      if (first > LAST_ASSIGNED && first / 64 % step != 0) {
        continue;
      }
      StringBuilder text = new StringBuilder();
      for (int c = first; c < first + 64; c++) {
        if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
          text.append('a').appendCodePoint(c).append("b ").appendCodePoint(c).append(' ');
        }
      }
      if (first <= LAST_ASSIGNED && !isManyAlike(first)) {
        assertSame(tokenizer, text.toString(), null);
      } else {
        assertThat(tokenizer.tokens(text.toString(), null, false).ids())
            .as("ids of U+%X and the next 63", first)
            .isEqualTo(tokenizer.oracle().encode(text.toString(), null, false).ids());
      }
    }
  }

  /** Chinese and Korean, whose places the native library takes long to tell. */
  private static boolean isManyAlike(int c) {
    return (c >= 0x3440 && c < 0xD780) || c >= 0x20040;
  }

  /** Whether Java did it itself. */
  static boolean assertSame(Tokenizer tokenizer, String text, @Nullable String pair) {
    Tokens ours = tokenizer.inJava().encode(text, pair, true);
    if (ours == null) {
      return false;
    }
    Tokens theirs = tokenizer.oracle().encode(text, pair, true);
    String what = "\"" + Quoted.of(text) + "\" | \"" + Quoted.of(pair) + "\"";
    assertThat(ours.ids()).as("ids of %s", what).isEqualTo(theirs.ids());
    assertThat(ours.typeIds()).as("types of %s", what).isEqualTo(theirs.typeIds());
    assertThat(ours.sequences()).as("sequences of %s", what).isEqualTo(theirs.sequences());
    assertThat(ours.places().offsets())
        .as("offsets of %s", what)
        .isEqualTo(theirs.places().offsets());
    assertThat(words(ours)).as("words of %s", what).isEqualTo(words(theirs));
    assertThat(tokenizer.inJava().encode(text, pair, false).ids()).isEqualTo(ours.ids());
    return true;
  }

  /** The words of all tokens that are none of the template. */
  private static int[] words(Tokens tokens) {
    return IntStream.range(0, tokens.size())
        .filter(i -> tokens.sequences()[i] >= 0)
        .map(i -> tokens.places().words()[i])
        .toArray();
  }
}
