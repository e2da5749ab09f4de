package dev.afina.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where added tokens forbid or allow that a text is cut, worked by hand; and that each place which
 * is allowed divides the tokens, too. An added token is written {@code content,single_word,
 * lstrip,rstrip,normalized}, a flag as 1 or 0.
 */
class AddedTokenCutsTest {
  private static final String BERT = "bert, distilbert, electra";
  private static final String ROBERTA = "roberta";
  private static final String MODERNBERT = "modernbert";
  private static final String XLM_ROBERTA = "xlm-roberta, camembert";

  /** A token that forbids nothing but its own characters, and may have a cut before it. */
  private static final String EXACT = "<e>,0,0,0,0";

  @Test
  void withoutAddedTokens_wordsEndAtTheFirstSpace_andBeforeMarks() throws IOException {
    assertCuts(BERT, "a b", 1);
    assertCuts(BERT, "a \t b!  a-b", 1, 5, 6, 9);
    assertCuts(BERT, "a\u0301 b\u0001 a"); // whether a word ends there is not sure
    assertCuts(BERT, "a_b");
    assertCuts(BERT, "中中", 1);
    assertCuts(MODERNBERT, "中中", 1);
  }

  /** Nothing is cut before a mark, or at spaces, that stand in a token. */
  @ParameterizedTest
  @ValueSource(strings = {"a-b,0,0,0,1", "a-b,1,0,0,1", "a-b,0,0,0,0"})
  void markInAToken_isNoCut(String token) throws IOException {
    assertCuts(BERT, "aa-b!", List.of(token), 4);
  }

  /** The Greek question mark becomes a semicolon, in the token as in a text. */
  @Test
  void markInATokenThatIsNormalized_isNoCut() throws IOException {
    assertCuts(BERT, "aa;b!", List.of("a\u037eb,0,0,0,1"), 4);
  }

  /** Each is a space to some step, or gets spaces beside it from BERT's normalizer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a\tb",
        "a\u0001b",
        "a\u0085b",
        "a\u00a0b",
        "a\u2028b",
        "a\u3400",
        "a中",
        "a\ufa0e",
        "a\ud840\udc00"
      })
  void spaceInAToken_forbidsAllSpaces(String content) throws IOException {
    assertCuts(BERT, "a b\ta\nb!", List.of(content + ",0,0,0,1"), 7);
  }

  @Test
  void tokenThatTakesTheSpacesBehindIt_forbidsAllSpaces() throws IOException {
    assertCuts(BERT, "a<e>  b a", List.of("<e>,0,0,1,0"), 1);
    assertCuts(ROBERTA, "a<e>  b a", List.of("<e>,0,0,1,0"), 1);
  }

  /** The cut is before the spaces, or, without any, before the token. */
  @Test
  void tokenThatTakesTheSpacesBeforeIt_keepsThem() throws IOException {
    for (String tokenizer : List.of(BERT, ROBERTA)) {
      assertCuts(tokenizer, "a  <e>b<e>", List.of("<e>,0,1,0,0"), 1, 7);
    }
  }

  /** And so is one before a sign of which it is not sure what becomes of it. */
  @Test
  void cutBeforeAToken_isBehindWhatStays() throws IOException {
    assertCuts(BERT, "a<e>", List.of(EXACT), 1);
    assertCuts(BERT, "!<e>", List.of(EXACT), 1);
    assertCuts(BERT, "é<e>", List.of(EXACT), 1);
    assertCuts(BERT, "a\u0001<e>", List.of(EXACT));
    assertCuts(BERT, "a\u007f<e>", List.of(EXACT));
    assertCuts(BERT, "a\u0301<e>", List.of(EXACT));
    assertCuts(BERT, "a<b", List.of(EXACT)); // not the token
  }

  /** A token that is looked for after normalization may be in another place of the text. */
  @Test
  void tokenThatIsNormalized_hasNoCutBeforeIt() throws IOException {
    assertCuts(BERT, "a<e>", List.of("<e>,0,0,0,1"));
  }

  /** The first of those that overlap is found: a<e and >, where a<e> is the text. */
  @ParameterizedTest
  @ValueSource(strings = {"a<e,0,0,0,0", "a<,0,0,0,0", "ba<e>b,0,0,0,0"})
  void tokenThatBeginsInsideAnother_hasNoCutBeforeIt(String other) throws IOException {
    assertCuts(BERT, "ba<e>b", List.of(EXACT, other));
  }

