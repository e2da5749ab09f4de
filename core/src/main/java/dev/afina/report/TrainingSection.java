package dev.afina.report;

import dev.afina.card.TrainingFacts;
import dev.afina.report.Curves.Evaluated;
import dev.afina.report.Curves.Point;
import dev.afina.report.LineChart.Series;
import dev.afina.training.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the training went: its curves, and a table of its evaluations. */
final class TrainingSection {
  private static final String LOSS = "loss";

  private final TrainingResult result;
  private final Curves curves;
  private final List<String> metrics;
  private final Optional<String> chosenBy;

  private TrainingSection(TrainingFacts facts) {
    this.result = facts.result();
    this.curves = Curves.of(result);
    this.metrics = curves.shownMetrics(facts.options());
    this.chosenBy = facts.options().evaluation().keepBest().filter(m -> result.best().step() > 0);
  }

  static String html(TrainingFacts facts) {
    return new TrainingSection(facts).html();
  }

  private String html() {
    Html html = new Html().raw("<section>\n").element("h2", "Training").raw("\n<p>");
    html.text(
        "%s steps in %s; end: %s; mean training loss %s; %s."
            .formatted(
                Numbers.count(result.steps()),
                result.epochs().size() == 1 ? "1 epoch" : result.epochs().size() + " epochs",
                Numbers.name(result.end()),
                Numbers.significant(result.trainingLoss()),
                kept()));
    html.raw("</p>\n<div class=\"charts\">\n");
    html.raw(
        LineChart.figure(
            "Loss",
            List.of(
                new Series(
                    curves.lossOfEpochs() ? "training, mean of an epoch" : "training",
                    curves.loss(),
                    curves.lossOfEpochs()),
                new Series("validation", curves.metric(LOSS), true)),
            best(LOSS)));
    for (String metric : metrics) {
      html.raw(
          LineChart.figure(
              "Validation " + Html.visible(metric.replace('_', ' '), 40),
              List.of(new Series(metric, curves.metric(metric), true)),
              best(metric)));
    }
    html.raw(
        LineChart.figure(
            "Learning rate", List.of(new Series("rate", curves.learningRate(), false)), null));
    html.raw(
        LineChart.figure(
            "Gradient norm before clipping",
            List.of(new Series("norm", curves.gradientNorm(), false)),
            null));
    return html.raw("</div>\n").raw(table()).raw("</section>\n").toString();
  }

  private String kept() {
    return chosenBy
        .map(
            metric ->
                "kept are the weights after step "
                    + Numbers.count(result.best().step())
                    + ", best by "
                    + metric.replace('_', ' '))
        .orElse("kept are the last weights");
  }

  private @Nullable Point best(String metric) {
    return chosenBy.filter(metric::equals).isPresent()
        ? new Point(result.best().step(), result.best().value())
        : null;
  }

  private String table() {
    if (curves.evaluations().isEmpty()) {
      return "";
    }
    List<String> columns = new ArrayList<>(List.of(LOSS));
    columns.addAll(metrics);
    Html html = new Html().raw("<div class=\"wide\"><table>\n<thead><tr>");
    html.element("th scope=\"col\"", "step").element("th scope=\"col\"", "epoch");
    columns.forEach(c -> html.name("th scope=\"col\"", "validation " + c.replace('_', ' ')));
    html.raw("</tr></thead>\n<tbody>\n");
    for (Evaluated evaluation : curves.evaluations()) {
      boolean best = chosenBy.isPresent() && evaluation.step() == result.best().step();
      html.raw(best ? "<tr class=\"kept\">" : "<tr>");
      html.element("th scope=\"row\"", Numbers.count(evaluation.step()) + (best ? "\u00a0★" : ""));
      html.element("td", Numbers.significant(evaluation.epoch()));
      for (String column : columns) {
        html.element("td", Numbers.decimal(evaluation.metrics().getOrDefault(column, Double.NaN)));
      }
      html.raw("</tr>\n");
    }
    return html.raw("</tbody></table></div>\n").toString();
  }
}
