package dev.afina.tokenization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long texts as windows, and by head and tail. */
class WindowsTest {
  private static final int MANY = 1_000_000;

  @ParameterizedTest
  @ValueSource(strings = {Fixture.UNCASED, Fixture.ROBERTA})
  void windows_areThoseOfHuggingFace(String name) throws IOException {
    TokenizerFiles files = Fixture.vocabulary(name);
    assertGolden(name, files);
  }

  @ParameterizedTest
  @EnumSource(names = {"XLM_ROBERTA", "DEBERTA_V2", "DEBERTA", "MODERNBERT"})
  void windowsOfFamilies_areThoseOfHuggingFace(Family family) throws IOException {
    Map<String, byte[]> files = family.published();
    assertGolden(family.folder(), name -> Optional.ofNullable(files.get(name)));
  }

  private static void assertGolden(String name, TokenizerFiles files) throws IOException {
    JsonArray cases =
        JsonParser.parseString(Fixture.resource("windows/windows.json.gz"))
            .getAsJsonObject()
            .getAsJsonArray(name);
    List<String> lines = Fixture.lines();
    assertThat(cases).hasSize(40);
    try (Tokenizer right = Tokenizer.load(files);
        Tokenizer left = Tokenizer.load(leftSided(files))) {
      int several = 0;
      for (JsonElement element : cases) {
        JsonArray c = element.getAsJsonArray();
        Tokenizer tokenizer = c.get(0).getAsString().equals("left") ? left : right;
        String text = joined(lines, c.get(1));
        String pair = c.get(2).isJsonNull() ? null : joined(lines, c.get(2));
        int maxTokens = c.get(3).getAsInt();
        int stride = c.get(4).getAsInt();
        JsonArray expected = c.get(5).getAsJsonArray();
        TokenWindows ours = tokenizer.encodeWindows(text, pair, maxTokens, stride, MANY);
        assertThat(ours.windows()).as("%s", c).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
          JsonArray window = expected.get(i).getAsJsonArray();
          assertThat(ours.windows().get(i).ids()).isEqualTo(Fixture.ints(window.get(0)));
          assertThat(ours.windows().get(i).typeIds()).isEqualTo(Fixture.ints(window.get(1)));
        }
        several += expected.size() > 1 ? 1 : 0;
      }
      assertThat(several).as("texts of more than one window").isGreaterThan(15);
    }
  }

  /** Only a part of these texts is tokenized; what comes of it is what all of it gives. */
  @ParameterizedTest
  @EnumSource(names = {"XLM_ROBERTA", "ELECTRA", "DEBERTA"})
  void windowsAndEnds_ofVeryLongTexts_areThoseOfAllTheirTokens(Family family) throws IOException {
    Map<String, byte[]> published = family.published();
    TokenizerFiles files = name -> Optional.ofNullable(published.get(name));
    List<String> lines = Fixture.lines();
    Random random = new Random(7);
    int uncounted = 0;
    // A character that XLM-RoBERTa's map removes at the beginning moves all places behind it.
    boolean withPlaces = family != Family.XLM_ROBERTA;
    try (Tokenizer right = Tokenizer.load(files);
        Tokenizer left = Tokenizer.load(leftSided(files))) {
      for (int i = 0; i < 40; i++) {
        String text = drawn(lines, random, 1 + random.nextInt(40));
        String pair = random.nextInt(3) == 0 ? "no, why?" : null;
        Tokenizer tokenizer = random.nextInt(3) == 0 ? left : right;
        int maxTokens = 9 + random.nextInt(20);
        int most = 1 + random.nextInt(4);
        int stride = random.nextInt(2);
        List<Encoding> all =
            tokenizer.encodeWindows(text, pair, maxTokens, stride, MANY, true).windows();
        TokenWindows some = tokenizer.encodeWindows(text, pair, maxTokens, stride, most, true);
        assertThat(some.windows()).hasSize(Math.min(most, all.size()));
        uncounted += some.allTruncatedCounted() ? 0 : 1;
        for (int w = 0; w < some.windows().size(); w++) {
          assertSameTokens(some.windows().get(w), all.get(w), withPlaces);
        }
        if (some.windows().size() < all.size()) {
          assertThat(some.truncatedTokens()).isPositive();
        }
        assertEnds(tokenizer, text, maxTokens, random.nextInt(maxTokens - 4), withPlaces);
      }
    }
    assertThat(uncounted).as("texts that were cut before").isGreaterThan(5);
  }

  private static void assertEnds(
      Tokenizer tokenizer, String text, int maxTokens, int headTokens, boolean withPlaces) {
    Encoding all = tokenizer.encodeWithOffsets(text, null, MANY);
    Encoding ours = tokenizer.encodeHeadAndTail(text, null, maxTokens, headTokens, true);
    assertThat(ours.size()).isEqualTo(Math.min(all.size(), maxTokens));
    assertThat(ours.truncatedTokens() == 0).isEqualTo(all.size() <= maxTokens);
    if (ours.allTruncatedCounted()) {
      assertThat(ours.truncatedTokens()).isEqualTo(all.size() - ours.size());
    }
    int specialBefore = 0;
    while (all.isSpecial(specialBefore)) {
      specialBefore++;
    }
    int head = specialBefore + headTokens;
    for (int i = 0; i < ours.size(); i++) {
      int place = ours.truncatedTokens() == 0 || i < head ? i : all.size() - ours.size() + i;
      assertThat(ours.id(i)).isEqualTo(all.id(place));
      if (!withPlaces) {
        continue;
      }
      assertThat(ours.start(i)).isEqualTo(all.start(place));
      assertThat(ours.end(i)).isEqualTo(all.end(place));
    }
  }

  private static void assertSameTokens(Encoding ours, Encoding expected, boolean withPlaces) {
    assertThat(ours.ids()).isEqualTo(expected.ids());
    assertThat(ours.typeIds()).isEqualTo(expected.typeIds());
    for (int i = 0; i < ours.size(); i++) {
      assertThat(ours.sequence(i)).isEqualTo(expected.sequence(i));
      if (!withPlaces) {
        continue;
      }
      assertThat(ours.start(i)).isEqualTo(expected.start(i));
      assertThat(ours.end(i)).isEqualTo(expected.end(i));
    }
  }

  /** Worked by hand: 12 tokens, of which 4 fit beside [CLS] and [SEP]. */
  @Test
  void windows_ofTwelveTokens() throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(Fixture.UNCASED)) {
      String text = "a b c d e f g h i j k l";
      assertThat(content(tokenizer, tokenizer.encodeWindows(text, null, 6, 1, MANY)))
          .containsExactly("a b c d", "d e f g", "g h i j", "j k l");
      assertThat(content(tokenizer, tokenizer.encodeWindows(text, null, 6, 0, MANY)))
          .containsExactly("a b c d", "e f g h", "i j k l");
      TokenWindows two = tokenizer.encodeWindows(text, null, 6, 1, 2);
      assertThat(content(tokenizer, two)).containsExactly("a b c d", "d e f g");
      assertThat(two.truncatedTokens()).isEqualTo(5);
      assertThat(two.windows().get(0).truncatedTokens()).isEqualTo(8);
      assertThat(content(tokenizer, tokenizer.encodeWindows("x y", text, 9, 1, MANY)))
          .containsExactly("x y | a b c d", "x y | d e f g", "x y | g h i j", "x y | j k l");
      assertThat(content(tokenizer, tokenizer.encodeWindows(text, "", 7, 0, MANY)))
          .containsExactly("a b c d | ", "e f g h | ", "i j k l | ");
      // Of the shorter text no more than half of the room is kept.
      TokenWindows long2 = tokenizer.encodeWindows(text, "u v w x y z", 7, 1, MANY);
      assertThat(content(tokenizer, long2).get(0)).isEqualTo("a b | u v");
      assertThat(long2.truncatedTokens()).isEqualTo(4);
      assertThat(content(tokenizer, tokenizer.encodeWindows("", null, 6, 1, MANY)))
          .containsExactly("");
    }
  }

  @Test
  void headAndTail_ofTwelveTokens() throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(Fixture.UNCASED)) {
      String text = "a b c d e f g h i j k l";
      Encoding ends = tokenizer.encodeHeadAndTail(text, null, 6, 1);
      assertThat(content(tokenizer, ends)).isEqualTo("a j k l");
      assertThat(ends.truncatedTokens()).isEqualTo(8);
      assertThat(ends.allTruncatedCounted()).isTrue();
      assertThat(content(tokenizer, tokenizer.encodeHeadAndTail(text, null, 6, 4)))
          .isEqualTo("a b c d");
      assertThat(content(tokenizer, tokenizer.encodeHeadAndTail(text, null, 6, 0)))
          .isEqualTo("i j k l");
      assertThat(content(tokenizer, tokenizer.encodeHeadAndTail("a b c d", null, 6, 1)))
          .isEqualTo("a b c d");
      // 8 fit: "x y" is whole, the other keeps 6, of which a quarter, rounded down, is the head.
      assertThat(content(tokenizer, tokenizer.encodeHeadAndTail("x y", text, 11, 2)))
          .isEqualTo("x y | a h i j k l");
      Encoding veryLong =
          tokenizer.encodeHeadAndTail("begin " + "a b ".repeat(250_000) + "end", null, 6, 1);
      assertThat(content(tokenizer, veryLong)).isEqualTo("begin a b end");
      assertThat(veryLong.allTruncatedCounted()).isFalse();
    }
  }

  /** A template with the second text first: the ids are those of the texts the other way round. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pairsWithTheSecondTextFirst(boolean separated) throws IOException {
    try (Tokenizer usual = Tokenizer.load(Fixture.inMemory(template(separated, false)));
        Tokenizer reversed = Tokenizer.load(Fixture.inMemory(template(separated, true)))) {
      String text = "a b c d e f g h i j k l";
      int specials = separated ? 3 : 2;
      if (separated) {
        assertThat(content(reversed, reversed.encodeWindows("x y", text, 9, 1, MANY)))
            .containsExactly("x y | a b c d", "x y | d e f g", "x y | g h i j", "x y | j k l");
      }
      for (String pair : List.of(text, "", "z", "u v w x y z")) {
        for (String first : List.of("x y", text + " m n")) {
          int size = specials + 6;
          List<Encoding> expected = usual.encodeWindows(pair, first, size, 1, MANY, true).windows();
          List<Encoding> ours = reversed.encodeWindows(first, pair, size, 1, MANY, true).windows();
          assertThat(ours).hasSameSizeAs(expected);
          for (int i = 0; i < ours.size(); i++) {
            assertReversed(ours.get(i), expected.get(i));
          }
          assertReversed(
              reversed.encodeHeadAndTail(first, pair, specials + 8, 2, true),
              usual.encodeHeadAndTail(pair, first, specials + 8, 2, true));
        }
      }
    }
  }

  /**
   * BERT with another template of pairs.
   *
   * @param separated whether there is a token between the texts
   * @param reversed whether the second text comes first
   */
  private static Map<String, String> template(boolean separated, boolean reversed)
      throws IOException {
    try (Tokenizer bert = Fixture.tokenizer(Fixture.UNCASED)) {
      JsonObject json =
          JsonParser.parseString(bert.files().get("tokenizer.json")).getAsJsonObject();
      JsonArray pair = json.getAsJsonObject("post_processor").getAsJsonArray("pair");
      if (reversed) {
        JsonElement first = pair.get(1);
        pair.set(1, pair.get(3));
        pair.set(3, first);
      }
      if (!separated) {
        pair.remove(2);
      }
      return Map.of(
          "tokenizer.json",
          json.toString(),
          "tokenizer_config.json",
          "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    }
  }

  private static void assertReversed(Encoding ours, Encoding expected) {
    assertThat(ours.ids()).isEqualTo(expected.ids());
    for (int i = 0; i < ours.size(); i++) {
      assertThat(ours.isSpecial(i)).isEqualTo(expected.isSpecial(i));
      if (!ours.isSpecial(i)) {
        assertThat(ours.sequence(i)).isEqualTo(1 - expected.sequence(i));
        assertThat(ours.start(i)).isEqualTo(expected.start(i));
        assertThat(ours.end(i)).isEqualTo(expected.end(i));
      }
    }
  }

  @Test
  void whatDoesNotFit_isRefused() throws IOException {
    try (Tokenizer tokenizer = Fixture.tokenizer(Fixture.UNCASED)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encodeWindows("a", null, 6, 4, 9))
          .withMessage(
              "stride: expected 0 to 3, got 4: a window of 6 tokens has at least 4 of the text, and"
                  + " the next one has to begin with a new one");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encodeWindows("a", "b", 7, 2, 9))
          .withMessageStartingWith("stride: expected 0 to 1, got 2: a window of 7 tokens has at");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encodeWindows("a", null, 6, -1, 9))
          .withMessageStartingWith("stride: expected 0 to 3, got -1: ");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encodeWindows("a", null, 6, 1, 0))
          .withMessage("windows: expected 1 or more, got 0");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encodeWindows("a", null, 2, 0, 1))
          .withMessageStartingWith("maxTokens: 2, at least 3 are needed");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encodeHeadAndTail("a", null, 6, 5))
          .withMessage(
              "headTokens: expected 0 to 4, which fit beside the special tokens into 6, got 5");
    }
  }

  private static List<String> content(Tokenizer tokenizer, TokenWindows windows) {
    return windows.windows().stream().map(w -> content(tokenizer, w)).toList();
  }

  private static String content(Tokenizer tokenizer, Encoding encoding) {
    List<List<String>> texts = List.of(new ArrayList<>(), new ArrayList<>());
    boolean isPair = encoding.size() > 0 && specials(encoding) > 2;
    for (int i = 0; i < encoding.size(); i++) {
      if (!encoding.isSpecial(i)) {
        texts.get(encoding.sequence(i)).add(tokenizer.token(encoding.id(i)));
      }
    }
    String first = String.join(" ", texts.get(0));
    return isPair ? first + " | " + String.join(" ", texts.get(1)) : first;
  }

  private static long specials(Encoding encoding) {
    return IntStream.range(0, encoding.size()).filter(encoding::isSpecial).count();
  }

  private static String joined(List<String> lines, JsonElement numbers) {
    return Arrays.stream(Fixture.ints(numbers)).mapToObj(lines::get).collect(joining(" "));
  }

  private static String drawn(List<String> lines, Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> lines.get(random.nextInt(lines.size())))
        .collect(joining(" "));
  }

  private static TokenizerFiles leftSided(TokenizerFiles files) throws IOException {
    JsonObject config =
        files
            .read("tokenizer_config.json")
            .map(bytes -> JsonParser.parseString(new String(bytes, UTF_8)).getAsJsonObject())
            .orElseGet(JsonObject::new);
    config.addProperty("truncation_side", "left");
    byte[] bytes = config.toString().getBytes(UTF_8);
    return name -> name.equals("tokenizer_config.json") ? Optional.of(bytes) : files.read(name);
  }
}
