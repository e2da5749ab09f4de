package dev.afina.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.card.LongTextFacts;
import dev.afina.card.TrainingFacts;
import dev.afina.data.DataReport;
import dev.afina.metrics.Calibration;
import dev.afina.metrics.ConfusionMatrix;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import dev.afina.training.TrainingState;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The figures of a report for programs; the text of {@link TrainingReport} describes them. */
final class ReportJson {
  private static final int FORMAT = 1;
  private static final Gson GSON = new Gson(); // for maps of plain values

  private final TrainingReport report;

  ReportJson(TrainingReport report) {
    this.report = report;
  }

  JsonObject all() {
    TrainingFacts training = report.model().training().orElse(null);
    Machine machine = report.machine();
    return object(
        "format", FORMAT,
        "title", report.title(),
        "written", report.written().toString(),
        "model",
            object(
                "labels", texts(report.model().labels().names()),
                "maxTokens", report.model().maxTokens(),
                "longTexts", longTexts(report.model().longTexts())),
        "training", training == null ? null : training(training),
        "data", data(training, report.data()),
        "evaluations", array(report.evaluations(), ReportJson::evaluation),
        "explanations", array(report.explanations(), e -> GSON.toJsonTree(e.asMap())),
        "versions",
            object(
                "afina", TrainingReport.version(),
                "engine", report.model().engine().orElse(null),
                "java", machine.java()),
        "machine",
            object(
                "processor", machine.processor(),
                "cores", machine.cores(),
                "memoryBytes", machine.memoryBytes() == 0 ? null : machine.memoryBytes(),
                "system", machine.system(),
                "heapBytes", machine.heapBytes()));
  }

  private static JsonObject longTexts(LongTextFacts facts) {
    return object(
        "kind", Numbers.name(facts.kind()), "stride", facts.stride(), "most", facts.most());
  }

  private static JsonObject training(TrainingFacts facts) {
    TrainingResult result = facts.result();
    TrainingState.Best best = result.best();
    return object(
        "checkpoint", facts.shownCheckpoint(),
        "precision", facts.precision(),
        "steps", result.steps(),
        "end", Numbers.name(result.end()),
        "seconds", result.duration().toNanos() / 1e9,
        "textsPerSecond", result.examplesPerSecond(),
        "trainingLoss", result.trainingLoss(),
        "truncation", GSON.toJsonTree(result.truncation().asMap()),
        "best",
            best.step() == 0
                ? null
                : object(
                    "metric", facts.options().evaluation().keepBest().orElse(null),
                    "step", best.step(),
                    "value", best.value()),
        "log",
            array(
                result.history().stream().filter(e -> e.values().containsKey("loss")).toList(),
                ReportJson::logEntry),
        "evaluations",
            array(
                Curves.of(result).evaluations(),
                e -> object("step", e.step(), "epoch", e.epoch(), "metrics", values(e.metrics()))),
        "epochs", array(result.epochs(), e -> epoch(e, result)),
        "options",
            array(
                facts.options().all(),
                o -> object("name", o.name(), "value", o.value(), "set", o.set())),
        "settings", settings(facts));
  }

  private static JsonObject logEntry(TrainingState.LogEntry entry) {
    JsonObject json = object("step", entry.step(), "epoch", entry.epoch());
    entry.values().forEach((name, value) -> json.add(name, element(value)));
    return json;
  }

  private static JsonObject epoch(TrainingListener.Epoch epoch, TrainingResult result) {
    return object(
        "epoch", epoch.epoch(),
        "step", epoch.step(),
        "trainingLoss", epoch.trainingLoss(),
        "seconds", epoch.duration().toNanos() / 1e9,
        "kept", result.keptEpoch().filter(epoch::equals).isPresent());
  }

  private static JsonObject settings(TrainingFacts facts) {
    JsonObject json = new JsonObject();
    FactsSection.shownSettings(facts).forEach(json::addProperty);
    return json;
  }

  private JsonObject data(@Nullable TrainingFacts training, @Nullable DataReport data) {
    List<String> names = report.model().labels().names();
    return object(
        "trainingTexts", training == null ? null : training.trainingRows(),
        "validationTexts", training == null ? null : training.validationRows(),
        "labels",
            array(
                IntStream.range(0, names.size()).boxed().toList(),
                label ->
                    object(
                        "label",
                        names.get(label),
                        "trainingTexts",
                        training == null || training.labelCounts().isEmpty()
                            ? null
                            : training.labelCounts().get(label))),
        "warnings", data == null ? null : texts(data.warnings()));
  }

  private static JsonObject evaluation(EvaluationFigures figures) {
    JsonObject json = object("name", figures.name());
    if (figures instanceof SingleLabelFigures single) {
      addAll(json, single);
    } else if (figures instanceof MultiLabelFigures multi) {
      addAll(json, multi);
    } else {
      addAll(json, (RegressionFigures) figures);
    }
    return json;
  }

  private static void addAll(JsonObject json, SingleLabelFigures figures) {
    addUsual(json, "single_label", figures);
    addLabels(json, figures.texts(), figures.labels(), figures.averages());
    json.add("confusionMatrix", counts(figures.matrix()));
    json.add("calibration", calibration(figures.calibration()));
    figures.decided().ifPresent(decided -> json.add("decided", decided(decided)));
    json.add(
        "mistakes",
        array(
            figures.mistakes(),
            m ->
                object(
                    "text", m.text().text(),
                    "pair", m.text().pair(),
                    "truth", m.truth(),
                    "predicted", m.predicted(),
                    "score", m.score(),
                    "truthScore", m.truthScore())));
  }