  /** It is a token where a text begins, and none behind a letter. */
  @Test
  void tokenThatMustBeAWord_hasNoCutBeforeIt() throws IOException {
    assertCuts(BERT, "b<e b", List.of("<e,1,0,0,0"), 3);
    assertCuts(BERT, "b<e>b", List.of(EXACT, "<e,1,0,0,0"));
    assertCuts(BERT, "b<e>b", List.of(EXACT, "<,1,0,0,0"));
  }

  /** Behind these a word may go on, or nothing stays of them. */
  @ParameterizedTest
  @ValueSource(strings = {"_e", "ee", "1e", "\u0001e", "\u007fe", " e", "é!"})
  void tokenThatBeginsWithNoMark_hasNoCutBeforeIt(String content) throws IOException {
    assertCuts(BERT, "!" + content + "!", List.of(content + ",0,0,0,0", "e!,0,0,0,0"));
  }

  /** A token across two characters that are words of their own, or that no merge joins. */
  @ParameterizedTest
  @ValueSource(strings = {BERT, MODERNBERT, XLM_ROBERTA})
  void tokenOfOtherThanVisibleAscii_leavesOnlyItsOwnKindOfCuts(String tokenizer)
      throws IOException {
    assertCuts(tokenizer, "中中中", 1, 2);
    assertCuts(tokenizer, "中中中", List.of("中中,0,0,0,0"));
    assertCuts(tokenizer, "中中中", List.of("a b,0,0,0,0"));
    assertCuts(tokenizer, "中中中", List.of("a-b,0,0,0,0"), 1, 2);
  }

  @Test
  void metaspace_tokenThatMayChange_leavesNoCut() throws IOException {
    assertCuts(XLM_ROBERTA, "a b\tb a!b", 1, 5);
    assertCuts(XLM_ROBERTA, "a b a!b", List.of("a!b,0,0,0,1"), 1, 3);
    assertThat(cuts(XLM_ROBERTA, List.of("a b,0,0,0,1"))).isNull();
    assertThat(cuts(XLM_ROBERTA, List.of("é!b,0,0,0,1"))).isNull();
    assertThat(cuts(XLM_ROBERTA, List.of("\u007f!b,0,0,0,1"))).isNull();
    assertCuts(XLM_ROBERTA, "a b<e>", List.of("a b,0,0,0,0", EXACT), 3);
    assertCuts(XLM_ROBERTA, "a b<e>", List.of("é!b,0,0,0,0", EXACT), 1, 3);
  }

