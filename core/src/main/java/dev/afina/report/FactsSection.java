package dev.afina.report;

import dev.afina.card.TrainingFacts;
import dev.afina.data.DataReport;
import dev.afina.training.OptionValue;
import dev.afina.training.Truncation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What it takes to do the same again: data, options, versions and machine. */
final class FactsSection {
  private static final String CHECKPOINT = "checkpoint";
  private static final double GIB = 1 << 30;

  /** How an option says that it has no value. */
  private static final String NONE = "none";

  private static final Set<String> SHOWN_ELSEWHERE = Set.of(CHECKPOINT, "precision", "labels");

  private static final int LONGEST_VALUE = 1_000;

  private final TrainingReport report;
  private final Html html = new Html();

  FactsSection(TrainingReport report) {
    this.report = report;
  }

  String html() {
    DataReport data = report.data();
    if (report.model().training().isPresent() || data != null) {
      html.raw("<section>\n").element("h2", "Data").raw("\n");
      report.model().training().ifPresent(this::data);
      if (data != null) {
        warnings(data);
      }
      html.raw("</section>\n");
    }
    report.model().training().ifPresent(this::options);
    versions();
    return html.toString();
  }

  /** What is not in the options already; of the checkpoint only what may be shown. */
  static Map<String, String> shownSettings(TrainingFacts facts) {
    Map<String, String> shown = new LinkedHashMap<>(facts.settings());
    shown.keySet().removeAll(facts.options().all().stream().map(OptionValue::name).toList());
    shown.keySet().removeAll(SHOWN_ELSEWHERE);
    return shown;
  }

  private void data(TrainingFacts facts) {
    List<String> labels = report.model().labels().names();
    html.raw("<p>");
    html.text(
        "%s texts to train on, %s to validate on."
            .formatted(Numbers.count(facts.trainingRows()), Numbers.count(facts.validationRows())));
    Truncation truncation = facts.result().truncation();
    if (truncation.cut() > 0) {
      html.text(" Of those to train on " + truncation + ".");
    }
    html.raw("</p>\n");
    if (!facts.labelCounts().isEmpty()) {
      html.raw("<div class=\"wide\"><table>\n").head("label", "training texts", "share");
      html.raw("<tbody>\n");
      for (int label = 0; label < labels.size(); label++) {
        int rows = facts.labelCounts().get(label);
        html.row(
            labels.get(label),
            List.of(Numbers.count(rows), Numbers.percent((double) rows / facts.trainingRows())));
      }
      html.raw("</tbody></table></div>\n");
    }
  }

  private void warnings(DataReport data) {
    html.element("h3", "Warnings").raw("\n");
    if (data.warnings().isEmpty()) {
      html.element("p", "None.").raw("\n");
      return;
    }
    html.raw("<ul>\n");
    data.warnings().forEach(w -> html.raw("<li>" + Html.visible(w, LONGEST_VALUE) + "</li>\n"));
    html.raw("</ul>\n");
  }

  private void options(TrainingFacts facts) {
    html.raw("<section>\n").element("h2", "Options").raw("\n");
    html.raw("<p><strong>Bold</strong> is what was set; the rest are defaults.</p>\n");
    html.raw("<dl class=\"facts\">\n");
    fact(CHECKPOINT, facts.shownCheckpoint(), true);
    facts.options().all().stream()
        .filter(OptionValue::set)
        .forEach(o -> fact(o.name(), o.value(), true));
    facts.options().all().stream()
        .filter(o -> !o.set() && !o.value().equals(NONE))
        .forEach(o -> fact(o.name(), o.value(), false));
    fact("precision", facts.precision(), false);
    shownSettings(facts).forEach((name, value) -> fact(name, value, false));
    html.raw("</dl>\n</section>\n");
  }

  private void versions() {
    Machine machine = report.machine();
    html.raw("<section>\n").element("h2", "Versions and machine").raw("\n<dl class=\"facts\">\n");
    fact("Afina", TrainingReport.version(), false);
    report.model().engine().ifPresent(engine -> fact("engine", engine, false));
    fact("Java", machine.java(), false);
    fact("processor", machine.processor(), false);
    fact("cores", Integer.toString(machine.cores()), false);
    if (machine.memoryBytes() > 0) {
      fact("memory", gibibytes(machine.memoryBytes()), false);
    }
    fact("Java heap, at most", gibibytes(machine.heapBytes()), false);
    fact("system", machine.system(), false);
    html.raw("</dl>\n</section>\n");
  }

  private void fact(String name, String value, boolean set) {
    html.raw("<div>").name("dt", name);
    html.raw(set ? "<dd class=\"set\">" : "<dd>").raw(Html.visible(value, LONGEST_VALUE));
    html.raw("</dd></div>\n");
  }

  private static String gibibytes(long bytes) {
    return Numbers.significant(bytes / GIB, 3) + " GiB";
  }
}
