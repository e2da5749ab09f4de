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
 * The results of a training as an HTML page: curves of loss, metrics, learning rate and gradient
 * norm; results by label with charts of the confusion matrix and the calibration; the most
 * confident mistakes; and what is needed to reproduce them: options, seed, digests of the data,
 * versions and machine.
 *
 * <pre>{@code
 * classifier.report()
 *     .data(DataReport.of(train, validation))
 *     .evaluation("test", test, classifier.evaluate(test).scored())
 *     .writeTo(Path.of("report"));
 * }</pre>
 *
 * <p>{@link #writeTo} writes two files. {@code report.html} is one self-contained page, without
 * scripts or external resources; it supports light and dark mode and printing. {@code report.json}
 * has the same figures and all points of the curves. An undefined figure is {@code –} on the page
 * and {@code null} in the JSON:
 *
 * <pre>
 *   format       1
 *   title, written (ISO 8601, UTC)
 *   model        labels: their names; maxTokens; longTexts: {kind, stride, most}: cut, head and
 *                tail, mean of windows or maximum of windows; the tokens that neighbouring windows
 *                share, and the number of windows at most
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
 *                cutTokens, words: [{word, sequence, start, end, attribution}], tokens}]
 *   versions     afina, engine, java
 *   machine      processor, cores, memoryBytes, system, heapBytes
 * </pre>
 *
 * <p>Both contain the name of the machine's processor and texts of the data, at most 300 characters
 * of each (4,000 of explained ones). Check them for private data before you share them.
 *
 * <p>Immutable: each method that adds something returns a new report. It uses no native memory.
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
   * Creates the report of a model without results. {@code TextModel.report()} calls this with the
   * facts that the model knows.
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

  /** Sets the heading. Default: Training report. */
  public TrainingReport title(String value) {
    Objects.requireNonNull(value, "title");
    return new TrainingReport(model, value, evaluations, explanations, data, written, machine);
  }

  /** Sets the statistics and warnings about the data. Default: none. */
  public TrainingReport data(DataReport report) {
    Objects.requireNonNull(report, "data");
    return new TrainingReport(model, title, evaluations, explanations, report, written, machine);
  }

  /**
   * Adds explanations after those added before, as texts with highlighted words: {@code
   * report.explained(List.of(classifier.explain(text)))}. Of each text the first 4,000 characters
   * are shown.
   *
   * @throws IllegalArgumentException if there are more than 1,000 altogether
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
   * Adds the results of a single-label classifier.
   *
   * @param name the name of the evaluated data, such as {@code test}
   * @param texts the texts of the predictions, in the same order; their labels are ignored
   * @throws IllegalArgumentException if the name is blank, or there are not as many texts as
   *     predictions
   */
  public TrainingReport evaluation(String name, Dataset texts, SingleLabelPredictions scored) {
    return with(SingleLabelFigures.of(name, texts, scored, Optional.empty()));
  }

  /**
   * Adds the results of such a classifier with decision rules.
   *
   * @param decided the effect of the rules
   * @throws IllegalArgumentException as the method without them
   */
  public TrainingReport evaluation(
      String name, Dataset texts, SingleLabelPredictions scored, DecidedResults decided) {
    return with(SingleLabelFigures.of(name, texts, scored, Optional.of(decided)));
  }

  /**
   * Adds the results of a multi-label classifier.
   *
   * @param name the name of the evaluated data, such as {@code test}
   * @param texts the texts of the predictions, in the same order; their labels are ignored
   * @throws IllegalArgumentException if the name is blank, or there are not as many texts as
   *     predictions
   */
  public TrainingReport evaluation(String name, Dataset texts, MultiLabelPredictions scored) {
    return with(MultiLabelFigures.of(name, texts, scored, Optional.empty()));
  }

  /**
   * Adds the results of such a classifier with decision rules.
   *
   * @param decided the effect of the rules
   * @throws IllegalArgumentException as the method without them
   */
  public TrainingReport evaluation(
      String name, Dataset texts, MultiLabelPredictions scored, DecidedResults decided) {
    return with(MultiLabelFigures.of(name, texts, scored, Optional.of(decided)));
  }

  /**
   * Adds the results of a regression, whose targets are the labels of the model.
   *
   * @param name the name of the evaluated data, such as {@code test}
   * @param texts the texts of the predictions, in the same order; their labels are ignored
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

  /** The same report with another time and machine, for tests. */
  TrainingReport made(Instant when, Machine where) {
    return new TrainingReport(model, title, evaluations, explanations, data, when, where);
  }

  /**
   * Writes {@code report.html} and {@code report.json} into a folder, replacing existing ones.
   * Other files in it are left alone.
   *
   * @param folder created if it does not exist
   * @return the path of the page
   * @throws IOException if one of the files cannot be written; existing ones are then both
   *     unchanged
   */
  public Path writeTo(Path folder) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(PAGE, html());
    files.put(FIGURES, json());
    ReportFiles.write(folder, files);
    return folder.resolve(PAGE);
  }

  /** The page as HTML text. */
  public String html() {
    return new ReportPage(this).html();
  }

  /** The figures as JSON text. */
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