  /** A map from ~ to -, by hand: the root's children from unit 256 on, those of ~ from 512 on. */
  @Test
  void metaspace_tokenThatTheMapChanges_leavesNoCut() throws IOException {
    int[] units = new int[3 * 256];
    int tilde = 256 ^ '~';
    units[0] = 256 << 10;
    units[tilde] = (tilde ^ 512) << 10 | 1 << 8 | '~';
    units[512] = Integer.MIN_VALUE; // the replacement at 0
    ByteBuffer bytes = ByteBuffer.allocate(4 * units.length + 6).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * units.length);
    Arrays.stream(units).forEach(bytes::putInt);
    bytes.put((byte) '-').put((byte) 0);
    String map = Base64.getEncoder().encodeToString(bytes.array());
    for (String token : List.of("a~,0,0,0,1", "a~,0,0,0,0", "a-,0,0,0,1")) {
      JsonObject json = json(XLM_ROBERTA, List.of(token));
      json.add("normalizer", ComponentJson.precompiled(map));
      CutPoints cuts = CutPointsTest.cuts(json);
      assertThat(cuts == null).as(token).isEqualTo(token.equals("a~,0,0,0,1"));
    }
  }

  /** Of a text in which only the beginning is marked, the rest is another text. */
  @Test
  void metaspace_whereOnlyTheBeginningIsMarked_noRestStandsAlone() throws IOException {
    for (String scheme : List.of("always", "never", "first")) {
      JsonObject json = json(XLM_ROBERTA, List.of(EXACT));
      json.add("pre_tokenizer", ComponentJson.metaspace(scheme));
      CutPoints cuts = CutPointsTest.cuts(json);
      assertThat(cuts.next("a b<e>", 1)).as(scheme).isEqualTo(1);
      assertThat(cuts.previous("a b<e>", 5)).as(scheme).isEqualTo(scheme.equals("first") ? -1 : 1);
    }
  }

  /** What would be put before the rest of a text is there only if it begins with a space. */
  @Test
  void restOfAText_beginsWithASpace_whereOneIsPutBeforeTexts() throws IOException {
    assertThat(rests(BERT, "a b<e>", List.of(EXACT))).containsExactly(3, 1);
    assertThat(rests(ROBERTA, "a b<e>", List.of(EXACT))).containsExactly(3, 1);
    assertThat(rests(XLM_ROBERTA, "a b<e>", List.of(EXACT))).containsExactly(1);
  }

  private static void assertCuts(String tokenizer, String text, int... expected)
      throws IOException {
    assertCuts(tokenizer, text, List.of(), expected);
  }

  /** All places behind which a text may end, each of which the tokenizer confirms. */
  private static void assertCuts(String tokenizer, String text, List<String> added, int... expected)
      throws IOException {
    CutPoints cuts = cuts(tokenizer, added);
    List<Integer> places = new ArrayList<>();
    for (int at = cuts.next(text, 1); at > 0; at = cuts.next(text, at + 1)) {
      places.add(at);
    }
    assertThat(places).as(text).containsExactlyElementsOf(Arrays.stream(expected).boxed().toList());
    try (Tokenizer whole = CutPointsTest.tokenizer(json(tokenizer, added), Side.RIGHT)) {
      List<Integer> ids = ids(whole, text);
      for (int place : places) {
        List<Integer> beginning = ids(whole, text.substring(0, place));
        assertThat(beginning)
            .as(text + " cut at " + place)
            .isEqualTo(ids.subList(0, beginning.size()));
      }
    }
  }

  /** All places at which the rest of a text may begin, from the last one on. */
  private static List<Integer> rests(String tokenizer, String text, List<String> added)
      throws IOException {
    CutPoints cuts = cuts(tokenizer, added);
    List<Integer> places = new ArrayList<>();
    for (int at = text.length(); at > 0; ) {
      at = cuts.previous(text, at - 1);
      if (at > 0) {
        places.add(at);
      }
    }
    try (Tokenizer whole = CutPointsTest.tokenizer(json(tokenizer, added), Side.LEFT)) {
      List<Integer> ids = ids(whole, text);
      for (int place : places) {
        List<Integer> rest = ids(whole, text.substring(place));
        assertThat(rest)
            .as(text + " from " + place)
            .isEqualTo(ids.subList(ids.size() - rest.size(), ids.size()));
      }
    }
    return places;
  }

  /** The ids of a text without those that frame it. */
  private static List<Integer> ids(Tokenizer tokenizer, String text) {
    List<Integer> ids = Arrays.stream(tokenizer.encode(text, 64).ids()).boxed().toList();
    return ids.subList(1, ids.size() - 1);
  }

  private static CutPoints cuts(String tokenizer, List<String> added) throws IOException {
    return CutPointsTest.cuts(json(tokenizer, added));
  }

  /** A tokenizer of few tokens, of its own added ones those without flags. */
  private static JsonObject json(String tokenizer, List<String> added) throws IOException {
    JsonObject json = SmallTokenizers.all().get(tokenizer);
    JsonArray own = json.getAsJsonArray("added_tokens");
    for (int i = own.size() - 1; i >= 0; i--) {
      JsonObject token = own.get(i).getAsJsonObject();
      if (token.get("lstrip").getAsBoolean() || token.get("normalized").getAsBoolean()) {
        own.remove(i);
      }
    }
    if (tokenizer.equals(MODERNBERT)) { // which lacks some letters
      JsonObject vocab = json.getAsJsonObject("model").getAsJsonObject("vocab");
      for (char letter : ByteAlphabet.letters().toCharArray()) {
        if (!vocab.has(String.valueOf(letter))) {
          vocab.addProperty(String.valueOf(letter), vocab.size());
        }
      }
    }
    return CutPointsTest.with(
        json,
        added.stream().map(line -> line.replace(",0", ",false").replace(",1", ",true")).toList());
  }
}
