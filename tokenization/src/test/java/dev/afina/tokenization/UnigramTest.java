package dev.afina.tokenization;

import static dev.afina.tokenization.JavaTokenizerTest.SEED;
import static dev.afina.tokenization.JavaTokenizerTest.TEXTS;
import static dev.afina.tokenization.JavaTokenizerTest.added;
import static dev.afina.tokenization.JavaTokenizerTest.assertSame;
import static dev.afina.tokenization.JavaTokenizerTest.load;
import static dev.afina.tokenization.JavaTokenizerTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unigram tokenizers in Java give what the native ones give: ids, places and words. */
class UnigramTest {

  /** Of each kind that division into grapheme clusters knows, by how many bytes they have. */
  private static final String CLUSTERS =
      "a\u00A9\u00AE\u231A\uD83D\uDE00\u200D\u200C\u0301\u0300\u0903\u093E\u094D\u0915\u0937\u0995"
          + "\u09CD\u0600\u06DD\u070F\u0D4E\uD804\uDCBD\uD804\uDDC2\u1100\u1161\u11A8\uAC00\uAC01"
          + "\uA960\uD7B0\uD7CB\u115F\u11A7\r\n\u0001\u0085\u00AD\u200B\uFEFF\u2028\uD83C\uDDE9"
          + "\uD83C\uDFFD\u20E3\uFE0F\u0E33\u0E31\u1B44\uD804\uDC46\uD834\uDD65 \u3000A\u00E9"
          + "\uFF76\uFF9E\u0344\u0F71\u0F73\u0F75\u0958\u212B\u1E9B\u0323\u0307\uFDFA\u3300\u2126"
          + "\u0CC6\u0CC2\u0CD5\uD804\uDC99\uD804\uDCBA\u0345\u0327\u0338\u226E<\u05D0\u05B7"
          + "▁▁\t\u00A0\u180E\u0130\u1E9E\u03A3\u2163\u00BD\uFB03`'.,!";

  private static final String PUNCTUATION = "{type: Punctuation, behavior: Isolated},";

  private static final String[] NORMALIZERS = {
    "NFC",
    "NFD",
    "NFKC",
    "NFKD",
    "Lowercase",
    "StripAccents",
    "Strip",
    "Blanks",
    "White",
    "Quotes",
    "Precompiled"
  };

  static Stream<String> normalizers() {
    return Stream.of(NORMALIZERS);
  }

  @ParameterizedTest
  @EnumSource(names = {"XLM_ROBERTA", "ALBERT", "DEBERTA_V2"})
  void eachCodePoint_aloneAndBetweenLetters(Family family) throws IOException {
    try (Tokenizer tokenizer = load(family.tokenizerJson())) {
      JavaTokenizerTest.assertSameOnEachCodePoint(tokenizer, 64);
    }
  }

  /** Ids that spell what each step makes of a text, and where it takes that from. */
  @ParameterizedTest
  @MethodSource("normalizers")
  void eachNormalizer(String normalizer) throws IOException {
    JsonObject json = spelling(List.of(normalizer));
    try (Tokenizer tokenizer = load(json)) {
      assertSame(tokenizer, texts(TEXTS / 3));
      assertSame(tokenizer, clusters(TEXTS / 2));
    }
  }

