package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A text that is cut before it is tokenized has the ids, types and places of the whole text cut
 * after it, as the golden files show those to be right.
 */
class CutPointsTest {
  /** Texts of each pipeline and side; {@code -Dafina.cuts=1000} tries more. */
  private static final int ROUNDS = Integer.getInteger("afina.cuts", 30);

  /**
   * What joins, splits, vanishes or grows in some normalizer, and added tokens in all spellings.
   */
  private static final List<String> SNIPPETS =
      List.of(
          " ",
          " ",
          " ",
          "  ",
          "\n",
          "\t",
          "\r\n",
          "\u00a0",
          "\u3000",
          "\u2028",
          "\0",
          "\u200d",
          "\u00ad",
          "\ufeff",
          "the",
          "train",
          "Was",
          "LATE",
          "unbelievably",
          "don't",
          "we'll",
          "'s",
          "a",
          "b",
          "é",
          "e\u0301",
          "\u0301",
          "\u0323",
          "İ",
          "ß",
          "Ĳ",
          "ŉ",
          "ﬁ",
          "´",
          "¨",
          "\u1e9b\u0323",
          "中",
          "文字",
          "东西",
          "日本語",
          "こんにちは",
          "カタカナ",
          "か\u3099",
          "한국어",
          "\u1112\u1161\u11ab",
          "。",
          "，",
          "\ufdfa",
          "नमस्ते",
          "\u0958",
          "ก็",
          "ไทย",
          "שלום",
          "مرحبا",
          "Привет",
          "Ελλάς",
          "😀",
          "😃😄",
          "👩\u200d👩\u200d👧",
          "🏳️",
          "\ud83d",
          "\ude00",
          "½",
          "²",
          "12",
          "3.14",
          "1234567890",
          ".",
          ",",
          ";",
          ":",
          "!",
          "?",
          "(",
          ")",
          "[",
          "]",
          "<",
          ">",
          "\"",
          "'",
          "`",
          "_",
          "-",
          "/",
          "#",
          "@",
          "$",
          "\u037e",
          "[MASK]",
          "[SEP]",
          "[CLS]",
          "[UNK]",
          "<mask>",
          "</s>",
          "<s>",
          "<pad>",
          "[mask]",
          "New York",
          "new york",
          "new",
          "York",
          "<e1>",
          "é!x",
          "word",
          "wordy",
          " sp ",
          "x-y",
          "x",
          "y",
          "😀tok",
          "中tok");

  /** Tokens with spaces, marks, accents and emoji inside, with each flag, exact and normalized. */
  private static final String[] ADDED = {
    "New York,false,false,false,true",
    "<e1>,false,true,false,false",
    "x-y,true,false,false,true",
    "word,true,false,false,false",
    "é!x,false,false,false,true",
    " sp ,false,false,true,false",
    "😀tok,false,true,true,true",
    "中tok,false,false,false,true",
    "[e2],false,false,true,false"
  };

  /** How many tokens, or merges, a {@link #small} vocabulary has. */
  private static final int SMALL = 3_000;

  /** The tokenizer.json of each vocabulary: to write one takes longer than most tests of it. */
  private static final Map<String, String> JSON = new HashMap<>();

  private int cutBefore;

  @Test
  void encode_bert_likeTheWholeText() throws IOException {
    check(json(Fixture.UNCASED), 11);
    check(json(Fixture.CASED), 12);
    check(json(Fixture.MULTILINGUAL), 13);
    assertThat(cutBefore).as("texts that were cut before").isGreaterThan(125);
  }

  @Test
  void encode_byteLevel_likeTheWholeText() throws IOException {
    check(json(Fixture.ROBERTA), 21);
    JsonObject prefix = json(Fixture.ROBERTA);
    prefix.getAsJsonObject("pre_tokenizer").addProperty("add_prefix_space", true);
    prefix.getAsJsonObject("post_processor").addProperty("add_prefix_space", true);
    check(prefix, 22);
    assertThat(cutBefore).as("texts that were cut before").isGreaterThan(75);
  }

