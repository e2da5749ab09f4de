package dev.afina.report;

import dev.afina.metrics.Calibration;
import dev.afina.metrics.ConfusionMatrix;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How well the model does on some data. */
final class ResultsSection {
  /** A longer table begins with what is worst. */
  private static final int MOST_IN_ORDER = 20;

  private static final int MOST_CONFUSIONS = 15;

  private final Html html = new Html();

  private ResultsSection() {}

  static String html(EvaluationFigures figures) {
    ResultsSection section = new ResultsSection();
    section.add(figures);
    return section.html.toString();
  }

  private void add(EvaluationFigures figures) {
    html.raw("<section>\n<h2>Results on ").raw(Html.name(figures.name())).raw("</h2>\n");
    html.element("p", Numbers.count(figures.texts()) + " texts.").raw("\n");
    if (figures instanceof SingleLabelFigures single) {
      metrics(single.metrics());
      confusions(single.matrix());
      labels(single.labels(), single.averages(), single.texts());
      calibration(single.calibration(), "share that is right", "the most probable labels");
      single.decided().ifPresent(results -> decided(results, "share that is right"));
      mistakes(single);
    } else if (figures instanceof MultiLabelFigures multi) {
      html.element(
          "p",
          multi.thresholds().stream().distinct().count() == 1
              ? "A label is given where its probability is over %s."
                  .formatted(Numbers.significant(multi.thresholds().get(0)))
              : "A label is given where its probability is over its threshold.");
      metrics(multi.metrics());
      labels(multi.labels(), multi.averages(), multi.texts());
      calibration(multi.calibration(), "share that is true", "all pairs of a text and a label");
      multi.decided().ifPresent(results -> decided(results, "share that is true"));
      mistakes(multi);
    } else {
      RegressionFigures regression = (RegressionFigures) figures;
      metrics(regression.metrics());
      regression.targets().forEach(target -> target(target, regression));
      mistakes(regression);
    }
    html.raw("</section>\n");
  }

  private void metrics(Map<String, Double> metrics) {
    html.raw("<dl class=\"metrics\">\n");
    metrics.forEach(
        (name, value) ->
            html.raw("<div>")
                .name("dt", name.replace('_', ' '))
                .element("dd", Numbers.metric(value))
                .raw("</div>\n"));
    html.raw("</dl>\n");
  }

