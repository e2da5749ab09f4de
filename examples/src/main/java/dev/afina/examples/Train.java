package dev.afina.examples;

import com.google.gson.JsonObject;
import dev.afina.CrossValidation;
import dev.afina.DecisionGoal;
import dev.afina.EvaluationResult;
import dev.afina.Freeze;
import dev.afina.TextModel;
import dev.afina.TextModelBuilder;
import dev.afina.card.EvaluatedOn;
import dev.afina.card.ModelCard;
import dev.afina.data.DataReport;
import dev.afina.data.Dataset;
import dev.afina.data.ProblemType;
import dev.afina.examples.cli.CommonOptions;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.Figures;
import dev.afina.examples.cli.Shutdown;
import dev.afina.internal.files.WriteFailure;
import dev.afina.report.TrainingReport;
import dev.afina.training.TensorBoardListener;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fine-tunes a checkpoint on data files, evaluates and saves it. */
@Command(
    name = "train",
    description =
        "Fine-tunes a checkpoint on a CSV or JSON Lines file, evaluates it, and saves a folder that"
            + " predict and Python's transformers open.",
    showDefaultValues = true,
    sortOptions = false,
    footer = {
      "",
      "Names of files end in .csv, .tsv, .jsonl or .json, then perhaps .gz.",
      "  train --train a.csv --test b.csv --text title --text body --output model",
      "  train --train nli.jsonl --text premise --pair hypothesis --keep-best loss",
      "  train --train semeval.tsv --quoting none --label sentiment",
      "  train --train comments.csv --text comment --label-columns toxic,insult,threat",
      "  train --train pairs.csv --text a --pair b --value-columns score --keep-best pearson"
    })