  @Test
  void encode_metaspace_likeTheWholeText() throws IOException {
    for (Family family :
        List.of(
            Family.XLM_ROBERTA,
            Family.ALBERT,
            Family.ALBERT_CASED,
            Family.DEBERTA_V2,
            Family.DEBERTA_V2_PUNCTUATION)) {
      check(withChinesePieces(family), family.name().hashCode());
    }
    assertThat(cutBefore).as("texts that were cut before").isGreaterThan(125);
  }

  /**
   * An unknown run is one token, so what is kept reaches up to the cut; and how a run of pieces is
   * divided depends on its end, as far back as its beginning.
   */
  @Test
  void encode_chinesePiecesAtTheCut_likeTheWholeText() throws IOException {
    try (Tokenizer tokenizer = tokenizer(withChinesePieces(Family.XLM_ROBERTA), Side.RIGHT)) {
      for (int unknown = 280; unknown < 320; unknown++) {
        for (int pieces = 1; pieces < 12; pieces++) {
          String run = "中文字".repeat(4).substring(0, pieces);
          compare(tokenizer, "ⴰ".repeat(unknown) + (run + "本").repeat(40), null, 6);
        }
      }
    }
    assertThat(cutBefore).as("texts that were cut before").isGreaterThan(50);
  }

  /** What transformers 4 wrote for all Unigram families, and schemes that are not the usual one. */
  @Test
  void encode_otherMetaspacePipelines_likeTheWholeText() throws IOException {
    JsonObject old = withChinesePieces(Family.DEBERTA_V2);
    old.add(
        "normalizer",
        ComponentJson.sequence(
            "normalizers",
            List.of(
                ComponentJson.strip(true, true),
                ComponentJson.precompiled(Family.charsmap()),
                ComponentJson.replace("Regex", " {2,}", ComponentJson.METASPACE))));
    check(old, 51);
    for (String scheme : List.of("never", "first")) {
      JsonObject json = withChinesePieces(Family.DEBERTA_V2);
      json.add("pre_tokenizer", ComponentJson.metaspace(scheme));
      check(json, scheme.hashCode());
    }
    JsonObject bytes = withChinesePieces(Family.XLM_ROBERTA);
    bytes.getAsJsonObject("model").addProperty("byte_fallback", true);
    check(bytes, 52);
    assertThat(cutBefore).as("texts that were cut before").isGreaterThan(75);
  }

  @Test
  void encode_metaspaceAddedTokens_likeTheWholeText() throws IOException {
    for (Family family : List.of(Family.XLM_ROBERTA, Family.DEBERTA_V2, Family.ALBERT)) {
      for (int without = 0; without <= ADDED.length; without++) {
        check(
            with(
                withChinesePieces(family),
                without < ADDED.length ? List.of(ADDED[without]) : Arrays.asList(ADDED)),
            61 + without);
      }
    }
    assertThat(cutBefore).as("texts that were cut before").isGreaterThan(125);
  }

  /** A map that makes letters of spaces, or nothing of letters, and an added token that it hits. */
  @Test
  void next_charsmapThatChangesSpaces_hasNoCut() throws IOException {
    JsonObject json = Family.XLM_ROBERTA.tokenizerJson();
    assertThat(cuts(json).next("ab cd", 1)).isEqualTo(2);
    assertThat(cuts(json).next("ab\tcd", 1)).as("only spaces are sure").isEqualTo(-1);
    assertThat(cuts(json).next("aｂ cd", 1)).as("ｂ becomes b").isEqualTo(-1);
    assertThat(cuts(json).next("中文 cd", 1)).as("no piece has both").isEqualTo(1);
    assertThat(cuts(withChinesePieces(Family.XLM_ROBERTA)).next("中文 cd", 1)).isEqualTo(2);
    assertThat(cuts(with(json, List.of("ｘ,false,false,false,true")))).isNull();
    JsonObject replaced = Family.XLM_ROBERTA.tokenizerJson();
    replaced.add("normalizer", ComponentJson.replace("String", "_", " "));
    assertThat(cuts(replaced)).isNull();
    replaced.add("normalizer", ComponentJson.replace("String", " ", "x"));
    assertThat(cuts(replaced)).isNull();
  }

