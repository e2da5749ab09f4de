package dev.afina.report;

import dev.afina.card.TrainingFacts;
import dev.afina.training.TrainingResult;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The page of a report: one file that loads nothing and runs nothing. */
final class ReportPage {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Of each evaluation, the first of these that it has stand at the top. */
  private static final List<String> HEADLINES =
      List.of("accuracy", "macro_f1", "micro_f1", "pearson", "r2", "mean_absolute_error");

  private static final int MOST_HEADLINES = 2;

  private final TrainingReport report;

  ReportPage(TrainingReport report) {
    this.report = report;
  }

  String html() {
    Html html = new Html().raw(PageHead.html(report.title()));
    html.raw("<body>\n<header>\n").name("h1", report.title());
    html.raw("\n<p class=\"note\">").text(MINUTE.format(report.written()) + " UTC");
    report
        .model()
        .training()
        .ifPresent(
            facts ->
                html.raw(" · from <bdi>")
                    .raw(checkpoint(facts))
                    .raw("</bdi> · seed ")
                    .text(Integer.toString(facts.options().seed())));
    html.raw("</p>\n").raw(headlines()).raw("</header>\n<main>\n");
    report.model().training().ifPresent(facts -> html.raw(TrainingSection.html(facts)));
    report.evaluations().forEach(figures -> html.raw(ResultsSection.html(figures)));
    if (!report.explanations().isEmpty()) {
      html.raw("<h2>Explained texts</h2>\n").raw(ExplanationSection.KEY);
      report.explanations().forEach(e -> html.raw(ExplanationSection.html(e)));
    }
    html.raw(new FactsSection(report).html());
    return html.raw("</main>\n</body>\n</html>\n").toString();
  }

  private static String checkpoint(TrainingFacts facts) {
    return Html.visible(facts.shownCheckpoint(), Html.LONGEST_NAME);
  }

  private String headlines() {
    Html html = new Html().raw("<dl class=\"headlines\">\n");
    for (EvaluationFigures figures : report.evaluations()) {
      HEADLINES.stream()
          .filter(figures.metrics()::containsKey)
          .limit(MOST_HEADLINES)
          .forEach(
              metric ->
                  headline(
                      html,
                      Html.visible(figures.name(), 30) + " " + metric.replace('_', ' '),
                      Numbers.metric(Objects.requireNonNull(figures.metrics().get(metric)))));
    }
    report
        .model()
        .training()
        .ifPresent(
            facts -> {
              TrainingResult result = facts.result();
              headline(html, "training time", Numbers.time(result.duration()));
              headline(
                  html,
                  "texts a second in training",
                  Numbers.significant(result.examplesPerSecond(), 3));
            });
    return html.raw("</dl>\n").toString();
  }

  private static void headline(Html html, String escaped, String value) {
    html.raw("<div><dt>" + escaped + "</dt>").element("dd", value).raw("</div>\n");
  }
}
