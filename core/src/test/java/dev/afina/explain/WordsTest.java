package dev.afina.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  /** Tokens written as their offsets, each contributing 1, 2, 4, 8, … */
  private static List<WordAttribution> words(String text, int... offsets) {
    List<TokenAttribution> tokens = new ArrayList<>();
    for (int i = 0; i < offsets.length; i += 2) {
      tokens.add(new TokenAttribution("t", 0, offsets[i], offsets[i + 1], 1 << (i / 2)));
    }
    return Words.of(text, 0, tokens);
  }

  private static WordAttribution word(String word, int start, double attribution) {
    return new WordAttribution(word, 0, start, start + word.length(), attribution);
  }

  @Test
  void piecesOfAWord_areAddedUp() {
    assertThat(words("playing, now", 0, 4, 4, 7, 7, 8, 9, 12))
        .containsExactly(word("playing", 0, 3), word(",", 7, 4), word("now", 9, 8));
    // don't is three tokens of BERT, and one word.
    assertThat(words("I don't", 0, 1, 2, 5, 5, 6, 6, 7))
        .containsExactly(word("I", 0, 1), word("don't", 2, 14));
    assertThat(words("'so'", 0, 1, 1, 3, 3, 4))
        .containsExactly(word("'", 0, 1), word("so", 1, 2), word("'", 3, 4));
  }

  @Test
  void aTokenOverSeveralWords_makesThemOne() {
    assertThat(words("well... ok", 0, 4, 4, 7, 8, 10))
        .containsExactly(word("well", 0, 1), word("...", 4, 2), word("ok", 8, 4));
    assertThat(words("so :-) now", 0, 2, 2, 6, 7, 10))
        .containsExactly(word("so", 0, 1), word(":-)", 3, 2), word("now", 7, 4));
  }

  @Test
  void theSpaceBeforeAWord_belongsToTheToken_notToTheWord() {
    assertThat(words("so happy", 0, 2, 2, 8))
        .containsExactly(word("so", 0, 1), word("happy", 3, 2));
    // A token of white space alone counts for the next word, or for the last one.
    assertThat(words("so  happy ", 0, 2, 2, 3, 3, 9, 9, 10))
        .containsExactly(word("so", 0, 1), word("happy", 4, 14));
  }

  @Test
  void bytesOfOneCharacter_shareIt() {
    String text = "a 👍🏽 b";
    assertThat(words(text, 0, 1, 1, 4, 2, 4, 4, 6, 6, 8))
        .containsExactly(word("a", 0, 1), word("👍🏽", 2, 14), word("b", 7, 16));
  }

  @Test
  void scriptsWithoutSpaces_haveAWordAToken() {
    assertThat(words("我很高兴", 0, 1, 1, 2, 2, 4))
        .containsExactly(word("我", 0, 1), word("很", 1, 2), word("高兴", 2, 4));
    assertThat(words("ขอบคุณมาก", 0, 6, 6, 9))
        .containsExactly(word("ขอบคุณ", 0, 1), word("มาก", 6, 2));
  }

  @Test
  void whatTheModelDidNotRead_isNoWord() {
    assertThat(words("one two three", 4, 7)).containsExactly(word("two", 4, 1));
    assertThat(words("  ", 0, 2)).isEmpty();
    assertThat(words("")).isEmpty();
  }

  private static Explanation explanation() {
    return new Explanation(
        "I'm not happy\nnow",
        null,
        "joy",
        ExplainOptions.Method.INTEGRATED_GRADIENTS,
        50,
        2.25,
        0.25,
        List.of(
            new TokenAttribution("[CLS]", -1, 0, 0, 0),
            new TokenAttribution("i'm", 0, 0, 3, 0.01),
            new TokenAttribution("not", 0, 4, 7, -1),
            new TokenAttribution("hap", 0, 8, 11, 2),
            new TokenAttribution("##py", 0, 11, 13, 0.5),
            new TokenAttribution("now", 0, 14, 17, 0.5)),
        3);
  }

  @Test
  void anExplanation_isOneLine() {
    Explanation explanation = explanation();
    // The sum is 2.01, the difference 2.
    assertThat(explanation.completenessError().orElseThrow()).isCloseTo(0.005, within(1e-12));
    assertThat(explanation.isComplete()).isTrue();
    assertThat(explanation)
        .hasToString(
            "joy 2.250 (baseline 0.250): +2.500 happy, -1.000 not, +0.500 now, +0.010 I'm");
    assertThat(explanation.markedText()).isEqualTo("I'm [not -1.00] [happy +2.50] [now +0.50]");
    assertThat(explanation.topWords(1)).containsExactly(word("happy", 8, 2.5));
  }

  @Test
  void attributionsThatDoNotAddUp_areNamed() {
    Explanation e = explanation();
    Explanation wrong =
        new Explanation(
            e.text(), e.pair(), "joy\u202e", e.method(), 1600, 2.3, 0.25, e.tokens(), 0);
    assertThat(wrong.isComplete()).isFalse();
    assertThat(wrong.toString())
        .startsWith("joy(U+202E) 2.300")
        .endsWith("; attributions miss the difference by 2.0 % after 1600 steps");
  }

  @Test
  void aPair_isTwoTexts() {
    Explanation pair =
        new Explanation(
            "so",
            "no",
            "joy",
            ExplainOptions.Method.GRADIENT_TIMES_INPUT,
            1,
            1,
            0,
            List.of(
                new TokenAttribution("so", 0, 0, 2, 1), new TokenAttribution("no", 1, 0, 2, -3)),
            0);
    assertThat(pair.markedText()).isEqualTo("[so +1.00] | [no -3.00]");
    assertThat(pair.words()).extracting(WordAttribution::sequence).containsExactly(0, 1);
    assertThat(pair.completenessError()).isEmpty();
    assertThat(pair.isComplete()).isTrue();
  }
}
