package dev.afina.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.explain.ExplainOptions;
import dev.afina.explain.Explanation;
import dev.afina.explain.TokenAttribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationPageTest {
  @TempDir Path folder;

  private static Explanation explanation(
      String text, @Nullable String pair, String label, double gained, TokenAttribution... tokens) {
    return new Explanation(
        text,
        pair,
        label,
        ExplainOptions.Method.INTEGRATED_GRADIENTS,
        50,
        gained,
        0,
        List.of(tokens),
        0);
  }

  private static Explanation happy() {
    return explanation(
        "not so happy\nnow",
        null,
        "joy",
        1.05,
        new TokenAttribution("not", 0, 0, 3, -1),
        new TokenAttribution("so", 0, 4, 6, 0.05),
        new TokenAttribution("happy", 0, 7, 12, 2));
  }

  @Test
  void wordsAreMarked_bySignAndStrength() {
    String html = ExplanationPage.of("Why", List.of(happy())).html();
    assertThat(html)
        .contains(
            "<p class=\"marked\" dir=\"auto\"><mark class=\"against s3\" title=\"−1.000\">not</mark> so"
                + " <mark class=\"for s5\" title=\"+2.000\">happy</mark> now</p>")
        .contains("<h3><bdi>joy</bdi></h3>")
        .contains("<li><bdi>happy</bdi> <b>+2.000</b></li>\n<li><bdi>not</bdi> <b>−1.000</b></li>")
        .contains("output 1.0500, without the text 0.0000 · integrated gradients, 50 steps")
        .contains("adds up within 0.00 %");
    // A sign and another line tell what colours tell.
    assertThat(html)
        .contains("mark.for::after {\n  content: \"+\";")
        .contains("mark.against::after {\n  content: \"−\";")
        .contains("text-decoration-style: dashed;");
  }

  @Test
  void aTextOfAPage_isNoMarkup() {
    String evil = "<script>alert(1)</script> \u202e";
    String html =
        ExplanationPage.of(
                evil,
                List.of(explanation(evil, evil, evil, 1, new TokenAttribution("<", 0, 0, 1, 1))))
            .html();
    assertThat(html)
        .doesNotContain("<script")
        .doesNotContain("\u202e")
        .contains("<mark class=\"for s5\" title=\"+1.000\">&lt;</mark>script&gt;alert(1)")
        .contains("(U+202E)")
        .contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"");
  }

  @Test
  void whatDoesNotAddUp_orWasCut_isSaid() {
    Explanation cut =
        new Explanation(
            "so happy",
            null,
            "joy",
            ExplainOptions.Method.INTEGRATED_GRADIENTS,
            1600,
            4,
            0,
            List.of(new TokenAttribution("so", 0, 0, 2, 2)),
            1);
    assertThat(ExplanationPage.of("Why", List.of(cut)).html())
        .contains("DOES NOT ADD UP: misses 50.00 %")
        .contains("The text was cut: the model did not read all of it.");
    Explanation gradient =
        new Explanation(
            "so", null, "joy", ExplainOptions.Method.GRADIENT_TIMES_INPUT, 1, 4, 0, List.of(), 0);
    assertThat(ExplanationPage.of("Why", List.of(gradient)).html())
        .contains("output 4.0000 · gradient times input")
        .contains("<p class=\"marked\" dir=\"auto\">so</p>");
  }

  @Test
  void ofALongText_isShownItsBeginning() {
    String html =
        ExplanationPage.of(
                "Why",
                List.of(
                    explanation(
                        "a ".repeat(3_000),
                        null,
                        "joy",
                        1,
                        new TokenAttribution("a", 0, 0, 1, 1),
                        new TokenAttribution("a", 0, 5_000, 5_001, -1))))
            .html();
    assertThat(html).contains("…</p>").doesNotContain("class=\"against s5\"");
    assertThat(html.length()).isLessThan(20_000);
  }

  @Test
  void aPage_isWrittenWhole_orNotAtAll() throws IOException {
    Path file = folder.resolve("new").resolve("why.html");
    ExplanationPage page = ExplanationPage.of("Why", List.of(happy()));
    page.writeTo(file);
    assertThat(Files.readString(file)).isEqualTo(page.html());
    page.writeTo(file);
    assertThat(file.getParent().toFile().list()).containsExactly("why.html");
    assertThatThrownBy(() -> page.writeTo(folder.resolve("new")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no file");
    assertThatThrownBy(() -> ExplanationPage.of("Why", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("explanations: expected 1 to 1000, got 0");
  }
}
