package dev.afina.examples;

import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.CrossValidation;
import dev.afina.Evaluation;
import dev.afina.Freeze;
import dev.afina.Loss;
import dev.afina.card.EvaluatedOn;
import dev.afina.card.ModelCard;
import dev.afina.data.Dataset;
import dev.afina.data.Labels;
import dev.afina.data.TrainTestSplit;
import dev.afina.internal.files.Excerpt;
import dev.afina.training.TensorBoardListener;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
      "  train --train semeval.tsv --quoting none --label sentiment"
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

  @Option(
      names = "--train",
      paramLabel = "FILE",
      required = true,
      description = "The rows to train on.")
  @SuppressWarnings("NullAway.Init")
  private Path trainFile;

  @Option(
      names = "--validation",
      paramLabel = "FILE",
      description = "The rows to evaluate on after each epoch.")
  private @Nullable Path validationFile;

  @Option(
      names = "--validation-share",
      paramLabel = "SHARE",
      description =
          "Without --validation, this share of the rows to train on is set aside, of each label the"
              + " same where there are enough; 0 for none.")
  private double validationShare = 0.1;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "The rows of the report at the end. Default: those of the validation")
  private @Nullable Path testFile;

  @Mixin private final DataOptions data = new DataOptions();

  @Option(
      names = "--labels",
      paramLabel = "NAME",
      split = ",",
      description =
          "The labels in the order of the model's outputs, with commas between. Default: those of the"
              + " checkpoint if it fits the data, else of the data")
  private String @Nullable [] labels;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the model goes; one that is there is replaced.")
  private Path output = Path.of("afina-model");

  @Option(
      names = "--card",
      paramLabel = "NAME",
      description =
          "Write README.md beside the model, its card for the Hugging Face Hub under this name"
              + " (owner/name); in one that is there, what a person wrote stays.")
  private @Nullable String card;

  @Option(
      names = "--language",
      paramLabel = "CODE",
      split = ",",
      description = "Languages of the texts for the card, such as en.")
  private String @Nullable [] languages;

  @Option(
      names = "--license",
      paramLabel = "ID",
      description = "The licence for the card, such as apache-2.0.")
  private @Nullable String license;

  @Mixin private final RecipeOptions recipe = new RecipeOptions();

  @Option(
      names = "--dropout",
      paramLabel = "RATE",
      description = "One rate for every dropout. Default: the checkpoint's rates")
  private @Nullable Double dropout;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Longer texts are cut. Default: as long as the model can take")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--keep-best",
      paramLabel = "METRIC",
      description =
          "Keep the weights that are best on the validation rows by loss, accuracy, macro_f1, ...,"
              + " or f1 of --positive. Default: the last ones")
  private @Nullable String keepBest;

  @Option(
      names = "--positive",
      paramLabel = "LABEL",
      description = "The label whose precision, recall and f1 are metrics.")
  private @Nullable String positive;

  @Option(
      names = "--class-weights",
      paramLabel = "WEIGHT",
      split = ",",
      description =
          "What each label's texts count in the loss: balanced, or a number for each label in their"
              + " order, with commas between. Default: all alike")
  private String @Nullable [] classWeights;

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      description = "Which share of the loss is that of all labels alike.")
  private double labelSmoothing;

  @Option(
      names = "--focal",
      paramLabel = "GAMMA",
      description = "Focal loss: what is predicted well counts little; 2 is usual. Default: none")
  private @Nullable Double focal;

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
          "Cross-validate: train K times on all rows but a fold, evaluate on that, and save nothing."
              + " Default: off")
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

  @Mixin private final CommonOptions common = new CommonOptions();

  Train(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    long started = System.nanoTime();
    ClassifierBuilder builder = builder();
    if (folds != null) {
      return crossValidate(builder, data.read(trainFile), folds);
    }
    Dataset.Split split = split(data.read(trainFile));
    Dataset train = split.train();
    Dataset validation = split.test();
    Dataset test = testFile == null ? validation : data.read(testFile);
    requireKnownLabels(train, validation, test);

    PrintStream out = console.text(json);
    out.println("train:      " + train);
    out.println("validation: " + validation);
    if (testFile != null) {
      out.println("test:       " + test);
    }
    if (validation.size() > 0) {
      builder.validation(validation);
    }
    try (TensorBoardListener board =
            tensorBoard == null ? null : TensorBoardListener.to(tensorBoard);
        Classifier classifier =
            Fitting.fit(
                builder, train, output, board == null ? TrainingListener.NONE : board, console)) {
      TrainingResult training = classifier.training().orElseThrow();
      out.printf("%n%s", Figures.table(training));
      JsonObject figures = new JsonObject();
      figures.addProperty("command", "train");
      figures.addProperty("checkpoint", checkpoint);
      figures.addProperty("labels", classifier.labels().size());
      figures.addProperty("trainExamples", train.size());
      figures.addProperty("validationExamples", validation.size());
      figures.addProperty("seed", recipe.seed());
      ModelCard.@Nullable Builder modelCard = card == null ? null : card(classifier, card);
      if (test.size() > 0) {
        Shutdown.check("the model is in " + output);
        Evaluation evaluation = classifier.evaluate(test);
        String name = testFile == null ? "validation" : "test";
        out.printf("%n%s%n%s: %s%n", evaluation.report(), name, evaluation);
        figures.addProperty("evaluatedOn", name);
        figures.addProperty("evaluatedExamples", test.size());
        Figures.add(figures, evaluation);
        if (modelCard != null) {
          modelCard.result(
              EvaluatedOn.named(testName()), evaluation.confusionMatrix(), evaluation.loss());
        }
      }
      if (modelCard != null) {
        modelCard.build().writeTo(output);
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
      return 0;
    }
  }

  private int crossValidate(ClassifierBuilder builder, Dataset rows, int count) throws IOException {
    CrossValidation<Evaluation> result = builder.crossValidate(rows, count);
    PrintStream out = console.text(json);
    out.println("rows: " + rows);
    for (int fold = 0; fold < count; fold++) {
      out.println("fold " + (fold + 1) + ": " + result.folds().get(fold));
    }
    out.printf("%n%s%n%n%s", result, result.outOfFold().report());
    if (json) {
      JsonObject figures = new JsonObject();
      figures.addProperty("command", "train");
      figures.addProperty("folds", count);
      figures.addProperty("examples", rows.size());
      for (String metric : Figures.SHOWN_METRICS) {
        figures.addProperty(metric + "_mean", result.mean(metric));
        figures.addProperty(metric + "_deviation", result.deviation(metric));
      }
      console.out().println(figures);
    }
    return 0;
  }

  private ModelCard.Builder card(Classifier classifier, String name) {
    ModelCard.Builder builder = classifier.card(name);
    if (languages != null) {
      builder.language(languages);
    }
    return license == null ? builder : builder.license(license);
  }

  private String testName() {
    Path file = testFile != null ? testFile : validationFile != null ? validationFile : trainFile;
    String name = String.valueOf(file.getFileName());
    return testFile == null && validationFile == null ? "rows set aside of " + name : name;
  }

  /** Everything but the data; what is wrong with an option shows before a file is read. */
  private ClassifierBuilder builder() {
    if (!(validationShare >= 0 && validationShare < 1)) {
      throw common.wrong("--validation-share: expected a share in [0, 1), got " + validationShare);
    }
    if (keepBest != null && validationFile == null && validationShare == 0) {
      throw common.wrong("--keep-best needs --validation or a --validation-share over 0");
    }
    if (folds != null
        && (recipe.saves()
            || resume
            || checkpoints != null
            || card != null
            || tensorBoard != null)) {
      throw common.wrong(
          "--folds saves nothing: not with --checkpoints, --save-..., --resume, --card,"
              + " --tensorboard");
    }
    if (card == null && (languages != null || license != null)) {
      throw common.wrong((languages != null ? "--language" : "--license") + " needs --card");
    }
    try {
      ClassifierBuilder builder =
          Classifier.builder().checkpoint(checkpoint).options(recipe.options());
      if (labels != null) {
        builder.labels(labels);
      }
      if (dropout != null) {
        builder.dropout(dropout);
      }
      if (maxTokens != null) {
        builder.maxTokens(maxTokens);
      }
      if (keepBest != null) {
        builder.keepBest(keepBest);
      }
      if (positive != null) {
        builder.positiveLabel(positive);
      }
      if (freeze != null) {
        builder.freeze(freeze(freeze));
      }
      if (resume) {
        builder.resume();
      }
      if (checkpoints != null || recipe.saves() || resume) {
        builder.checkpoints(checkpoints == null ? Path.of(output + "-checkpoints") : checkpoints);
      }
      builder.loss(loss());
      if (card != null) {
        ModelCard.check(card, languages == null ? List.of() : List.of(languages), license);
      }
      builder.check(folds == null && (validationFile != null || validationShare > 0));
      return replaceHead ? builder.replaceHead() : builder;
    } catch (IllegalArgumentException e) {
      throw common.wrong(e.getMessage());
    }
  }

  private Loss loss() {
    Loss loss =
        (focal == null ? Loss.crossEntropy() : Loss.focal(focal)).labelSmoothing(labelSmoothing);
    if (classWeights == null) {
      return loss;
    }
    if (classWeights.length == 1 && classWeights[0].equals("balanced")) {
      return loss.balancedClassWeights();
    }
    return loss.classWeights(Arrays.stream(classWeights).mapToDouble(Train::number).toArray());
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--class-weights: expected balanced or numbers, got \"" + text + "\"", e);
    }
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

  /** The rows to train on, and those to validate on, which may be none. */
  private Dataset.Split split(Dataset rows) throws IOException {
    if (validationFile != null) {
      return new Dataset.Split(rows, data.read(validationFile));
    }
    if (validationShare == 0 || rows.size() < 2) {
      return new Dataset.Split(rows, Dataset.of());
    }
    // The only row of a label is to be learned from.
    Map<String, Integer> counts = rows.classCounts();
    Dataset single = rows.filter(e -> counts.getOrDefault(e.label(), 0) == 1);
    Dataset others = rows.filter(e -> counts.getOrDefault(e.label(), 0) != 1);
    if (others.size() < 2) {
      return new Dataset.Split(rows, Dataset.of());
    }
    Dataset.Split split = others.split(rule(others));
    Set<String> learned = split.train().classCounts().keySet();
    return new Dataset.Split(
        split.train().concat(single).concat(split.test().filter(e -> !learned.contains(e.label()))),
        split.test().filter(e -> learned.contains(e.label())));
  }

  /** Of each label the same share, where both parts have a row for each. */
  private TrainTestSplit rule(Dataset rows) {
    TrainTestSplit rule = TrainTestSplit.ofDatasets(recipe.seed()).testShare(validationShare);
    int aside = (int) Math.ceil(validationShare * rows.size());
    int labels = rows.classCounts().size();
    return Math.min(aside, rows.size() - aside) < labels ? rule : rule.stratified();
  }

  /** Before a long training, not after it. The library knows nothing of the rows of --test. */
  private void requireKnownLabels(Dataset train, Dataset validation, Dataset test) {
    Set<String> unknown = new TreeSet<>(validation.classCounts().keySet());
    unknown.addAll(test.classCounts().keySet());
    if (labels == null) {
      unknown.removeAll(train.classCounts().keySet());
    } else {
      Labels named = Labels.of(labels);
      unknown.removeIf(label -> isOne(label, named));
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "labels "
              + Excerpt.of(unknown)
              + " are in the rows to evaluate on, but "
              + (labels == null
                  ? "no row to train on has them; name all labels by --labels, or correct the files"
                  : "not in --labels; name them there, or correct the files"));
    }
  }

  private static boolean isOne(String label, Labels labels) {
    try {
      labels.resolve(label);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
