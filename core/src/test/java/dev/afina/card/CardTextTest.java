package dev.afina.card;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CardTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      value = {
        "anger → anger",
        "größe 東京 😡 → größe 東京 😡",
        "a_b*c`d → a\\_b\\*c\\`d",
        "a|b → a\\|b",
        "[x](y) → \\[x\\](y)",
        "![x](y) → \\!\\[x\\](y)",
        "<b onclick=x> → &lt;b onclick=x>",
        "<!-- afina:end data --> → &lt;\\!-- afina<span>&#58;</span>end data -->",
        "&amp; → &amp;amp;",
        "~~gone~~ → \\~\\~gone\\~\\~",
        "# x #1 → \\# x \\#1",
        "$x$ → <span>&#36;</span>x<span>&#36;</span>",
        "$$x → <span>&#36;</span><span>&#36;</span>x",
        "\\(x\\) → <span>&#92;</span>(x<span>&#92;</span>)",
        "ask @ann → ask <span>&#64;</span>ann",
        "a@b.org → a<span>&#64;</span>b.org",
        "https://a.org → https<span>&#58;</span>//a.org",
        "www.a.org → www<span>&#46;</span>a.org",
        ":smile: → <span>&#58;</span>smile:",
        "topic: sports → topic: sports",
        "x^2^ → x\\^2\\^",
      })
  void markup_isText(String name, String text) {
    assertThat(CardText.of(name)).isEqualTo(text);
  }

  @Test
  void lineBreaks_areBlanks() {
    assertThat(CardText.of("a\r\n\t b\u2028c\u00A0d\u3000e")).isEqualTo("a b c d e");
  }

  @Test
  void whatNobodySees_isWrittenOut() {
    assertThat(CardText.of("not \u202Edab\u202C")).isEqualTo("not (U+202E)dab(U+202C)");
    assertThat(CardText.of("\u2066x\u2069\u061C\u200E\u200B\uFEFF\u00AD"))
        .isEqualTo("(U+2066)x(U+2069)(U+061C)(U+200E)(U+200B)(U+FEFF)(U+00AD)");
    assertThat(CardText.of("a\u0000\u001B[31m\u007F\uD800"))
        .isEqualTo("a(U+0000)(U+001B)\\[31m(U+007F)(U+D800)");
    assertThat(CardText.of("\uDB40\uDC41")).isEqualTo("(U+E0041)");
  }

  /** They join letters in Persian and Hindi, and people in emoji. */
  @Test
  void joiners_stay() {
    assertThat(CardText.of("می\u200Cخواهم 👩\u200D🔬")).isEqualTo("می\u200Cخواهم 👩\u200D🔬");
  }

  @Test
  void longNames_areCut() {
    assertThat(CardText.of("😡".repeat(201))).isEqualTo("😡".repeat(200) + "…");
    assertThat(CardText.of("x".repeat(200))).isEqualTo("x".repeat(200));
  }
}
