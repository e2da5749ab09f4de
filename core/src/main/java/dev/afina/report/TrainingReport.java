package dev.afina.report;

import dev.afina.card.ModelFacts;
import dev.afina.data.DataReport;
import dev.afina.data.Dataset;
import dev.afina.explain.Explanation;
import dev.afina.metrics.MultiLabelPredictions;
import dev.afina.metrics.RegressionPredictions;
import dev.afina.metrics.SingleLabelPredictions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a training gave, to look at: curves of loss and metrics, learning rate and gradient norm,
 * results by label, a confusion matrix and a reliability curve as pictures, the most confident
 * mistakes, and what it takes to do the same again: options, seed, digests of the data, versions
 * and machine.
 *
 * <pre>{@code
 * classifier.report()
 *     .data(DataReport.of(train, validation))
 *     .evaluation("test", test, classifier.evaluate(test).scored())
 *     .writeTo(Path.of("report"));
 * }</pre>
 *
 * <p>{@link #writeTo} writes two files. {@code report.html} is one page without scripts that loads
 * nothing; it follows the reader's choice of light or dark and can be printed. {@code report.json}
 * has the same figures, and all points of the curves. A figure that is undefined is {@code –} there
 * and {@code null} here:
 *
 * <pre>
 *   format       1
 *   title, written (ISO 8601, UTC)
 *   model        labels: their names; maxTokens
 *   training     null for a model that was loaded; else
 *                checkpoint, precision, steps, end, seconds, textsPerSecond, trainingLoss
 *                truncation   of the training texts: {texts, cut, share, medianLost, mostLost, counted}
 *                best         {metric, step, value}; null where no metric chose
 *                log          [{step, epoch, loss, grad_norm, learning_rate}], as it was logged
 *                evaluations  [{step, epoch, metrics: {name: value}}]
 *                epochs       [{epoch, step, trainingLoss, seconds, kept}]
 *                options      [{name, value, set}], values as text; set is false for a default
 *                settings     {name: value}: what else the weights depend on, as text
 *   data         trainingTexts, validationTexts, labels: [{label, trainingTexts}], warnings;
 *                numbers are null where they are not known
 *   evaluations  [{name, task, texts, metrics: {name: value}, …}]; by task there follow
 *     single_label  labels: [{label, precision, recall, f1, support, predicted, truePositives,
 *                   falsePositives, falseNegatives, trueNegatives}],
 *                   averages: {micro: {precision, recall, f1}, …},
 *                   confusionMatrix: one row a true label, one count a predicted one,
 *                   calibration: {expectedError, bins: [{lower, upper, count, meanProbability,
 *                   shareTrue}]},
 *                   mistakes: [{text, pair, truth, predicted, score, truthScore}]
 *                   of a classifier with rules for decisions: decided: {coverage, error,
 *                   calibrationBefore (as calibration), curve: [[confidence, coverage, error], …]}
 *     multi_label   threshold (or thresholds), decided as above, labels, averages, calibration as above; mistakes: [{text, pair,
 *                   truth: […], predicted: […], label, given, score}]
 *     regression    targets: [{target, metrics, points: [[truth, predicted], …],
 *                   residuals: [{lower, upper, count}]}],
 *                   mistakes: [{text, pair, target, truth, predicted}]
 *   explanations [{text, pair, label, method, steps, output, baselineOutput, completenessError,
 *                truncatedTokens, words: [{word, sequence, start, end, attribution}], tokens}]
 *   versions     afina, engine, java
 *   machine      processor, cores, memoryBytes, system, heapBytes
 * </pre>
 *
 * <p>Both have texts of the data, at most 300 characters of each but of explained ones, and the
 * name of the machine's processor: look at them before you pass them on.
 *
 * <p>Immutable: each method returns a new report. It holds no native memory.
 */
public final class TrainingReport {
  static final String PAGE = "report.html";
  static final String FIGURES = "report.json";

  private final ModelFacts model;
  private final String title;
  private final List<EvaluationFigures> evaluations;
  private final List<Explanation> explanations;
  private final @Nullable DataReport data;
  private final Instant written;
  private final Machine machine;

  private TrainingReport(
      ModelFacts model,
      String title,
      List<EvaluationFigures> evaluations,
      List<Explanation> explanations,
      @Nullable DataReport data,
      Instant written,
      Machine machine) {
    this.model = model;
    this.title = title;
    this.evaluations = evaluations;
    this.explanations = explanations;
    this.data = data;
    this.written = written;
    this.machine = machine;
  }

  /**
   * The report of a model without results. A trained model's own method {@code report()} calls this
   * with what it knows.
   */
  public static TrainingReport of(ModelFacts model) {
    return new TrainingReport(
        Objects.requireNonNull(model, "model"),
        "Training report",
        List.of(),
        List.of(),
        null,
        Instant.now(),
        Machine.here());
  }

  /** What stands above it. Default: Training report. */
  public TrainingReport title(String value) {
    Objects.requireNonNull(value, "title");
    return new TrainingReport(model, value, evaluations, explanations, data, written, machine);
  }

  /** What was odd about the data. Default: not said. */
  public TrainingReport data(DataReport report) {
    Objects.requireNonNull(report, "data");
    return new TrainingReport(model, title, evaluations, explanations, report, written, machine);
  }

  /**
   * Adds texts with the words marked that carried an output, after those that were added before:
   * {@code report.explained(List.of(classifier.explain(text)))}. Of each the first 4,000 characters
   * are shown.
   *
   * @throws IllegalArgumentException when that makes more than 1,000
   */
  public TrainingReport explained(List<Explanation> more) {
    Objects.requireNonNull(more, "explanations");
    List<Explanation> all = Stream.concat(explanations.stream(), more.stream()).toList();
    if (all.size() > ExplanationPage.MOST) {
      throw new IllegalArgumentException(
          "explanations: expected at most %s, got %s".formatted(ExplanationPage.MOST, all.size()));
    }
    return new TrainingReport(model, title, evaluations, all, data, written, machine);
  }

  /**
   * Adds the results of a classifier that gives one label a text.
   *
   * @param name what was evaluated on, such as {@code test}
   * @param texts those of the predictions, in the same order; their labels are not looked at
   * @throws IllegalArgumentException if the name is blank, or there are not as many texts as
   *     predictions
   */
  public TrainingReport evaluation(String name, Dataset texts, SingleLabelPredictions scored) {
    return with(SingleLabelFigures.of(name, texts, scored, Optional.empty()));
  }

  /**
   * Adds the results of such a classifier that has rules for decisions.
   *
   * @param decided what these did
   * @throws IllegalArgumentException as the other
   */
  public TrainingReport evaluation(
      String name, Dataset texts, SingleLabelPredictions scored, DecidedResults decided) {
    return with(SingleLabelFigures.of(name, texts, scored, Optional.of(decided)));
  }

  /**
   * Adds the results of a classifier that gives any number of labels a text.
   *
   * @param name what was evaluated on, such as {@code test}
   * @param texts those of the predictions, in the same order; their labels are not looked at
   * @throws IllegalArgumentException if the name is blank, or there are not as many texts as
   *     predictions
   */
  public TrainingReport evaluation(String name, Dataset texts, MultiLabelPredictions scored) {
    return with(MultiLabelFigures.of(name, texts, scored, Optional.empty()));
  }

  /**
   * Adds the results of such a classifier that has rules for decisions.
   *
   * @param decided what these did
   * @throws IllegalArgumentException as the other
   */
  public TrainingReport evaluation(
      String name, Dataset texts, MultiLabelPredictions scored, DecidedResults decided) {
    return with(MultiLabelFigures.of(name, texts, scored, Optional.of(decided)));
  }

  /**
   * Adds the results of a regression. Its targets are the model's labels.
   *
   * @param name what was evaluated on, such as {@code test}
   * @param texts those of the predictions, in the same order; their labels are not looked at
   * @throws IllegalArgumentException if the name is blank, there are not as many texts as
   *     predictions, or not as many targets as the model has labels
   */
  public TrainingReport evaluation(String name, Dataset texts, RegressionPredictions scored) {
    return with(RegressionFigures.of(name, texts, scored, model.labels().names()));
  }

  private TrainingReport with(EvaluationFigures figures) {
    return new TrainingReport(
        model,
        title,
        Stream.concat(evaluations.stream(), Stream.of(figures)).toList(),
        explanations,
        data,
        written,
        machine);
  }

  /** The same as if it were made then and there, for tests. */
  TrainingReport made(Instant when, Machine where) {
    return new TrainingReport(model, title, evaluations, explanations, data, when, where);
  }

  /**
   * Writes {@code report.html} and {@code report.json} into a folder, or replaces those that are
   * there. Other files in it stay.
   *
   * @param folder is made where it is missing
   * @return the page
   * @throws IOException when one of the files cannot be written; those of before are then both as
   *     they were
   */
  public Path writeTo(Path folder) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(PAGE, html());
    files.put(FIGURES, json());
    ReportFiles.write(folder, files);
    return folder.resolve(PAGE);
  }

  /** The page. */
  public String html() {
    return new ReportPage(this).html();
  }

  /** The figures. */
  public String json() {
    return JsonText.of(new ReportJson(this).all());
  }

  ModelFacts model() {
    return model;
  }

  List<Explanation> explanations() {
    return explanations;
  }

  String title() {
    return title;
  }

  List<EvaluationFigures> evaluations() {
    return evaluations;
  }

  @Nullable DataReport data() {
    return data;
  }

  Instant written() {
    return written;
  }

  Machine machine() {
    return machine;
  }

  /** Of this library; built from source it has none. */
  static String version() {
    String version = TrainingReport.class.getPackage().getImplementationVersion();
    return version == null ? "built from source" : version;
  }
}