final class Train implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--checkpoint",
      paramLabel = "REFERENCE",
      description =
          "The pretrained model: a folder, classpath:RESOURCE, or a model of the Hugging Face Hub"
              + " (owner/name).")
  private String checkpoint = "classpath:all-minilm-l6-v2.onnx";

  @Mixin private final RowOptions rows = new RowOptions();

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the model goes; one that is there is replaced.")
  private Path output = Path.of("afina-model");

  @Mixin private final CardOptions card = new CardOptions();

  @Mixin private final RecipeOptions recipe = new RecipeOptions();

  @Option(
      names = "--dropout",
      paramLabel = "RATE",
      description = "One rate for every dropout. Default: the checkpoint's rates")
  private @Nullable Double dropout;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description =
          "Longer texts are cut, or read as --long-texts says. Default: as long as the model can"
              + " take")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--keep-best",
      paramLabel = "METRIC",
      description =
          "Keep the weights that are best on the validation rows by loss, a metric of the task"
              + " (accuracy, macro_f1; micro_f1; pearson, ...), or f1 of --positive. Default: the"
              + " last ones")
  private @Nullable String keepBest;

  @Mixin private final TaskOptions taskOptions = new TaskOptions();

  @Option(
      names = "--freeze",
      paramLabel = "PART",
      description = "Leave as it is: embeddings, the first N layers too, or the whole encoder.")
  private @Nullable String freeze;

  @Option(
      names = "--checkpoints",
      paramLabel = "FOLDER",
      description =
          "Where training checkpoints go. Default: --output with -checkpoints, when --save-steps,"
              + " --save-limit or --resume is given; else none are written")
  private @Nullable Path checkpoints;

  @Option(
      names = "--folds",
      paramLabel = "K",
      description =
          "Cross-validate: train K times on all rows but a fold, evaluate on that, and save"
              + " nothing. Default: off")
  private @Nullable Integer folds;

  @Option(
      names = "--resume",
      description = "Go on from the newest checkpoint, or begin where there is none.")
  private boolean resume;

  @Option(
      names = "--replace-head",
      description = "Train a new output layer in place of the checkpoint's, for other labels.")
  private boolean replaceHead;

  @Option(
      names = "--report",
      paramLabel = "FOLDER",
      description =
          "Write report.html, a page with curves, confusion matrix, calibration, mistakes and all"
              + " options, and report.json with the same figures. --logging-steps makes the curves"
              + " finer. Default: off")
  private @Nullable Path report;

  @Option(
      names = "--tensorboard",
      paramLabel = "FOLDER",
      description =
          "Write the curves of the training where TensorBoard shows them, every --logging-steps."
              + " Default: off")
  private @Nullable Path tensorBoard;

  @Option(
      names = "--json",
      description = "Print one JSON object with the figures; all else goes to standard error.")
  private boolean json;

  @Mixin private final DecisionOptions decisions = new DecisionOptions();

  @Mixin private final LongTextOptions longTexts = new LongTextOptions();

  @Mixin private final LoraOptions lora = new LoraOptions();

  @Mixin private final CommonOptions common = new CommonOptions();

  Train(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long started = System.nanoTime();
    asUsage(this::check);
    Dataset read = rows.read();
    TargetOptions target = rows.data().target();
    ProblemType type = target.task().orElseGet(() -> ProblemType.of(read));
    asUsage(() -> check(type));
    if (!target.named() && type != ProblemType.SINGLE_LABEL) {
      console.text(json).println("task: " + Tasks.name(type) + ", by " + target.source());
    }
    TrainedTask<?, ?, ?> task = TrainedTask.of(type);
    return folds == null ? train(task, read, started) : crossValidate(task, read, folds);
  }

  private <M extends TextModel<P, E>, P, E extends EvaluationResult<P>> int train(
      TrainedTask<M, P, E> task, Dataset read, long started) throws IOException {
    String[] names = rows.data().names(read);
    TextModelBuilder<?, M, P, E> builder = task.builder(taskOptions, names);
    addOptions(builder);
    EvaluatedRows divided = rows.divide(read, task, names, recipe.seed());
    Dataset train = divided.train();
    Dataset validation = divided.validation();
    Dataset test = divided.test();

    recipe.checkEvaluation(
        keepBest,
        validation.size() > 0,
        "rows to validate on, and --validation-share left none here: each label keeps one to train"
            + " on; name a --validation file");

    PrintStream out = console.text(json);
    out.println("train:      " + train);
    out.println("validation: " + validation);
    if (rows.tests()) {
      out.println("test:       " + test);
    }
    if (validation.size() > 0) {
      builder.validation(validation);
    }
    if (report != null) {
      requireFolder(report); // before hours of training, not after
    }
    lora.prepare();
    try (TensorBoardListener board =
            tensorBoard == null ? null : TensorBoardListener.to(tensorBoard);
        M trained =
            Fitting.fit(
                builder,
                train,
                output,
                shownMetrics(task),
                board == null ? TrainingListener.NONE : board,
                console);
        Decided<M> decided = deciding(task, trained, validation)) {
      M model = decided.model();
      TrainingResult training = model.training().orElseThrow();
      out.printf("%n%s", training.table(shownMetrics(task)));
      JsonObject figures = new JsonObject();
      if (decided.hasRules()) {
        out.println(DecisionOptions.line(task.rules(model)));
        DecisionOptions.add(figures, task.rules(model));
      }
      figures.addProperty("command", "train");
      figures.addProperty("task", Tasks.name(task.type()));
      figures.addProperty("checkpoint", checkpoint);
      figures.addProperty(task.outputsAre(), task.outputs(model).size());
      figures.addProperty("trainExamples", train.size());
      figures.addProperty("validationExamples", validation.size());
      figures.addProperty("seed", recipe.seed());
      Optional<ModelCard.Builder> modelCard = card.of(model);
      @Nullable TrainingReport page =
          report == null ? null : report(model, train, validation, task.type());
      if (test.size() > 0) {
        Shutdown.check("the model is in " + output);
        E evaluation = model.evaluate(test);
        String name = rows.tests() ? "test" : "validation";
        out.printf("%n%s%n%s: %s%n", evaluation.report(), name, evaluation);
        figures.addProperty("evaluatedOn", name);
        figures.addProperty("evaluatedExamples", test.size());
        Figures.add(figures, evaluation, task.shownMetrics());
        page = page == null ? null : evaluation.addedTo(page, name, test);
        modelCard.ifPresent(c -> task.addTo(c, EvaluatedOn.named(rows.testName()), evaluation));
      }
      if (modelCard.isPresent()) {
        modelCard.get().build().writeTo(output);
      }
      if (report != null && page != null) {
        out.println("report:     " + page.writeTo(report));
      }
      out.printf(
          Locale.ROOT,
          "%.1f texts/s in training; saved to %s: %.1f MB%n",
          training.examplesPerSecond(),
          output,
          Figures.bytes(output) / 1e6);
      if (json) {
        Figures.add(figures, training);
        Figures.addModel(figures, output);
        figures.addProperty(
            "seconds", Figures.seconds(Duration.ofNanos(System.nanoTime() - started)));
        console.out().println(figures);
      }
      decided.requireReached(); // only now, when all that is known is written
      return 0;
    }
  }

  /** The model, saved; with rules where some are wanted and can be chosen. */
  private <M extends TextModel<P, E>, P, E extends EvaluationResult<P>> Decided<M> deciding(
      TrainedTask<M, P, E> task, M trained, Dataset validation) throws IOException {
    lora.save(trained);
    Optional<DecisionGoal> goal = decisions.goal();
    if (goal.isEmpty()) {
      return Decided.without(trained);
    }
    M deciding;
    try {
      deciding = task.deciding(trained, goal.get(), validation);
    } catch (IllegalArgumentException e) {
      return Decided.failed(
          trained,
          new IOException(
              e.getMessage() + "; the model is in " + output + " without rules for decisions", e));
    }
    Decided<M> decided = Decided.with(deciding);
    try {
      deciding.save(output);
      lora.save(deciding); // its folder has the rules, too
      return decided;
    } catch (IOException | RuntimeException e) {
      decided.close();
      throw e;
    }
  }

  private <M extends TextModel<P, E>, P, E extends EvaluationResult<P>> int crossValidate(
      TrainedTask<M, P, E> task, Dataset read, int count) throws IOException {
    TextModelBuilder<?, M, P, E> builder = task.builder(taskOptions, rows.data().names(read));
    addOptions(builder);
    CrossValidation<E> result = builder.crossValidate(read, count);
    PrintStream out = console.text(json);
    out.println("rows: " + read);
    for (int fold = 0; fold < count; fold++) {
      out.println("fold " + (fold + 1) + ": " + result.folds().get(fold));
    }
    out.printf("%n%s%n%n%s", result, result.outOfFold().report());
    if (json) {
      JsonObject figures = new JsonObject();
      figures.addProperty("command", "train");
      figures.addProperty("task", Tasks.name(task.type()));
      figures.addProperty("folds", count);
      figures.addProperty("examples", read.size());
      Figures.add(figures, result, shownMetrics(task));
      console.out().println(figures);
    }
    return 0;
  }

  /** Those of the task, and those that the options ask for. */
  private List<String> shownMetrics(TrainedTask<?, ?, ?> task) {
    Set<String> shown = new LinkedHashSet<>(task.shownMetrics());
    if (taskOptions.positive().isPresent()) {
      shown.addAll(List.of("precision", "recall", "f1"));
    }
    if (keepBest != null) {
      shown.add(keepBest);
    }
    return List.copyOf(shown);
  }

  private static void requireFolder(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw WriteFailure.of(folder, "no training began", e);
    }
  }

  private static TrainingReport report(
      TextModel<?, ?> model, Dataset train, Dataset validation, ProblemType type) {
    return model
        .report()
        .data(DataReport.of(train, validation.size() > 0 ? validation : null, type));
  }

  /** What is wrong with an option shows before a file is read, where the task is known then. */
  private void check() {
    rows.check();
    card.check();
    if (folds == null) {
      recipe.checkEvaluation(
          keepBest, rows.validates(), "--validation or a --validation-share over 0");
    } else {
      recipe.refuseEvaluation(keepBest);
    }
    checkFolders();
    decisions.check(rows.validates() && folds == null);
    if (folds != null && (rows.areNamedToEvaluate() || common.given("--validation-share"))) {
      throw new IllegalArgumentException(
          "--folds evaluates on the folds of --train: not with --validation, --validation-share,"
              + " --test");
    }
    if (folds != null && folds < 2) {
      throw new IllegalArgumentException("--folds: expected 2 or more, got " + folds);
    }
    rows.checkShare(common.given("--validation-share"));
    rows.data()
        .target()
        .task()
        .ifPresentOrElse(this::check, () -> requireOneThatTakesAll(taskOptions.possible()));
  }

  private void checkFolders() {
    if (folds != null
        && (recipe.saves()
            || resume
            || lora.saves()
            || checkpoints != null
            || card.given()
            || report != null
            || tensorBoard != null)) {
      throw new IllegalArgumentException(
          "--folds saves nothing: not with --checkpoints, --save-..., --resume, --card,"
              + " --report, --tensorboard, --adapter");
    }
    if (lora.savesTo(output)) {
      throw new IllegalArgumentException(
          "--adapter and --output are both "
              + output
              + ", where the adapter would replace the model; name two folders");
    }
    lora.requireApart(output);
  }

  private void check(ProblemType type) {
    TargetOptions target = rows.data().target();
    taskOptions.requireFor(type, target.source());
    decisions.requireFor(type, target.source());
    if (type == ProblemType.SINGLE_LABEL
        && keepBest != null
        && List.of("precision", "recall", "f1").contains(keepBest)
        && taskOptions.positive().isEmpty()) {
      throw new IllegalArgumentException(
          "--keep-best %s needs --positive LABEL; of all labels together it is macro_%s"
              .formatted(keepBest, keepBest));
    }
    addOptions(TrainedTask.of(type).builder(taskOptions, target.labels()));
  }

  /** The rows can still turn out to be for any of these tasks; the first one's words count. */
  private void requireOneThatTakesAll(Set<ProblemType> possible) {
    List<IllegalArgumentException> refusals = new ArrayList<>();
    for (ProblemType type : possible) {
      try {
        check(type);
        return;
      } catch (IllegalArgumentException e) {
        refusals.add(e);
      }
    }
    throw refusals.get(0);
  }

  /** Tells of options that do not go together as of wrong usage. */
  private void asUsage(Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw common.wrong(e.getMessage());
    }
  }

  /** The options that all tasks have. */
  private void addOptions(TextModelBuilder<?, ?, ?, ?> builder) {
    builder.checkpoint(checkpoint).options(recipe.options());
    if (dropout != null) {
      builder.dropout(dropout);
    }
    if (maxTokens != null) {
      builder.maxTokens(maxTokens);
    }
    if (keepBest != null) {
      builder.keepBest(keepBest);
    }
    if (freeze != null) {
      builder.freeze(freeze(freeze));
    }
    longTexts.strategy().ifPresent(builder::longTexts);
    lora.updates().ifPresent(builder::lora);
    if (resume) {
      builder.resume();
    }
    if (checkpoints != null || recipe.saves() || resume) {
      builder.checkpoints(checkpoints == null ? Path.of(output + "-checkpoints") : checkpoints);
    }
    if (replaceHead) {
      builder.replaceHead();
    }
    if (folds == null) {
      builder.output(output); // so that its folders are checked together
    }
    builder.check(folds == null && rows.validates());
  }

  private static Freeze freeze(String part) {
    if (part.equals("embeddings")) {
      return Freeze.embeddings();
    }
    if (part.equals("encoder")) {
      return Freeze.encoder();
    }
    if (part.matches("\\d{1,6}")) {
      return Freeze.layers(Integer.parseInt(part));
    }
    throw new IllegalArgumentException(
        "--freeze: expected embeddings, a number of layers or encoder, got \"" + part + "\"");
  }
}