  private void confusions(ConfusionMatrix matrix) {
    html.element("h3", "Confusion matrix").raw("\n");
    String picture = ConfusionChart.picture(matrix);
    if (!picture.isEmpty()) {
      html.raw("<figure class=\"matrix\">\n<figcaption>Rows are the truth. ")
          .raw("<span class=\"key right\">right</span> <span class=\"key wrong\">wrong</span><br>")
          .text("The stronger a cell, the larger its share of the row.")
          .raw("</figcaption>\n")
          .raw(picture)
          .raw("\n</figure>\n");
    }
    List<Integer> cells =
        IntStream.range(0, matrix.classes() * matrix.classes())
            .filter(cell -> cell / matrix.classes() != cell % matrix.classes())
            .filter(cell -> count(matrix, cell) > 0)
            .boxed()
            .sorted(Comparator.comparingInt(cell -> -count(matrix, cell)))
            .limit(MOST_CONFUSIONS)
            .toList();
    if (matrix.classes() <= 2 || cells.isEmpty()) {
      return;
    }
    html.element("h3", "Most frequent confusions")
        .raw("\n<div class=\"wide\"><table class=\"name2\">\n");
    html.head("truth", "predicted", "texts", "of the truth").raw("<tbody>\n");
    for (int cell : cells) {
      int truth = cell / matrix.classes();
      int count = count(matrix, cell);
      html.raw("<tr>").name("th scope=\"row\"", matrix.labels().get(truth));
      html.name("td class=\"name\"", matrix.labels().get(cell % matrix.classes()));
      html.element("td", Numbers.count(count));
      html.element("td", Numbers.percent((double) count / matrix.support(truth)));
      html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
  }

  private static int count(ConfusionMatrix matrix, int cell) {
    return matrix.count(cell / matrix.classes(), cell % matrix.classes());
  }

  private void labels(
      List<EvaluationFigures.LabelFigures> labels,
      List<EvaluationFigures.AverageFigures> averages,
      int texts) {
    boolean sorted = labels.size() > MOST_IN_ORDER;
    html.element("h3", sorted ? "By label, lowest F1 first" : "By label").raw("\n");
    html.raw("<div class=\"wide\"><table>\n");
    html.head("label", "F1", "", "precision", "recall", "support", "TP", "FP", "FN", "TN");
    html.raw("<tbody>\n");
    List<EvaluationFigures.LabelFigures> rows =
        sorted
            ? labels.stream()
                .sorted(Comparator.comparingDouble(EvaluationFigures.LabelFigures::f1))
                .toList()
            : labels;
    for (EvaluationFigures.LabelFigures label : rows) {
      html.raw("<tr>").name("th scope=\"row\"", label.label());
      html.element("td", Numbers.decimal(label.f1()));
      html.raw("<td class=\"bar\">").raw(bar(label.f1())).raw("</td>");
      html.element("td", Numbers.decimal(label.precision()));
      html.element("td", Numbers.decimal(label.recall()));
      html.element("td", Numbers.count(label.support()));
      html.element("td", Numbers.count(label.truePositives()));
      html.element("td", Numbers.count(label.falsePositives()));
      html.element("td", Numbers.count(label.falseNegatives()));
      html.element("td", Numbers.count(texts - label.support() - label.falsePositives()));
      html.raw("</tr>\n");
    }
    html.raw("</tbody>\n<tbody class=\"means\">\n");
    for (EvaluationFigures.AverageFigures mean : averages) {
      html.raw("<tr>").element("th scope=\"row\"", mean.name() + " average");
      html.element("td", Numbers.decimal(mean.f1())).raw("<td></td>");
      html.element("td", Numbers.decimal(mean.precision()));
      html.element("td", Numbers.decimal(mean.recall()));
      html.raw("<td colspan=\"5\"></td></tr>\n");
    }
    html.raw("</tbody></table></div>\n<p class=\"note\">");
    html.text(
        "Support: texts that have the label. TP: have it and were given it; FP: were given it"
            + " wrongly; FN: have it and were not given it; TN: neither.");
    html.raw("</p>\n");
  }

  private static String bar(double share) {
    return new Svg(80, 10, Numbers.percent(share))
        .rectangle("track", 0, 0, 80, 10)
        .rectangle("bar", 0, 0, 80 * share, 10)
        .toString();
  }

  private void calibration(Calibration calibration, String share, String of) {
    html.element("h3", "Calibration").raw("\n<figure>\n<figcaption>");
    html.text(
        "Of %s: are those with probability 0.8 right in 8 of 10 cases? Over the diagonal the model"
                .formatted(of)
            + " is too careful, under it too sure. Expected calibration error ");
    html.element("strong", Numbers.decimal(calibration.expectedError()));
    html.text(".").raw("</figcaption>\n");
    html.raw(ReliabilityChart.picture(calibration, share)).raw("\n</figure>\n");
  }

  private void decided(DecidedResults results, String share) {
    html.raw("<figure>\n<figcaption>");
    html.text("Without the temperature the expected calibration error is ");
    html.element("strong", Numbers.decimal(results.before().expectedError()));
    html.text(".").raw("</figcaption>\n");
    html.raw(ReliabilityChart.picture(results.before(), share)).raw("\n</figure>\n");
    html.element("h3", "Decisions").raw("\n<figure>\n<figcaption>");
    html.text("The model decided ");
    html.element("strong", Numbers.percent(results.coverage()));
    html.text(" of the texts");
    if (results.coverage() > 0) {
      html.text(", and of these ");
      html.element("strong", Numbers.percent(results.error()));
      html.text(" wrong");
    }
    html.text(
        results.coverage() < 1 ? ". The figures above count all texts, also those it left." : ".");
    html.text(" The curve says what it costs to decide more.").raw("</figcaption>\n");
    html.raw(CoverageChart.picture(results)).raw("\n</figure>\n");
  }

  private void target(RegressionFigures.TargetFigures target, RegressionFigures all) {
    if (all.targets().size() > 1) {
      html.name("h3", target.target());
      metrics(target.metrics());
    }
    html.raw("<div class=\"charts\">\n<figure>\n<figcaption><strong>Predictions</strong> ");
    if (target.points().size() < all.texts()) {
      html.text("%s of the texts; ".formatted(Numbers.count(target.points().size())));
    }
    html.text("on the diagonal they are right").raw("</figcaption>\n");
    html.raw(RegressionCharts.scatter(target.points())).raw("\n</figure>\n");
    if (!target.residuals().isEmpty()) {
      html.raw("<figure>\n<figcaption><strong>Errors</strong> left of 0 the prediction is too low");
      html.raw("</figcaption>\n").raw(RegressionCharts.residuals(target.residuals()));
      html.raw("\n</figure>\n");
    }
    html.raw("</div>\n");
  }

  private void mistakes(SingleLabelFigures figures) {
    beginMistakes("Most confident mistakes", "name2 name4", figures.mistakes().isEmpty());
    if (!figures.mistakes().isEmpty()) {
      html.head("text", "truth", "its probability", "predicted", "its probability");
      html.raw("<tbody>\n");
      for (SingleLabelFigures.Mistake mistake : figures.mistakes()) {
        html.raw("<tr>").raw(cell(mistake.text()));
        html.name("td class=\"name\"", mistake.truth());
        html.element("td", Numbers.decimal(mistake.truthScore()));
        html.name("td class=\"name\"", mistake.predicted());
        html.element("td", Numbers.decimal(mistake.score())).raw("</tr>\n");
      }
      html.raw("</tbody></table></div>\n");
    }
  }

  private void mistakes(MultiLabelFigures figures) {
    beginMistakes("Most confident mistakes", "name2 name4 name5", figures.mistakes().isEmpty());
    if (!figures.mistakes().isEmpty()) {
      html.head("text", "most wrong", "its probability", "truth", "given").raw("<tbody>\n");
      for (MultiLabelFigures.Mistake mistake : figures.mistakes()) {
        html.raw("<tr>").raw(cell(mistake.text()));
        html.raw("<td class=\"name\">").raw(Html.name(mistake.label()));
        html.text(mistake.given() ? " was given" : " was missed").raw("</td>");
        html.element("td", Numbers.decimal(mistake.score()));
        html.raw("<td class=\"name\">").raw(names(mistake.truth())).raw("</td>");
        html.raw("<td class=\"name\">").raw(names(mistake.predicted())).raw("</td></tr>\n");
      }
      html.raw("</tbody></table></div>\n");
    }
  }

  private void mistakes(RegressionFigures figures) {
    boolean several = figures.targets().size() > 1;
    beginMistakes("Largest errors", several ? "name2" : "", figures.mistakes().isEmpty());
    if (!figures.mistakes().isEmpty()) {
      if (several) {
        html.head("text", "target", "truth", "predicted", "error");
      } else {
        html.head("text", "truth", "predicted", "error");
      }
      html.raw("<tbody>\n");
      for (RegressionFigures.Mistake mistake : figures.mistakes()) {
        html.raw("<tr>").raw(cell(mistake.text()));
        if (several) {
          html.name("td class=\"name\"", mistake.target());
        }
        html.element("td", Numbers.significant(mistake.truth()));
        html.element("td", Numbers.significant(mistake.predicted()));
        html.element("td", Numbers.significant(mistake.predicted() - mistake.truth()));
        html.raw("</tr>\n");
      }
      html.raw("</tbody></table></div>\n");
    }
  }

  /**
   * The heading and the beginning of the table.
   *
   * @param names which columns hold names, as the style has it
   */
  private void beginMistakes(String heading, String names, boolean none) {
    html.element("h3", heading).raw("\n");
    html.raw(
        none ? "<p>None.</p>\n" : "<div class=\"wide\"><table class=\"mistakes " + names + "\">\n");
  }

  private static String names(List<String> labels) {
    return labels.isEmpty()
        ? "–"
        : labels.stream().map(Html::name).collect(Collectors.joining(", "));
  }

  private static String cell(ShownText text) {
    Html cell = new Html().raw("<th scope=\"row\" class=\"text\"><bdi dir=\"auto\">");
    cell.raw(text.text().isBlank() ? "(empty)" : Html.visible(text.text(), ShownText.MOST + 1));
    String pair = text.pair();
    if (pair != null) {
      cell.raw("</bdi><br>↳ <bdi dir=\"auto\">").raw(Html.visible(pair, ShownText.MOST + 1));
    }
    return cell.raw("</bdi></th>").toString();
  }
}