  @Test
  void encode_otherNormalizers_likeTheWholeText() throws IOException {
    for (String normalizer :
        List.of("NFC", "NFD", "NFKC", "NFKD", "NFD,StripAccents,Lowercase", "NFKC,Lowercase")) {
      for (String vocabulary : List.of(Fixture.ROBERTA, Fixture.UNCASED)) {
        JsonObject json = small(vocabulary);
        JsonArray steps = new JsonArray();
        for (String type : normalizer.split(",", -1)) {
          JsonObject step = new JsonObject();
          step.addProperty("type", type);
          steps.add(step);
        }
        JsonObject sequence = new JsonObject();
        sequence.addProperty("type", "Sequence");
        sequence.add("normalizers", steps);
        json.add("normalizer", sequence);
        check(json, normalizer.hashCode());
      }
    }
  }

  /** Of many that begin alike, only those that are there as a whole. */
  @Test
  void next_manyAddedTokens_isBeforeOneOfThem() throws IOException {
    List<String> added = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      added.add("<" + i + "x,false,false,false,false");
    }
    CutPoints cuts = cuts(with(small(Fixture.UNCASED), added));
    String text = "<<<1x<17yb<17<2999xc<3000x<";
    List<Integer> found = new ArrayList<>();
    for (int at = cuts.next(text, 1); at >= 0; at = cuts.next(text, at + 1)) {
      found.add(at);
    }
    assertThat(found).containsExactly(text.indexOf("<1x"), text.indexOf("<2999x"));
    assertThat(cuts.previous(text, text.length() - 1)).isEqualTo(text.indexOf("<2999x"));
    assertThat(cuts.next("<".repeat(500), 1)).isEqualTo(-1);
  }

  @Test
  void encode_addedTokens_likeTheWholeText() throws IOException {
    for (String vocabulary : List.of(Fixture.ROBERTA, Fixture.UNCASED)) {
      for (int without = 0; without <= ADDED.length; without++) {
        List<String> some = new ArrayList<>(Arrays.asList(ADDED));
        if (without < ADDED.length) {
          some = List.of(ADDED[without]); // each alone, then all
        }
        check(with(small(vocabulary), some), 31 + without);
      }
    }
    assertThat(cutBefore).as("texts that were cut before").isGreaterThan(350);
  }

  /** The cut falls into a word without end, behind an added token, into a run of spaces. */
  @Test
  void encode_longRuns_likeTheWholeText() throws IOException {
    List<String> runs =
        List.of(
            "a", "word ", " ", "\n", "中", "の", "😀", "<mask>", "[MASK]", "<mask> ", "é", "e\u0301",
            "한", "1", ".", "a.", "\u0301", "[SEP]a", "x<mask>", "ไทย ", "don't ");
    for (String vocabulary : List.of(Fixture.ROBERTA, Fixture.UNCASED)) {
      longRuns(json(vocabulary), runs);
    }
    longRuns(withChinesePieces(Family.XLM_ROBERTA), runs);
    longRuns(withChinesePieces(Family.DEBERTA_V2), runs);
  }

  private void longRuns(JsonObject json, List<String> runs) throws IOException {
    for (Side side : Side.values()) {
      try (Tokenizer tokenizer = tokenizer(json, side)) {
        for (String run : runs) {
          String text = "begin " + run.repeat(3_000 / run.length()) + " the end";
          compare(tokenizer, text, null, 16);
          compare(tokenizer, text, "short", 15);
          compare(tokenizer, text, run.repeat(1_000) + " a", 16);
        }
      }
    }
  }

  @Test
  void encode_millionChars_readsOnlyWhatIsKept() throws IOException {
    try (Tokenizer bert = Fixture.tokenizer(Fixture.UNCASED);
        Tokenizer roberta = Fixture.tokenizer(Fixture.ROBERTA);
        Tokenizer xlmRoberta = tokenizer(withChinesePieces(Family.XLM_ROBERTA), Side.RIGHT)) {
      for (Tokenizer tokenizer : List.of(bert, roberta, xlmRoberta)) {
        for (String text :
            List.of(
                "word, ".repeat(170_000), "中文字本".repeat(250_000), "[MASK]<mask>".repeat(80_000))) {
          Encoding encoding = tokenizer.encode(text, 512);
          assertThat(encoding.size()).isEqualTo(512);
          assertThat(encoding.allTruncatedCounted()).as(text.substring(0, 12)).isFalse();
        }
      }
    }
  }

  @Test
  void lostTokens_longText_areAtLeastSoMany() throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(Fixture.UNCASED)) {
      Encoding whole = tokenizer.encode("the ".repeat(60), 512);
      assertThat(whole.truncatedTokens()).isZero();
      assertThat(whole.allTruncatedCounted()).isTrue();
      Encoding counted = tokenizer.encode("the ".repeat(60), 12);
      assertThat(counted.truncatedTokens()).isEqualTo(50);
      assertThat(counted.allTruncatedCounted()).isTrue();
      Encoding cut = tokenizer.encode("the ".repeat(10_000), 12);
      assertThat(cut.ids()).isEqualTo(counted.ids());
      assertThat(cut.truncatedTokens()).isBetween(1, 9_990);
      assertThat(cut.allTruncatedCounted()).isFalse();
      // Longer than any excerpt, but not longer than fits: nothing was lost.
      Encoding spaces = tokenizer.encode(" ".repeat(5_000) + "the" + " ".repeat(5_000), 12);
      assertThat(spaces.ids()).containsExactly(101, 1996, 102);
      assertThat(spaces.truncatedTokens()).isZero();
    }
  }

  private void check(JsonObject json, int seed) throws IOException {
    Random random = new Random(seed);
    for (Side side : Side.values()) {
      try (Tokenizer tokenizer = tokenizer(json, side)) {
        for (int round = 0; round < ROUNDS; round++) {
          String text = text(random);
          String pair = random.nextInt(3) == 0 ? text(random) : null;
          compare(tokenizer, text, pair, 6 + random.nextInt(40));
        }
      }
    }
  }

  private void compare(Tokenizer tokenizer, String text, String pair, int maxTokens) {
    Encoding cut = tokenizer.encodeWithOffsets(text, pair, maxTokens);
    cutBefore += cut.allTruncatedCounted() ? 0 : 1;
    Excerpt second = pair == null ? null : Excerpt.all(pair);
    Encoding whole = tokenizer.encode(text, Excerpt.all(text), pair, second, maxTokens, true);
    String where = "text " + text + "\npair " + pair + "\ncut to " + maxTokens;
    assertThat(cut.ids()).as(where).isEqualTo(whole.ids());
    assertThat(cut.typeIds()).as(where).isEqualTo(whole.typeIds());
    for (int i = 0; i < cut.size(); i++) {
      assertThat(cut.sequence(i)).as(where).isEqualTo(whole.sequence(i));
      assertThat(cut.start(i)).as("start %s of %s", i, where).isEqualTo(whole.start(i));
      assertThat(cut.end(i)).as("end %s of %s", i, where).isEqualTo(whole.end(i));
    }
    assertThat(whole.allTruncatedCounted()).isTrue();
    assertThat(cut.truncatedTokens())
        .as(where)
        .isBetween(Math.min(1, whole.truncatedTokens()), whole.truncatedTokens());
    assertThat(tokenizer.encode(text, pair, maxTokens).ids()).as(where).isEqualTo(cut.ids());
  }

  /** Up to some two thousand chars, often with one snippet many times in a row. */
  private static String text(Random random) {
    StringBuilder builder = new StringBuilder();
    int snippets = 20 + random.nextInt(400);
    boolean spaces = random.nextInt(3) > 0;
    for (int i = 0; i < snippets; i++) {
      String snippet = SNIPPETS.get(random.nextInt(SNIPPETS.size()));
      builder.append(snippet.repeat(random.nextInt(20) == 0 ? random.nextInt(30) : 1));
      if (spaces && random.nextBoolean()) {
        builder.append(' ');
      }
      if (random.nextInt(40) == 0) {
        builder.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
      }
    }
    return builder.toString();
  }

  static Tokenizer tokenizer(JsonObject json, Side side) throws IOException {
    String config = side == Side.LEFT ? "{\"truncation_side\": \"left\"}" : "{}";
    return Tokenizer.load(
        Fixture.inMemory(
            Map.of("tokenizer.json", json.toString(), "tokenizer_config.json", config)));
  }

  private static ModelTokens tokens(JsonObject json) throws IOException {
    return ModelTokens.of(json.getAsJsonObject("model").get("vocab"), "tokenizer.json");
  }

  static JsonObject with(JsonObject json, List<String> added) throws IOException {
    Map<String, Integer> ids = tokens(json).ids();
    int next = tokens(json).size();
    for (JsonElement token : json.getAsJsonArray("added_tokens")) {
      next = Math.max(next, token.getAsJsonObject().get("id").getAsInt() + 1);
    }
    for (String line : added) {
      String[] parts = line.split(",", -1);
      JsonObject token = new JsonObject();
      Integer known = ids.get(parts[0]);
      token.addProperty("id", known != null ? known : next++);
      token.addProperty("content", parts[0]);
      token.addProperty("single_word", Boolean.valueOf(parts[1]));
      token.addProperty("lstrip", Boolean.valueOf(parts[2]));
      token.addProperty("rstrip", Boolean.valueOf(parts[3]));
      token.addProperty("normalized", Boolean.valueOf(parts[4]));
      token.addProperty("special", false);
      json.getAsJsonArray("added_tokens").add(token);
    }
    return json;
  }

  /** Pieces of some neighbours, so that between others a text may be cut. */
  private static JsonObject withChinesePieces(Family family) throws IOException {
    JsonObject json = family.tokenizerJson();
    JsonArray vocab = json.getAsJsonObject("model").getAsJsonArray("vocab");
    for (JsonElement token : json.getAsJsonArray("added_tokens")) {
      int id = token.getAsJsonObject().get("id").getAsInt();
      if (id >= vocab.size()) {
        vocab.add(piece(token.getAsJsonObject().get("content").getAsString(), 0));
      }
    }
    double score = -8;
    for (String text : List.of("中", "文", "字", "中文", "文字", "字中", "日本語", "本", "东西", "▁中文")) {
      if (!tokens(json).ids().containsKey(text)) {
        vocab.add(piece(text, score -= 0.25));
      }
    }
    return json;
  }

  private static JsonArray piece(String text, double score) {
    JsonArray piece = new JsonArray();
    piece.add(text);
    piece.add(score);
    return piece;
  }

  static CutPoints cuts(JsonObject json) throws IOException {
    Settings settings = Settings.read(Fixture.inMemory(Map.of()));
    return CutPoints.of(
        new TokenizerJson(
            TokenizerContent.of(json.deepCopy(), "tokenizer.json"), "tokenizer.json", settings));
  }

  private static JsonObject json(String vocabulary) throws IOException {
    String text = JSON.get(vocabulary);
    if (text == null) {
      try (Tokenizer tokenizer = Fixture.tokenizer(vocabulary)) {
        text = tokenizer.files().get("tokenizer.json");
      }
      JSON.put(vocabulary, text);
    }
    return JsonParser.parseString(text).getAsJsonObject();
  }

  /**
   * The same with a tenth of the tokens, numbered anew. Where a text may be cut depends on the
   * pipeline and the added tokens; what the whole vocabularies add, the tests of BERT and of bytes
   * show.
   */
  private static JsonObject small(String vocabulary) throws IOException {
    JsonObject json = json(vocabulary);
    JsonObject model = json.getAsJsonObject("model");
    Set<String> kept = new HashSet<>();
    for (JsonElement token : json.getAsJsonArray("added_tokens")) {
      kept.add(token.getAsJsonObject().get("content").getAsString());
    }
    JsonArray merges = model.getAsJsonArray("merges");
    if (merges != null) {
      JsonArray first = new JsonArray();
      for (int i = 0; i < SMALL; i++) { // each joins letters, or what an earlier one gave
        JsonArray pair = merges.get(i).getAsJsonArray();
        first.add(pair);
        kept.add(pair.get(0).getAsString() + pair.get(1).getAsString());
      }
      model.add("merges", first);
    }
    Map<String, Integer> ids = tokens(json).ids();
    JsonObject vocab = new JsonObject();
    ids.entrySet().stream()
        .filter(
            token ->
                kept.contains(token.getKey())
                    || token.getKey().replace("##", "").length() == 1
                    || (merges == null && token.getValue() < SMALL))
        .sorted(Map.Entry.comparingByValue())
        .forEach(token -> vocab.addProperty(token.getKey(), vocab.size()));
    model.add("vocab", vocab);
    for (JsonElement token : json.getAsJsonArray("added_tokens")) {
      JsonObject added = token.getAsJsonObject();
      added.add("id", vocab.get(added.get("content").getAsString()));
    }
    return json;
  }
}
