package dev.afina.examples.api;

import dev.afina.Classifier;
import dev.afina.Evaluation;
import dev.afina.ServingOptions;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.DataSource;
import dev.afina.examples.cli.DataSplits;
import dev.afina.examples.cli.Figures;
import dev.afina.examples.cli.NotebookProgram;
import dev.afina.examples.cli.Step;
import dev.afina.examples.cli.Steps;
import dev.afina.examples.cli.TextColumns;
import dev.afina.examples.shipped.GoEmotions;
import dev.afina.metrics.Averaging;
import dev.afina.metrics.ConfusionMatrix;
import dev.afina.training.ProgressBar;
import dev.afina.training.TrainingOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fine-tunes a model for sentiment and serves it: the notebook that ends in a web API. */
@Command(
    name = "sentiment-api",
    description =
        "Fine-tunes a model to tell good words from bad ones, and serves it: a REST API, meters and a"
            + " page that classifies what one types.",
    sortOptions = false)
public final class SentimentApi extends NotebookProgram {
  private static final Step DATA =
      new Step("The texts", "load_dataset(…); dataset[\"train\"].shuffle(seed=42)");
  private static final Step FIT =
      new Step(
          "Fine-tune: log every 100 steps, save every 500",
          "Trainer(…, TrainingArguments(…, logging_steps=100, save_steps=500)).train()");
  private static final Step TEST =
      new Step(
          "Accuracy, precision, recall and F1 of the test texts",
          "accuracy_score(…); precision_recall_fscore_support(…, average=\"binary\")");
  private static final Step SERVE =
      new Step(
          "Serve it: POST /classify, health, metrics, a page",
          "@app.post(\"/classify\"); uvicorn.run(app); gradio.Interface(…)");
  private static final Steps STEPS = Steps.of(DATA, FIT, TEST, SERVE);

  private static final int SLICE = 4_000;
  private static final String[] OF_TRAINING = {
    "--data", "--checkpoint", "--output", "--full", "--train-only", "--json"
  };

  @Option(
      names = "--train-only",
      description = "End after the training, with the model in --output.")
  private boolean trainOnly;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = "Serve this saved model, without a training.")
  private @Nullable Path model;

  @Mixin private final ApiOptions api = new ApiOptions();

  private SentimentApi(Console console) {
    super(console, STEPS);
  }

  /** The command. */
  public static CommandLine command(Console console) {
    return new SentimentApi(console)
        .command(
            "Without --data: "
                + SLICE
                + " comments of GoEmotions (CC BY 4.0), each with its emotion's",
            "sentiment, 2 epochs. Other data, with the notebook's sizes:",
            "  sentiment-api --full --data stanfordnlp/imdb --checkpoint distilbert-base-uncased",
            "  sentiment-api --data reviews.csv     (columns text and label)",
            "When it serves:",
            "  curl -H 'Content-Type: application/json' -d '{\"text\": \"I loved it\"}' \\",
            "      http://127.0.0.1:8080/classify",
            "Ctrl-C or SIGTERM answers what was accepted, then ends it with exit code 0.");
  }

  @Override
  protected void run() throws IOException {
    check();
    if (model == null) {
      train();
    }
  }

  private void check() throws IOException {
    try {
      ApiLimits unusedLimits = api.limits();
      ServingOptions unusedServing = api.serving();
      List<String> ofTraining = options().given(OF_TRAINING);
      if (model != null && !ofTraining.isEmpty()) {
        throw new IllegalArgumentException(
            "--model serves a model that is there: leave out %s, for a training only"
                .formatted(String.join(", ", ofTraining)));
      }
      if (!trainOnly) {
        api.requireFreePort();
      }
    } catch (IllegalArgumentException e) {
      throw options().wrong(String.valueOf(e.getMessage()));
    }
  }

  private void train() throws IOException {
    boolean full = options().full();

    step(DATA);
    DataSplits data = told(texts()).with(42, "test");
    Dataset train = full ? data.train() : slice(data.train());
    Labels labels = data.labels();
    out().println("classes: " + train.classCounts());

    step(FIT);
    try (ProgressBar progress = progress("loss", "accuracy", "macro_f1");
        Classifier classifier =
            Classifier.builder()
                .checkpoint(options().checkpoint())
                .labels(labels)
                .maxTokens(full ? 256 : 64)
                .epochs(full ? 3 : 2)
                .batchSize(16)
                .learningRate(full ? 2e-5 : 1e-4) // fewer steps, greater ones
                .weightDecay(0.01)
                .seed(42)
                .options(TrainingOptions.standard().loggingSteps(100).saving(s -> s.limit(1)))
                .checkpoints(freshCheckpoints())
                .saveEvery(500)
                .output(options().output())
                .listener(progress)
                .fit(train)) {
      step(TEST);
      Evaluation evaluation = classifier.evaluate(data.test());
      out().println(evaluation.report());
      tell(evaluation.confusionMatrix(), labels);
      Figures.add(figures(), evaluation, List.of("accuracy", "macro_f1", "loss"));
      Figures.add(figures(), classifier.training().orElseThrow());
      Figures.addModel(figures(), options().output());
    }
  }

  private DataSplits texts() throws IOException {
    Optional<DataSource> source = options().data();
    if (source.isPresent()) {
      return source.get().read(TextColumns.standard(), hub());
    }
    Map<String, Dataset> splits = new LinkedHashMap<>();
    for (String split : List.of("train", "test")) {
      splits.put(split, GoEmotions.sentiments(split));
    }
    return DataSplits.of(GoEmotions.ATTRIBUTION, splits, Optional.of(GoEmotions.SENTIMENTS));
  }

  private static Dataset slice(Dataset rows) {
    return rows.size() <= SLICE ? rows : rows.sample(SLICE, 42);
  }

  /** Those of the positive class where there are two, as Python's "binary"; else their means. */
  private void tell(ConfusionMatrix matrix, Labels labels) {
    double precision;
    double recall;
    double f1;
    String of;
    if (labels.size() == 2) {
      of = labels.name(1);
      precision = matrix.precision(1);
      recall = matrix.recall(1);
      f1 = matrix.f1(1);
    } else {
      of = "the mean of all labels";
      precision = matrix.precision(Averaging.MACRO);
      recall = matrix.recall(Averaging.MACRO);
      f1 = matrix.f1(Averaging.MACRO);
    }
    out()
        .printf(
            Locale.ROOT,
            "accuracy %.4f; precision %.4f, recall %.4f, F1 %.4f of %s%n",
            matrix.accuracy(),
            precision,
            recall,
            f1,
            of);
    figures().addProperty("precision", precision);
    figures().addProperty("recall", recall);
    figures().addProperty("f1", f1);
  }

  @Override
  protected void afterFigures() throws IOException {
    if (trainOnly) {
      return;
    }
    step(SERVE);
    Path folder = model == null ? options().output() : model;
    try {
      new Serving(folder, api, out()).untilStopped();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped; the model is in " + folder);
    }
  }
}
