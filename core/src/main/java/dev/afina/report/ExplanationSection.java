package dev.afina.report;

import dev.afina.explain.ExplainOptions;
import dev.afina.explain.Explanation;
import dev.afina.explain.WordAttribution;
import java.util.List;
import java.util.Locale;

/** One text with its words marked, and the strongest of them as a list. */
final class ExplanationSection {
  /** What the marks mean. */
  static final String KEY =
      """
      <p class="note">Marked words counted <mark class="for s3">for</mark> the label named, or \
      <mark class="against s3">against</mark> it; the stronger the mark, the more. A number is what the word adds to \
      the label's output before softmax or sigmoid.</p>
      """;

  /** Characters of a text. */
  private static final int LONGEST_TEXT = 4_000;

  private static final int LISTED = 6;
  private static final int LEVELS = 5;

  private ExplanationSection() {}

  static String html(Explanation explanation) {
    List<WordAttribution> words = explanation.words();
    double strongest = words.stream().mapToDouble(w -> Math.abs(w.attribution())).max().orElse(0);
    Html html = new Html().raw("<section class=\"explained\">\n").name("h3", explanation.label());
    html.raw("\n<p class=\"note\">").text(facts(explanation)).raw("</p>\n");
    html.raw(text(explanation.text(), 0, words, strongest));
    if (explanation.pair() != null) {
      html.raw(text(explanation.pair(), 1, words, strongest));
    }
    if (explanation.cutTokens() > 0) {
      html.raw("<p class=\"note\">The text was cut: the model did not read all of it.</p>\n");
    }
    html.raw("<ol class=\"words\">\n");
    for (WordAttribution word : explanation.topWords(LISTED)) {
      html.raw("<li><bdi>").raw(Html.visible(word.word(), Html.LONGEST_NAME)).raw("</bdi> ");
      html.element("b", signed(word.attribution())).raw("</li>\n");
    }
    return html.raw("</ol>\n</section>\n").toString();
  }

  private static String facts(Explanation explanation) {
    String facts = String.format(Locale.ROOT, "output %s", Numbers.decimal(explanation.output()));
    if (explanation.method() == ExplainOptions.Method.GRADIENT_TIMES_INPUT) {
      return facts + " · gradient times input";
    }
    return String.format(
        Locale.ROOT,
        "%s, without the text %s · integrated gradients, %d steps · %s %.2f %%",
        facts,
        Numbers.decimal(explanation.baselineOutput()),
        explanation.steps(),
        explanation.isComplete() ? "adds up within" : "DOES NOT ADD UP: misses",
        100 * explanation.completenessError().orElse(0));
  }

  private static String text(
      String text, int sequence, List<WordAttribution> words, double strongest) {
    Html html = new Html().raw("<p class=\"marked\" dir=\"auto\">");
    int most =
        text.offsetByCodePoints(0, Math.min(LONGEST_TEXT, text.codePointCount(0, text.length())));
    int at = 0;
    for (WordAttribution word : words) {
      if (word.sequence() != sequence || word.end() > most) {
        continue;
      }
      html.raw(plain(text.substring(at, word.start())));
      html.raw(mark(word, strongest));
      at = word.end();
    }
    html.raw(plain(text.substring(at, most)));
    return html.raw(most < text.length() ? "…</p>\n" : "</p>\n").toString();
  }

  private static String mark(WordAttribution word, double strongest) {
    long level = strongest == 0 ? 0 : Math.round(LEVELS * Math.abs(word.attribution()) / strongest);
    if (level == 0) {
      return plain(word.word());
    }
    return new Html()
        .raw("<mark class=\"" + (word.attribution() > 0 ? "for" : "against") + " s" + level + "\"")
        .raw(" title=\"" + signed(word.attribution()) + "\">")
        .raw(plain(word.word()))
        .raw("</mark>")
        .toString();
  }

  private static String plain(String text) {
    return Html.visible(text, LONGEST_TEXT);
  }

  private static String signed(double attribution) {
    return String.format(Locale.ROOT, "%+.3f", attribution).replace('-', '−');
  }
}