  private static void addAll(JsonObject json, MultiLabelFigures figures) {
    addUsual(json, "multi_label", figures);
    if (figures.thresholds().stream().distinct().count() == 1) {
      json.addProperty("threshold", figures.thresholds().get(0));
    } else {
      json.add("thresholds", array(figures.thresholds(), JsonPrimitive::new));
    }
    addLabels(json, figures.texts(), figures.labels(), figures.averages());
    json.add("calibration", calibration(figures.calibration()));
    figures.decided().ifPresent(decided -> json.add("decided", decided(decided)));
    json.add(
        "mistakes",
        array(
            figures.mistakes(),
            m ->
                object(
                    "text", m.text().text(),
                    "pair", m.text().pair(),
                    "truth", texts(m.truth()),
                    "predicted", texts(m.predicted()),
                    "label", m.label(),
                    "given", m.given(),
                    "score", m.score())));
  }

  private static void addAll(JsonObject json, RegressionFigures figures) {
    addUsual(json, "regression", figures);
    json.add(
        "targets",
        array(
            figures.targets(),
            t ->
                object(
                    "target", t.target(),
                    "metrics", values(t.metrics()),
                    "points", array(t.points(), p -> numbers(p.truth(), p.predicted())),
                    "residuals",
                        array(
                            t.residuals(),
                            b ->
                                object(
                                    "lower", b.lower(), "upper", b.upper(), "count", b.count())))));
    json.add(
        "mistakes",
        array(
            figures.mistakes(),
            m ->
                object(
                    "text", m.text().text(),
                    "pair", m.text().pair(),
                    "target", m.target(),
                    "truth", m.truth(),
                    "predicted", m.predicted())));
  }

  private static void addUsual(JsonObject json, String task, EvaluationFigures figures) {
    json.addProperty("task", task);
    json.addProperty("texts", figures.texts());
    json.add("metrics", values(figures.metrics()));
  }

  private static void addLabels(
      JsonObject json,
      int texts,
      List<EvaluationFigures.LabelFigures> labels,
      List<EvaluationFigures.AverageFigures> averages) {
    json.add(
        "labels",
        array(
            labels,
            l ->
                object(
                    "label",
                    l.label(),
                    "precision",
                    l.precision(),
                    "recall",
                    l.recall(),
                    "f1",
                    l.f1(),
                    "support",
                    l.support(),
                    "predicted",
                    l.predicted(),
                    "truePositives",
                    l.truePositives(),
                    "falsePositives",
                    l.falsePositives(),
                    "falseNegatives",
                    l.falseNegatives(),
                    "trueNegatives",
                    texts - l.support() - l.falsePositives())));
    JsonObject means = new JsonObject();
    averages.forEach(
        a ->
            means.add(
                a.name(), object("precision", a.precision(), "recall", a.recall(), "f1", a.f1())));
    json.add("averages", means);
  }

  private static JsonArray counts(ConfusionMatrix matrix) {
    return array(
        IntStream.range(0, matrix.classes()).boxed().toList(),
        truth ->
            array(
                IntStream.range(0, matrix.classes()).boxed().toList(),
                predicted -> new JsonPrimitive(matrix.count(truth, predicted))));
  }

  private static JsonObject decided(DecidedResults results) {
    return object(
        "coverage", results.coverage(),
        "error", results.error(),
        "calibrationBefore", calibration(results.before()),
        "curve",
            array(
                results.curve().points(),
                point ->
                    array(
                        List.of(point.confidence(), point.coverage(), point.error()),
                        JsonPrimitive::new)));
  }

  private static JsonObject calibration(Calibration calibration) {
    return object(
        "expectedError", calibration.expectedError(),
        "bins",
            array(
                calibration.bins(),
                b ->
                    object(
                        "lower", b.lower(),
                        "upper", b.upper(),
                        "count", b.count(),
                        "meanProbability", b.meanProbability(),
                        "shareTrue", b.shareTrue())));
  }

  private static JsonObject values(Map<String, Double> values) {
    JsonObject json = new JsonObject();
    values.forEach((name, value) -> json.add(name, element(value)));
    return json;
  }

  private static JsonArray texts(List<String> texts) {
    return array(texts, JsonPrimitive::new);
  }

  private static JsonArray numbers(double... numbers) {
    JsonArray array = new JsonArray();
    for (double number : numbers) {
      array.add(element(number));
    }
    return array;
  }

  private static <T> JsonArray array(List<T> values, Function<T, JsonElement> element) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(element.apply(value)));
    return array;
  }

  /** Names and values in turn. */
  private static JsonObject object(@Nullable Object... members) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < members.length; i += 2) {
      json.add(String.valueOf(members[i]), element(members[i + 1]));
    }
    return json;
  }

  /** JSON has no NaN. */
  private static JsonElement element(@Nullable Object value) {
    if (value == null || (value instanceof Double d && !Double.isFinite(d))) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof JsonElement json) {
      return json;
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    return value instanceof Boolean b ? new JsonPrimitive(b) : new JsonPrimitive(value.toString());
  }
}
