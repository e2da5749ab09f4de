package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenizerTest {

  private static Tokenizer bert;
  private static Tokenizer roberta;

  @BeforeAll
  static void open() throws IOException {
    bert = Fixture.tokenizer(Fixture.UNCASED);
    roberta = Fixture.tokenizer(Fixture.ROBERTA);
  }

  @AfterAll
  static void close() {
    bert.close();
    roberta.close();
  }

  @Test
  void encode_workedByHand() {
    Encoding encoding = bert.encodeWithOffsets("Unaffable  Café!", null, 64);
    assertThat(bert.tokens(encoding))
        .containsExactly("[CLS]", "una", "##ffa", "##ble", "cafe", "!", "[SEP]");
    assertThat(encoding.ids()).containsExactly(101, 14477, 20961, 3468, 7668, 999, 102);
    assertThat(encoding.start(2)).isEqualTo(3);
    assertThat(encoding.end(2)).isEqualTo(6);
    assertThat("Unaffable  Café!".substring(encoding.start(4), encoding.end(4))).isEqualTo("Café");
    assertThat(encoding.isSpecial(0)).isTrue();
    assertThat(encoding.isSpecial(1)).isFalse();
    assertThat(encoding.truncatedTokens()).isZero();
  }

  @Test
  void encode_pair_typesAndSequences() {
    Encoding encoding = bert.encode("a b", "c", 64);
    assertThat(encoding.ids()).containsExactly(101, 1037, 1038, 102, 1039, 102);
    assertThat(encoding.typeIds()).containsExactly(0, 0, 0, 0, 1, 1);
    assertThat(encoding.typeId(4)).isEqualTo(1);
    assertThat(sequences(encoding)).containsExactly(-1, 0, 0, -1, 1, -1);

    Encoding types = roberta.encode("a b", "c", 64);
    assertThat(roberta.tokens(types))
        .containsExactly("<s>", "a", "Ġb", "</s>", "</s>", "c", "</s>");
    assertThat(types.typeIds()).containsOnly(0);
    assertThat(sequences(types)).containsExactly(-1, 0, 0, -1, -1, 1, -1);
  }

  @Test
  void encode_emptyPair_isAPair() {
    assertThat(bert.encode("a", "", 64).ids()).containsExactly(101, 1037, 102, 102);
    assertThat(bert.encode("a", null, 64).ids()).containsExactly(101, 1037, 102);
    assertThat(bert.encode("", 64).ids()).containsExactly(101, 102);
  }

  @Test
  void encode_specialTokenInTheText_isContent() {
    Encoding encoding = bert.encode("a [SEP] b", 64);
    assertThat(encoding.ids()).containsExactly(101, 1037, 102, 1038, 102);
    assertThat(sequences(encoding)).containsExactly(-1, 0, 0, 0, -1);
    Encoding cut = bert.encode("a [SEP] b", 4);
    assertThat(cut.ids()).containsExactly(101, 1037, 102, 102);
    assertThat(cut.truncatedTokens()).isEqualTo(1);
  }

  @Test
  void encode_tooLong_keepsSpecialTokensAndCountsTheRest() {
    Encoding encoding = bert.encode("a b c d e", 5);
    assertThat(bert.tokens(encoding)).containsExactly("[CLS]", "a", "b", "c", "[SEP]");
    assertThat(encoding.truncatedTokens()).isEqualTo(2);
    Encoding pair = bert.encode("a b c d e", "f g", 7);
    assertThat(bert.tokens(pair)).containsExactly("[CLS]", "a", "b", "[SEP]", "f", "g", "[SEP]");
    assertThat(pair.truncatedTokens()).isEqualTo(3);
  }

  @Test
  void encode_truncationSideLeft_cutsTheBeginning() throws IOException {
    Map<String, String> files = new HashMap<>(bert.files());
    files.put(
        "tokenizer_config.json", "{\"truncation_side\": \"left\", \"padding_side\": \"left\"}");
    try (Tokenizer left = Tokenizer.load(Fixture.inMemory(files))) {
      Encoding cut = left.encode("a b c d e", 5);
      assertThat(left.tokens(cut)).containsExactly("[CLS]", "c", "d", "e", "[SEP]");
      Encoding pair = left.encodeWithOffsets("a b c d e", "f g", 7);
      assertThat(left.tokens(pair)).containsExactly("[CLS]", "d", "e", "[SEP]", "f", "g", "[SEP]");
      assertThat(pair.start(1)).isEqualTo(6);
      assertThat(left.pad(List.of(cut, left.encode("a", 5))).ids()[1])
          .containsExactly(0, 0, 101, 1037, 102);
    }
  }

  @Test
  void encode_noRoomForContent_isRefused() {
    assertThat(bert.encode("a b", 3).size()).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bert.encode("a", 2))
        .withMessage("maxTokens: 2, at least 3 are needed: 2 special tokens and one of the text");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> roberta.encode("a", "b", 4))
        .withMessage("maxTokens: 4, at least 5 are needed: 4 special tokens and one of the text");
    assertThatIllegalArgumentException().isThrownBy(() -> bert.encode("", -1));
  }

  @Test
  void encode_fixedTruncationAndPaddingOfTheFile_areIgnored() throws IOException {
    Map<String, String> files = new HashMap<>();
    files.put(
        "tokenizer.json",
        bert.files()
            .get("tokenizer.json")
            .replace(
                "\"truncation\":null,\"padding\":null",
                "\"truncation\":{\"direction\":\"Right\",\"max_length\":8,\"strategy\":"
                    + "\"LongestFirst\",\"stride\":0},\"padding\":{\"strategy\":{\"Fixed\":8},"
                    + "\"direction\":\"Right\",\"pad_to_multiple_of\":null,\"pad_id\":0,"
                    + "\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}"));
    assertThat(files.get("tokenizer.json")).contains("Fixed");
    try (Tokenizer tokenizer = Tokenizer.load(Fixture.inMemory(files))) {
      assertThat(tokenizer.encode("a", 64).ids()).containsExactly(101, 1037, 102);
      assertThat(tokenizer.encode("a b c d e f g h i j", 64).size()).isEqualTo(12);
      assertThat(tokenizer.files().get("tokenizer.json")).doesNotContain("Fixed");
    }
  }

  @Test
  void encode_unpairedSurrogate_isReplacementCharacter() {
    String broken = "a\uD800b \uD83D\uDE00 \uDC00";
    Encoding encoding = roberta.encodeWithOffsets(broken, null, 64);
    assertThat(encoding.ids()).isEqualTo(roberta.encode("a\uFFFDb \uD83D\uDE00 \uFFFD", 64).ids());
    assertThat(roberta.decode(encoding.ids())).isEqualTo("a\uFFFDb \uD83D\uDE00 \uFFFD");
    int last = encoding.size() - 2;
    assertThat(encoding.end(last)).isEqualTo(broken.length());
    assertThat(bert.encode("\uDC00\uD800", 64).ids()).containsExactly(101, 102);
    assertThat(bert.encode("a", "\uDFFF", 64).ids()).containsExactly(101, 1037, 102, 102);
  }

  @Test
  void encode_nul_isACharacterLikeOthers() {
    assertThat(bert.encode("a\0b", 64).ids()).isEqualTo(bert.encode("ab", 64).ids());
    assertThat(roberta.tokens(roberta.encode("a\0b", 64)))
        .containsExactly("<s>", "a", "Ā", "b", "</s>");
  }

  @Test
  void encode_null_isRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> bert.encode(null, 8))
        .withMessage("text: null; an empty text is legal, a null one is not");
    assertThatNullPointerException().isThrownBy(() -> new TextPair(null, "a"));
    List<TextPair> holes = new ArrayList<>();
    holes.add(null);
    assertThatNullPointerException().isThrownBy(() -> bert.encodeAll(holes, 8));
  }

  @Test
  void encode_hugeTexts() {
    String words = "word ".repeat(20_000); // 100,000 characters
    for (Tokenizer tokenizer : List.of(bert, roberta)) {
      Encoding encoding = tokenizer.encodeWithOffsets(words, null, 512);
      assertThat(encoding.size()).isEqualTo(512);
      assertThat(encoding.truncatedTokens()).isPositive();
      assertThat(encoding.allTruncatedCounted()).isFalse();
      assertThat(encoding.end(510)).isLessThanOrEqualTo(510 * 5);
    }
    String word = "abcdefghij".repeat(100_000); // 1 MB
    assertThat(bert.encode(word, 512).ids()).containsExactly(101, 100, 102);
    assertThat(roberta.encode(word, 512).size()).isEqualTo(512);
    String emoji = "\uD83D\uDE00".repeat(100_000);
    Encoding cut = roberta.encodeWithOffsets(emoji, null, 512);
    assertThat(emoji.substring(cut.start(1), cut.end(1))).isEqualTo("\uD83D\uDE00");
    assertThat(cut.end(510)).isEqualTo(2 * 255);
  }

  /** Any chars, whole characters or not: the JVM lives, and offsets lie inside the text. */
  @Test
  void encode_randomChars_survives() {
    Random random = new Random(7);
    for (int round = 0; round < 3_000; round++) {
      int[] limits = {0x80, 0x600, 0x3100, 0xFFFF};
      int limit = limits[random.nextInt(limits.length)];
      StringBuilder builder = new StringBuilder();
      int length = random.nextInt(40);
      for (int i = 0; i < length; i++) {
        builder.append((char) random.nextInt(limit + 1));
      }
      String text = builder.toString();
      Tokenizer tokenizer = round % 2 == 0 ? bert : roberta;
      Encoding encoding = tokenizer.encodeWithOffsets(text, text, 30);
      assertThat(encoding.size()).isLessThanOrEqualTo(30);
      for (int i = 0; i < encoding.size(); i++) {
        assertThat(text.substring(encoding.start(i), encoding.end(i))).isNotNull();
      }
      tokenizer.decode(encoding.ids());
    }
  }

  @Test
  void encodeAll_isEncodeOfEach() {
    List<TextPair> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      texts.add(new TextPair("text number " + i, i % 3 == 0 ? "pair " + i : null));
    }
    List<Encoding> batch = bert.encodeAll(texts, 6);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(batch.get(i)).isEqualTo(bert.encode(texts.get(i).text(), texts.get(i).pair(), 6));
    }
    assertThat(bert.encodeAll(List.of(), 6)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bert.encodeAll(texts, 3))
        .withMessage("maxTokens: 3, at least 4 are needed: 3 special tokens and one of the text");
  }

  @Test
  void encode_manyThreads_likeOne() throws Exception {
    List<String> texts = Fixture.lines().subList(0, 300);
    List<int[]> alone = texts.stream().map(text -> roberta.encode(text, 32).ids()).toList();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int limit = 16 + 16 * (thread % 2); // two limits at the same time
        calls.add(
            () -> {
              for (int i = 0; i < texts.size(); i++) {
                int[] ids = roberta.encode(texts.get(i), limit).ids();
                if (ids.length > limit || (limit == 32 && !Arrays.equals(ids, alone.get(i)))) {
                  return false;
                }
              }
              return true;
            });
      }
      for (Future<Boolean> future : pool.invokeAll(calls)) {
        assertThat(future.get()).isTrue();
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void encoding_withoutOffsets_saysSo() {
    Encoding encoding = bert.encode("a", 8);
    assertThat(encoding.hasOffsets()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> encoding.start(1))
        .withMessage(
            "this Encoding has no offsets: encode leaves them out; call encodeWithOffsets");
    assertThat(bert.encodeWithOffsets("a", null, 8).hasOffsets()).isTrue();
  }

  @Test
  void encoding_arraysAreCopies() {
    Encoding encoding = bert.encode("a", "b", 8);
    encoding.ids()[0] = 7;
    encoding.typeIds()[0] = 7;
    assertThat(encoding.id(0)).isEqualTo(101);
    assertThat(encoding.typeId(0)).isZero();
    long[] batch = new long[8];
    encoding.copyIds(batch, 2);
    assertThat(batch).containsExactly(0, 0, 101, 1037, 102, 1038, 102, 0);
    encoding.copyTypeIds(batch, 2);
    assertThat(batch).containsExactly(0, 0, 0, 0, 0, 1, 1, 0);
    assertThat(encoding.toString())
        .isEqualTo("Encoding[ids=[101, 1037, 102, 1038, 102], truncatedTokens=0]");
    assertThat(encoding).hasSameHashCodeAs(bert.encode("a", "b", 8));
  }

  @Test
  void pad_toTheLongest() {
    PaddedBatch batch = roberta.pad(List.of(roberta.encode("a", 8), roberta.encode("a b c", 8)));
    assertThat(batch.ids()[0]).containsExactly(0, 102, 2, 1, 1);
    assertThat(batch.attentionMask()[0]).containsExactly(1, 1, 1, 0, 0);
    assertThat(batch.attentionMask()[1]).containsExactly(1, 1, 1, 1, 1);
    assertThat(batch.typeIds()[0]).containsExactly(0, 0, 0, 0, 0);
    PaddedBatch pairs = bert.pad(List.of(bert.encode("a", "b", 8), bert.encode("a b c d", 8)));
    assertThat(pairs.ids()[0]).containsExactly(101, 1037, 102, 1038, 102, 0);
    assertThat(pairs.typeIds()[0]).containsExactly(0, 0, 0, 1, 1, 0);
    assertThat(bert.pad(List.of()).ids()).isEmpty();
    pairs.ids()[0][0] = 7;
    assertThat(pairs.ids()[0][0]).isEqualTo(101);
  }

  @Test
  void decode_withAndWithoutSpecialTokens() {
    int[] ids = bert.encode("Hello, World!", 16).ids();
    assertThat(bert.decode(ids)).isEqualTo("hello, world!");
    assertThat(bert.decodeWithSpecialTokens(ids)).isEqualTo("[CLS] hello, world! [SEP]");
    assertThat(roberta.decode(roberta.encode(" Hello  World\n", 16).ids()))
        .isEqualTo(" Hello  World\n");
    assertThat(bert.decode(new int[0])).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bert.decode(new int[] {30522}))
        .withMessage("id: 30522 is not in the vocabulary, which has ids 0 to 30521");
    assertThatIllegalArgumentException().isThrownBy(() -> bert.decode(new int[] {-1}));
  }

  @Test
  void vocabulary_bothWays() {
    assertThat(bert.vocabularySize()).isEqualTo(30522);
    assertThat(roberta.vocabularySize()).isEqualTo(50265);
    assertThat(bert.id("hello")).hasValue(7592);
    assertThat(bert.token(7592)).isEqualTo("hello");
    assertThat(bert.id("Hello there")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> bert.token(-1));
  }

  @Test
  void specialTokens_ofBertAndRoberta() {
    SpecialTokens tokens = bert.specialTokens();
    assertThat(tokens.pad()).hasValue(0);
    assertThat(tokens.unk()).hasValue(100);
    assertThat(tokens.cls()).hasValue(101);
    assertThat(tokens.sep()).hasValue(102);
    assertThat(tokens.mask()).hasValue(103);
    assertThat(tokens.bos()).isEmpty();
    assertThat(tokens.eos()).isEmpty();
    SpecialTokens others = roberta.specialTokens();
    assertThat(others.cls()).hasValue(0);
    assertThat(others.bos()).hasValue(0);
    assertThat(others.pad()).hasValue(1);
    assertThat(others.sep()).hasValue(2);
    assertThat(others.eos()).hasValue(2);
    assertThat(others.unk()).hasValue(3);
    assertThat(others.mask()).hasValue(50264);
    assertThat(bert.specialTokensOfText()).isEqualTo(2);
    assertThat(bert.specialTokensOfPair()).isEqualTo(3);
    assertThat(roberta.specialTokensOfPair()).isEqualTo(4);
  }

  @Test
  void close_twiceAndThenUse() throws IOException {
    Tokenizer tokenizer = Fixture.tokenizer(Fixture.UNCASED);
    Encoding encoding = tokenizer.encode("a", 8);
    tokenizer.close();
    tokenizer.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> tokenizer.encode("a", 8))
        .withMessage("this Tokenizer is closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> tokenizer.encodeAll(List.of(TextPair.of("a")), 8))
        .withMessage("this Tokenizer is closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> tokenizer.decode(new int[] {101}))
        .withMessage("this Tokenizer is closed");
    assertThat(tokenizer.tokens(encoding)).containsExactly("[CLS]", "a", "[SEP]");
  }

  @Test
  void load_leavesNoSystemPropertyOfDjlBehind() {
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isNull();
    assertThat(System.getProperty("ai.djl.offline")).isNull();
    assertThat(System.getProperty("RUST_LIBRARY_PATH")).isNull();
  }

  private static int[] sequences(Encoding encoding) {
    int[] sequences = new int[encoding.size()];
    for (int i = 0; i < sequences.length; i++) {
      sequences[i] = encoding.sequence(i);
    }
    return sequences;
  }
}
