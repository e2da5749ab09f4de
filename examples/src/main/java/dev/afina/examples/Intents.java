package dev.afina.examples;

import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.Evaluation;
import dev.afina.Prediction;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.data.TrainTestSplit;
import dev.afina.examples.cli.CommonOptions;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.Figures;
import dev.afina.examples.cli.Shutdown;
import dev.afina.examples.shipped.Banking77;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The whole way in one program, with a checkpoint and data that are in its class path: fine-tune,
 * evaluate, save, load, predict.
 */
@Command(
    name = "intents",
    description =
        "Fine-tunes MiniLM to tell what a bank's customer wants (BANKING77), evaluates it, saves it,"
            + " loads it again and predicts.",
    showDefaultValues = true,
    sortOptions = false)
final class Intents implements Callable<Integer> {
  private static final String CHECKPOINT = "classpath:all-minilm-l6-v2.onnx";
  private static final int ALL = 77;
  private static final int EPOCHS = 3;
  private static final int EPOCHS_OF_ALL = 5;

  /** The longest question has 98, but 60 are enough for all but a few. */
  private static final int MAX_TOKENS = 60;

  private static final int QUESTIONS = 5;
  private static final int COMPARED = 100;

  private final Console console;

  @Option(
      names = "--intents",
      paramLabel = "N",
      description = "How many of the 77 intents, 2 or more; about two minutes on two cores.")
  private int intents = 20;

  @Option(
      names = "--full",
      description = "All 77 intents and all rows: 50,000 texts in five epochs.")
  private boolean full;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the data. Default: " + EPOCHS + ", with --full " + EPOCHS_OF_ALL)
  private @Nullable Double epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Texts a step.")
  private int batchSize = 16;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "The peak rate.")
  private double learningRate = 1e-4;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the order of the texts, the new head and dropout.")
  private int seed = 42;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the model goes; one that is there is replaced.")
  private Path output = Path.of("afina-intents");

  @Option(
      names = "--rows",
      paramLabel = "N",
      hidden = true,
      description = "At most so many rows to train on and to test; for a quick trial.")
  private int rows = Integer.MAX_VALUE;

  @Option(
      names = "--json",
      description = "Print one JSON object with the figures; all else goes to standard error.")
  private boolean json;

  @Mixin private final CommonOptions common = new CommonOptions();

  Intents(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long started = System.nanoTime();
    PrintStream out = console.text(json);
    if (intents < 2 || intents > ALL) {
      throw common.wrong("--intents: expected 2 to " + ALL + ", got " + intents);
    }
    if (full && common.given("--intents")) {
      throw common.wrong(
          "--full and --intents %s contradict each other: --full takes all %s; leave one of them out"
              .formatted(intents, ALL));
    }
    ClassifierBuilder builder = builder();
    Labels labels = Labels.of(Banking77.intents(full ? ALL : intents));
    Dataset train = slice(Banking77.train(), labels);
    Dataset test = slice(Banking77.test(), labels);
    out.println("data: " + Banking77.ATTRIBUTION);
    out.printf(
        Locale.ROOT,
        "%d intents: %d texts to train on, %d to test%n",
        labels.size(),
        train.size(),
        test.size());

    // The test rows are evaluated after each epoch to be shown; no choice depends on them.
    try (Classifier classifier =
        Fitting.fit(
            builder.labels(labels).validation(test),
            train,
            output,
            SingleLabelTraining.SHOWN_METRICS,
            TrainingListener.NONE,
            console)) {
      Shutdown.check("the model is in " + output);
      TrainingResult training = classifier.training().orElseThrow();
      Evaluation evaluation = classifier.evaluate(test);
      out.printf(
          "%n%s%n%s%n", training.table(SingleLabelTraining.SHOWN_METRICS), evaluation.report());
      out.printf(
          Locale.ROOT, "%s; %.1f texts/s in training%n", evaluation, training.examplesPerSecond());
      out.printf(Locale.ROOT, "saved to %s: %.0f MB%n%n", output, Figures.bytes(output) / 1e6);

      Shutdown.check("the model is in " + output);
      boolean agrees = reload(classifier, test, out);
      if (json) {
        JsonObject figures = new JsonObject();
        figures.addProperty("command", "intents");
        figures.addProperty("checkpoint", CHECKPOINT);
        figures.addProperty("labels", labels.size());
        figures.addProperty("trainExamples", train.size());
        figures.addProperty("testExamples", test.size());
        figures.addProperty("seed", seed);
        Figures.add(figures, evaluation, SingleLabelTraining.SHOWN_METRICS);
        Figures.add(figures, training);
        Figures.addModel(figures, output);
        figures.addProperty("reloadedAgrees", agrees);
        figures.addProperty(
            "seconds", Figures.seconds(Duration.ofNanos(System.nanoTime() - started)));
        console.out().println(figures);
      }
      return agrees ? 0 : 1;
    }
  }

  /** Everything but the data; what is wrong with an option shows before it is read. */
  private ClassifierBuilder builder() {
    try {
      return Classifier.builder()
          .checkpoint(CHECKPOINT)
          .epochs(epochs())
          .batchSize(batchSize)
          .learningRate(learningRate)
          .maxTokens(MAX_TOKENS)
          .seed(seed);
    } catch (IllegalArgumentException e) {
      throw common.wrong(e.getMessage());
    }
  }

  private double epochs() {
    return epochs != null ? epochs : full ? EPOCHS_OF_ALL : EPOCHS;
  }

  /** The rows of these intents; with --rows fewer of each. */
  private Dataset slice(Dataset data, Labels labels) {
    Dataset slice = data.filter(e -> labels.names().contains(e.label()));
    if (slice.size() <= rows) {
      return slice;
    }
    return rows < labels.size() || slice.size() - rows < labels.size()
        ? slice.sample(rows, seed)
        : slice.split(TrainTestSplit.ofDatasets(seed).trainRows(rows).stratified()).train();
  }

  /** Loads what was saved, lets it answer some questions, and compares it with the original. */
  private boolean reload(Classifier original, Dataset test, PrintStream out) throws IOException {
    Dataset questions = test.sample(Math.min(COMPARED, test.size()), seed);
    try (Classifier reloaded = Classifier.load(output)) {
      List<Prediction> answers = reloaded.predict(questions);
      for (int i = 0; i < Math.min(QUESTIONS, questions.size()); i++) {
        Example question = questions.get(i);
        out.printf("%s%n  → %s, in truth %s%n", question.text(), answers.get(i), question.label());
      }
      List<Prediction> originals = original.predict(questions);
      double difference = 0;
      for (int i = 0; i < questions.size(); i++) {
        float[] expected = originals.get(i).logits();
        float[] actual = answers.get(i).logits();
        for (int c = 0; c < expected.length; c++) {
          difference = Math.max(difference, Math.abs(expected[c] - actual[c]));
        }
      }
      boolean agrees = difference <= 1e-4;
      out.printf(
          Locale.ROOT,
          "%nloaded again from %s: %s on %d texts, greatest difference of a logit %.1e%n",
          output,
          agrees ? "agrees" : "DIFFERS",
          questions.size(),
          difference);
      return agrees;
    }
  }
}