  @Test
  void normalizersInAnyOrder() throws IOException {
    Random random = new Random(SEED);
    for (int round = 0; round < 12; round++) {
      List<String> steps = new ArrayList<>();
      for (int i = random.nextInt(5) + 2; i > 0; i--) {
        String step = NORMALIZERS[random.nextInt(NORMALIZERS.length)];
        if (!step.equals("Precompiled") || !steps.contains(step)) {
          steps.add(step);
        }
      }
      try (Tokenizer tokenizer = load(spelling(steps))) {
        assertSame(tokenizer, clusters(TEXTS / 10));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NFD", "NFKD", "NFC", "NFKC"})
  void eachCodePoint_isNormalized(String form) throws IOException {
    try (Tokenizer tokenizer = load(spelling(List.of(form)))) {
      for (int first = 0; first < 0x30000; first += 256) {
        StringBuilder text = new StringBuilder();
        for (int c = first; c < first + 256; c++) {
          if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
            text.append('a').appendCodePoint(c).append("\u0323\u0301 ");
          }
        }
        assertThat(tokenizer.tokens(text.toString(), null, false).ids())
            .as("ids of U+%X and the next 255", first)
            .isEqualTo(tokenizer.oracle().encode(text.toString(), null, false).ids());
      }
    }
  }

  /** Who begins with a block gets none; the first only where it begins the text. */
  @ParameterizedTest
  @ValueSource(strings = {"always", "first", "never"})
  void eachWayToCutWords(String prepend) throws IOException {
    for (String first : List.of("", "{type: WhitespaceSplit},", PUNCTUATION)) {
      for (boolean split : new boolean[] {true, false}) {
        JsonObject json = Family.DEBERTA_V2.tokenizerJson();
        json.add("pre_tokenizer", splits(first, prepend, split));
        addTokens(json);
        try (Tokenizer tokenizer = load(json)) {
          assertSame(tokenizer, texts(TEXTS / 10));
          assertSame(tokenizer, clusters(TEXTS / 10));
          for (String text : List.of("", " ", "▁", "▁▁a ▁ b", " Hello a", "Hello", "a▁", ".▁. .")) {
            assertThat(assertSame(tokenizer, text, null)).isTrue();
          }
        }
      }
    }
  }

  /** Found as written or after normalization, with the spaces beside them. */
  @ParameterizedTest
  @EnumSource(names = {"XLM_ROBERTA", "ALBERT", "DEBERTA_V2_PUNCTUATION"})
  void addedTokens(Family family) throws IOException {
    JsonObject json = family.tokenizerJson();
    addTokens(json);
    try (Tokenizer tokenizer = load(json)) {
      assertThat(tokenizer.id("Hello")).isPresent();
      assertSame(tokenizer, texts(TEXTS));
      assertSame(tokenizer, clusters(TEXTS / 2));
    }
  }

  /** Symbols and punctuation, which no normalizer removes, as ordinary added tokens. */
  @ParameterizedTest
  @EnumSource(names = {"XLM_ROBERTA", "ALBERT", "DEBERTA_V2"})
  void addedSymbols(Family family) throws IOException {
    JsonObject json = family.tokenizerJson();
    JsonArray tokens = json.getAsJsonArray("added_tokens");
    for (String token : JavaTokenizerTest.SYMBOLS) {
      tokens.add(added(token, tokens, false, false, true));
    }
    try (Tokenizer tokenizer = load(json)) {
      assertThat(tokenizer.tokens(tokenizer.encode("5₿ a→b… ‒ «x» 2×3", 50)))
          .containsSubsequence("₿", "→", "‒", "«", "×");
      assertSame(tokenizer, texts(TEXTS));
      assertSame(tokenizer, clusters(TEXTS / 2));
      for (String symbol : JavaTokenizerTest.SYMBOLS) {
        String text = "a%1$sb %1$s%1$s c %1$s".formatted(symbol);
        assertThat(assertSame(tokenizer, text, null)).isTrue();
      }
    }
  }

  /** Pieces that overlap, sums that are equal or all but, and words that no cache keeps. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void scores(boolean bytes) throws IOException {
    Random random = new Random(SEED);
    for (int round = 0; round < 20; round++) {
      JsonObject json = Family.XLM_ROBERTA.tokenizerJson();
      json.add("pre_tokenizer", splits("", "always", random.nextBoolean()));
      JsonObject model = json.getAsJsonObject("model");
      JsonArray vocab = new JsonArray();
      for (String special : List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>")) {
        add(vocab, special, "0.0");
      }
      List<String> letters = new ArrayList<>(List.of("a", "b", "c"));
      List<BigDecimal> scores = new ArrayList<>();
      for (int i = 0; i < letters.size(); i++) {
        // As Python writes what SentencePiece has in 32 bits.
        double score = -random.nextFloat() * (round % 4 == 0 ? 1 : 20);
        scores.add(new BigDecimal(Double.toString(score)));
        add(vocab, letters.get(i), Double.toString(score));
      }
      for (int i = 0; i < 30; i++) {
        int first = random.nextInt(letters.size());
        int second = random.nextInt(letters.size());
        String piece = letters.get(first) + letters.get(second);
        if (piece.length() < 9 && !letters.contains(piece)) {
          BigDecimal sum = scores.get(first).add(scores.get(second));
          String score =
              switch (random.nextInt(3)) {
                case 0 -> sum.toPlainString();
                case 1 -> Double.toString(sum.doubleValue());
                default ->
                    Double.toString(
                        scores.get(first).doubleValue() + scores.get(second).doubleValue());
              };
          letters.add(piece);
          scores.add(sum);
          add(vocab, piece, score);
        }
      }
      for (int b = 0; bytes && b < 256 - (round % 3); b++) {
        add(vocab, "<0x%02X>".formatted(b), "-3.5");
      }
      add(vocab, "xyzxyzxyz", "-1e3");
      add(vocab, "a", "-2.25"); // of pieces that are there twice the last counts
      model.add("vocab", vocab);
      model.addProperty("byte_fallback", bytes);
      json.add("added_tokens", new JsonArray());
      json.getAsJsonArray("added_tokens").add(token("<s>", 0));
      json.getAsJsonArray("added_tokens").add(token("</s>", 2));
      try (Tokenizer tokenizer = load(json)) {
        for (int i = 0; i < 150; i++) {
          StringBuilder text = new StringBuilder();
          int length = i == 0 ? 3_000 : random.nextInt(70);
          for (int k = 0; k < length; k++) {
            text.append("abcabcabcxyz<unk> é中\n".charAt(random.nextInt(i % 2 == 0 ? 9 : 21)));
          }
          assertThat(assertSame(tokenizer, text.toString(), null)).isTrue();
        }
      }
    }
  }

  /** Whether "ab" is one piece or two, where that hangs on the last bit of a number. */
  @Test
  void sumsThatDifferInTheLastBit() throws IOException {
    JsonObject json = Family.XLM_ROBERTA.tokenizerJson();
    JsonArray vocab = new JsonArray();
    for (String special : List.of("<s>", "<pad>", "</s>", "<unk>", "▁")) {
      add(vocab, special, "-1.0");
    }
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder();
    int c = 0x4E00;
    for (int i = 0; i < 100_000 && text.length() < 600; i++) {
      String first = Double.toString(-10 * random.nextDouble() - 5);
      String second = Double.toString(-10 * random.nextDouble() - 5);
      String both = Double.toString(Double.parseDouble(first) + Double.parseDouble(second));
      double exact = Double.parseDouble(first) + Double.parseDouble(second);
      double read = NativeNumber.parse(first) + NativeNumber.parse(second);
      if (Double.parseDouble(both) > exact != NativeNumber.parse(both) > read) {
        String pair = Character.toString(c++) + (char) c++;
        add(vocab, pair.substring(0, 1), first);
        add(vocab, pair.substring(1), second);
        add(vocab, pair, both);
        text.append(pair).append(' ');
      }
    }
    assertThat(text).hasSizeGreaterThan(500);
    json.getAsJsonObject("model").add("vocab", vocab);
    json.add("added_tokens", new JsonArray());
    json.getAsJsonArray("added_tokens").add(token("<s>", 0));
    json.getAsJsonArray("added_tokens").add(token("</s>", 2));
    json.add("normalizer", null);
    try (Tokenizer tokenizer = load(json)) {
      assertThat(assertSame(tokenizer, text.toString(), null)).isTrue();
    }
  }

  /**
   * Two spellings of one double, so that "XY" is as good in one piece as in two. The native library
   * reads two numbers; XLMRobertaTokenizer hands it the doubles that Python reads. The ids are
   * those of AutoTokenizer in transformers 5.18, which opened such a folder with either class.
   */
  @ParameterizedTest
  @CsvSource({"XLMRobertaTokenizer, 0 4 7 2", "PreTrainedTokenizerFast, 0 4 5 6 2"})
  void scores_areReadAsByTheClass(String tokenizerClass, String ids) throws IOException {
    JsonObject json = scored("-9.007199254740994", "0.0", "-9.007199254740995");
    String config = "{\"tokenizer_class\": \"%s\"}".formatted(tokenizerClass);
    Map<String, String> files =
        Map.of("tokenizer.json", json.toString(), "tokenizer_config.json", config);
    try (Tokenizer tokenizer = Tokenizer.load(Fixture.inMemory(files));
        Tokenizer again = Tokenizer.load(Fixture.inMemory(tokenizer.files()))) {
      assertThat(tokenizer.inJava()).isNotNull();
      for (Tokenizer each : List.of(tokenizer, again)) {
        assertThat(each.encode("XY", 9).ids()).as(tokenizerClass).containsExactly(numbers(ids));
      }
    }
  }

  /** A file that the class would not build counts as it is written, and so do its numbers. */
  @Test
  void scoresOfAnotherPipeline_areReadAsWritten() throws IOException {
    JsonObject json = scored("-9.007199254740994", "0.0", "-9.007199254740995");
    json.add("normalizer", ComponentJson.typed("NFC"));
    String config = "{\"tokenizer_class\": \"XLMRobertaTokenizer\"}";
    Map<String, String> files =
        Map.of("tokenizer.json", json.toString(), "tokenizer_config.json", config);
    try (Tokenizer tokenizer = Tokenizer.load(Fixture.inMemory(files));
        Tokenizer again = Tokenizer.load(Fixture.inMemory(tokenizer.files()))) {
      assertThat(assertSame(tokenizer, "XY", null)).isTrue();
      assertThat(again.encode("XY", 9).ids()).isEqualTo(tokenizer.encode("XY", 9).ids());
      assertThat(again.encode("XY", 9).size()).isEqualTo(5);
    }
  }

  /** The file opens, and the number is 0, as in the native library. */
  @ParameterizedTest
  @ValueSource(strings = {"-1e-99999999999", "0.1e-2147483648"})
  void scoreWithAHugeExponent_isNothing(String score) throws IOException {
    try (Tokenizer tokenizer = load(scored("-1.0", "-1.0", score))) {
      assertThat(tokenizer.encode("XY", 9).ids()).containsExactly(0, 4, 7, 2);
      assertThat(assertSame(tokenizer, "XY", null)).isTrue();
    }
    try (Tokenizer tokenizer = load(scored(score, score, "-1.0"))) {
      assertThat(tokenizer.encode("XY", 9).ids()).containsExactly(0, 4, 5, 6, 2);
      assertThat(assertSame(tokenizer, "XY", null)).isTrue();
    }
  }

  /** The older form of Metaspace that adds no space; libraries of today want its scheme, too. */
  @Test
  void metaspace_thatSaysOnlyThatNoSpaceIsAdded() throws IOException {
    JsonObject json = scored("-1.0", "-1.0", "-1.5");
    String metaspace = "{type: Metaspace, replacement: ▁, add_prefix_space: false}";
    json.add("pre_tokenizer", JsonParser.parseString(metaspace));
    json.add("decoder", JsonParser.parseString(metaspace));
    try (Tokenizer tokenizer = load(json)) {
      assertThat(tokenizer.inJava()).isNotNull();
      assertThat(tokenizer.encode("XY X", 9).ids()).containsExactly(0, 7, 4, 5, 2);
      assertThat(tokenizer.decode(new int[] {0, 7, 4, 5, 2})).isEqualTo("XY X");
      assertSame(tokenizer, texts(TEXTS / 10));
      JsonObject saved =
          JsonParser.parseString(tokenizer.files().get("tokenizer.json")).getAsJsonObject();
      for (String stage : List.of("pre_tokenizer", "decoder")) {
        assertThat(JsonFile.string(saved.getAsJsonObject(stage), "prepend_scheme"))
            .isEqualTo("never");
      }
      try (Tokenizer again = Tokenizer.load(Fixture.inMemory(tokenizer.files()))) {
        assertThat(again.encode("XY X", 9)).isEqualTo(tokenizer.encode("XY X", 9));
        assertThat(again.decode(new int[] {0, 7, 4, 5, 2})).isEqualTo("XY X");
      }
    }
  }

  /**
   * A consonant that a linker joins to another one is no cluster by itself, which would lose a
   * mark.
   */
  @Test
  void conjuncts() throws IOException {
    try (Tokenizer tokenizer = load(spelling(List.of("Precompiled")))) {
      for (String text :
          List.of(
              "\u0915\u094D\u0958\u0301", "\u0915\u0958\u0301", "\u0915\u094D\u0300\u0958\u0301")) {
        assertThat(assertSame(tokenizer, text, null)).isTrue();
      }
    }
  }

  /** As serde_json reads them: not always the nearest double. */
  @ParameterizedTest
  @CsvSource({
    "-13.298800468444824, -13.298800468444824",
    "1e-5, 1.0E-5",
    "0.1, 0.1",
    "-0, -0.0",
    "123456789012345678901234567890, 1.2345678901234568E29",
    "0.000000000000000000000000000001, 1.0E-30",
    "1.5E+3, 1500.0",
    "-0.3333333333333333333333333, -0.3333333333333333",
    "25e-00000000000000000001, 2.5",
    "-1e-99999999999, -0.0",
    "0.1e-2147483648, 0.0",
    "1e-99999999999999999999999, 0.0",
    "0e99999999999, 0.0"
  })
  void numbersOfAFile(String text, double expected) {
    assertThat(Math.abs(NativeNumber.parse(text) - expected))
        .isLessThanOrEqualTo(Math.ulp(expected));
  }

  /** No step takes time that grows with the square of a text. */
  @Test
  void hugeRuns() throws IOException {
    for (Family family : List.of(Family.ALBERT, Family.XLM_ROBERTA, Family.DEBERTA_V2)) {
      try (Tokenizer tokenizer = load(family.tokenizerJson())) {
        for (String part :
            List.of(
                "a",
                "\u0301\u0323\u0327",
                "中",
                " ",
                "▁",
                "\uD83D\uDE00\u200D",
                "\u1100\u1161\u11A8")) {
          String text = part.repeat(500_000 / part.length());
          Tokens ours = tokenizer.inJava().encode(text, null, true);
          assertThat(ours.size()).isPositive();
        }
        for (String part : List.of("ab\u0301\u0323", "\u0915\u094D", "de ")) {
          assertThat(assertSame(tokenizer, part.repeat(3_000), null)).isTrue();
        }
      }
    }
  }

  @Test
  void whatDiffersFromTheKnownPipelines_runsInTheNativeOne() throws IOException {
    List<JsonObject> others = new ArrayList<>();
    for (String normalizer :
        List.of(
            "{type: Nmt}",
            "{type: Prepend, prepend: x}",
            "{type: Replace, pattern: {Regex: '\\\\s+'}, content: ' '}")) {
      JsonObject json = Family.XLM_ROBERTA.tokenizerJson();
      json.add("normalizer", JsonParser.parseString(normalizer));
      others.add(json);
    }
    for (String splits :
        List.of(
            "{type: WhitespaceSplit}",
            "{type: Metaspace, replacement: _, prepend_scheme: always, split: true}",
            "{type: Sequence, pretokenizers: [{type: Punctuation, behavior: Removed}, {type:"
                + " Metaspace, replacement: ▁, prepend_scheme: always, split: true}]}",
            "{type: Sequence, pretokenizers: [{type: Metaspace, replacement: ▁, prepend_scheme:"
                + " always, split: true}, {type: Digits, individual_digits: true}]}")) {
      JsonObject json = Family.XLM_ROBERTA.tokenizerJson();
      json.add("pre_tokenizer", JsonParser.parseString(splits));
      others.add(json);
    }
    for (JsonObject json : others) {
      try (Tokenizer tokenizer = load(json)) {
        assertThat(tokenizer.inJava()).isNull();
        assertThat(tokenizer.encode("ab", 50).size()).isGreaterThan(2);
      }
    }
  }

  /** A tokenizer of few pieces: "X" with id 5, "Y" with 6, "XY" with 7. */
  private static JsonObject scored(String x, String y, String both) throws IOException {
    JsonObject json = Family.XLM_ROBERTA.tokenizerJson();
    JsonArray vocab = new JsonArray();
    for (String special : List.of("<s>", "<pad>", "</s>", "<unk>", "▁")) {
      add(vocab, special, "0.0");
    }
    add(vocab, "X", x);
    add(vocab, "Y", y);
    add(vocab, "XY", both);
    add(vocab, "<mask>", "0.0");
    json.getAsJsonObject("model").add("vocab", vocab);
    json.add("added_tokens", new JsonArray());
    json.getAsJsonArray("added_tokens").add(token("<s>", 0));
    json.getAsJsonArray("added_tokens").add(token("</s>", 2));
    json.add("normalizer", null);
    return json;
  }

  private static int[] numbers(String numbers) {
    return Stream.of(numbers.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private static void addTokens(JsonObject json) {
    JsonArray tokens = json.getAsJsonArray("added_tokens");
    for (String token : List.of("[MASK", "über", "New", "Çà中", "ﬃ", "Ⅷb", "e\u0301", "'s")) {
      tokens.add(added(token, tokens, false, false, true));
    }
    for (String token : List.of("Hello", "[CLS][CLS]", "😀", "eX", "é\u0301", "Ġ", "▁x")) {
      tokens.add(added(token, tokens, token.length() > 1, token.length() < 3, false));
    }
  }

  private static JsonObject token(String content, int id) {
    JsonArray none = new JsonArray();
    none.add(JsonParser.parseString("{id: 0}"));
    JsonObject token = added(content, none, false, false, false);
    token.addProperty("id", id);
    token.addProperty("special", true);
    return token;
  }

  private static JsonElement splits(String first, String prepend, boolean split) {
    return JsonParser.parseString(
        ("{type: Sequence, pretokenizers: [%s {type: Metaspace, replacement: ▁, prepend_scheme:"
                + " %s, split: %s}]}")
            .formatted(first, prepend, split));
  }

  private static void add(JsonArray vocab, String piece, String score) {
    JsonArray entry = new JsonArray();
    entry.add(piece);
    entry.add(JsonParser.parseString(score));
    vocab.add(entry);
  }

  /** A tokenizer of single characters; the bytes of those it does not have. */
  private static JsonObject spelling(List<String> normalizers) throws IOException {
    JsonObject json = Family.XLM_ROBERTA.tokenizerJson();
    JsonArray steps = new JsonArray();
    for (String name : normalizers) {
      steps.add(
          switch (name) {
            case "Strip" -> ComponentJson.strip(true, true);
            case "Blanks" -> ComponentJson.replace("Regex", " {2,}", " ");
            case "White" -> ComponentJson.replace("Regex", "\\s{2,}|[\\n\\r\\t]", " ");
            case "Quotes" -> ComponentJson.replace("String", "aa", "\"X");
            case "Precompiled" -> ComponentJson.precompiled(Family.charsmap());
            default -> ComponentJson.typed(name);
          });
    }
    JsonObject normalizer = ComponentJson.typed("Sequence");
    normalizer.add("normalizers", steps);
    json.add("normalizer", normalizer);
    json.add("pre_tokenizer", splits("", "never", false));
    JsonArray vocab = new JsonArray();
    for (String special : List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>")) {
      add(vocab, special, "0.0");
    }
    for (int b = 0; b < 256; b++) {
      add(vocab, "<0x%02X>".formatted(b), "-9.5");
    }
    for (int c = 0x20; c < 0x3100; c++) {
      add(vocab, Character.toString(c), "-1.5");
    }
    JsonObject model = json.getAsJsonObject("model");
    model.add("vocab", vocab);
    model.addProperty("byte_fallback", true);
    json.add("added_tokens", new JsonArray());
    json.getAsJsonArray("added_tokens").add(token("<s>", 0));
    json.getAsJsonArray("added_tokens").add(token("</s>", 2));
    return json;
  }

  /** Texts of characters that join, and of such as change. */
  private static List<String> clusters(int count) {
    Random random = new Random(SEED);
    int[] all = CLUSTERS.codePoints().toArray();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(24); k > 0; k--) {
        int c = all[random.nextInt(all.length)];
        if (random.nextInt(12) == 0) {
          c = random.nextInt(random.nextBoolean() ? 0x3400 : 0x20000);
        }
        text.appendCodePoint(Character.isSurrogate((char) c) && c < 0x10000 ? 'b' : c);
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
