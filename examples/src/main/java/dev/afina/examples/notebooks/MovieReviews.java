package dev.afina.examples.notebooks;

import dev.afina.Classifier;
import dev.afina.Evaluation;
import dev.afina.Uncertainty;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.FolderFormat;
import dev.afina.data.Labels;
import dev.afina.data.TrainTestSplit;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.DataSource;
import dev.afina.examples.cli.DataSplits;
import dev.afina.examples.cli.Figures;
import dev.afina.examples.cli.NotebookProgram;
import dev.afina.examples.cli.Step;
import dev.afina.examples.cli.Steps;
import dev.afina.examples.cli.TextColumns;
import dev.afina.examples.shipped.GoEmotions;
import dev.afina.metrics.SingleLabelMetrics;
import dev.afina.training.ProgressBar;
import dev.afina.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Whether a review likes the film, and when not to say so: the notebook on IMDB. */
@Command(
    name = "movie-reviews",
    description =
        "Fine-tunes a model to tell good reviews from bad ones, as the notebook on IMDB does, and"
            + " lets it say \"not sure\" by Monte-Carlo dropout.",
    sortOptions = false)
public final class MovieReviews extends NotebookProgram {
  private static final Step DATA =
      new Step(
          "A balanced slice: 500 bad and 500 good reviews",
          "load_dataset(\"imdb\", split=\"train[:500]+train[-500:]\")");
  private static final Step SPLIT =
      new Step(
          "80 % to train on, 20 % to evaluate on",
          "dataset.train_test_split(test_size=0.2, seed=42)");
  private static final Step FIT =
      new Step(
          "Fine-tune: 512 tokens, 5 epochs, batches of 8 × 4, the best by F1 of every 50 steps",
          "TrainingArguments(gradient_accumulation_steps=4, warmup_ratio=0.1, weight_decay=0.005,"
              + " eval_steps=50, save_steps=50, metric_for_best_model=\"f1\")");
  private static final Step EVALUATE =
      new Step("Evaluate", "trainer.evaluate(); f1_score(y, p, average=\"binary\")");
  private static final Step DROPOUT =
      new Step(
          "Monte-Carlo dropout: 5 passes at 256 tokens; under 0.6 the answer is \"not sure\"",
          "model.train(); torch.stack([model(**inputs).logits.softmax(-1) for _ in range(5)])");
  private static final Steps STEPS = Steps.of(DATA, SPLIT, FIT, EVALUATE, DROPOUT);

  private static final int OF_EACH_LABEL = 500;
  private static final int PASSES = 5;
  private static final double SURE = 0.6;

  private static final List<String> TEXTS =
      List.of(
          "A wonderful film, I laughed and cried and would see it again tomorrow.",
          "Two hours of my life that nobody gives back. Awful.",
          "It was a film.",
          "The actors are great, the story is a mess, and the end saves nothing.");

  private MovieReviews(Console console) {
    super(console, STEPS);
  }

  public static CommandLine command(Console console) {
    return new MovieReviews(console)
        .command(
            "Without --data: comments of GoEmotions (CC BY 4.0), bad and good by their emotion, which are",
            "much shorter than reviews; IMDB may not be shipped. The data of the notebook:",
            "  movie-reviews --full --data stanfordnlp/imdb --checkpoint distilbert-base-uncased",
            "or a folder with train.csv (text, label) and labels.txt, or aclImdb as it is unpacked.");
  }

  @Override
  protected void run() throws IOException {
    boolean full = options().full();

    step(DATA);
    DataSplits data = told(reviews());
    Labels labels = data.labels();
    if (labels.size() != 2) {
      throw new IOException(data.source() + ": expected two labels, bad and good, got " + labels);
    }
    Dataset balanced = balanced(data.train(), labels);
    out().println("balanced: " + balanced);

    step(SPLIT);
    Dataset.Split split = split(balanced);
    Dataset train = used("train", split.train());
    Dataset test = used("test", split.test());

    step(FIT);
    slice("128 tokens, 3 epochs at a rate of 1e-4, evaluated every 25 steps");
    int steps = full ? 50 : 25;
    try (ProgressBar progress = progress("loss", "accuracy", "f1");
        Classifier classifier =
            Classifier.builder()
                .checkpoint(options().checkpoint(), hub())
                .labels(labels)
                .positiveLabel(labels.name(1))
                .maxTokens(atMostTokens(full ? 512 : 128))
                .epochs(full ? 5 : 3)
                .batchSize(8)
                .accumulationSteps(4)
                .warmup(0.1)
                .weightDecay(0.005)
                .learningRate(full ? 5e-5 : 1e-4) // fewer steps, greater ones
                .seed(42)
                .validation(test)
                .evaluateEvery(steps)
                .saveEvery(steps)
                .keepBest("f1")
                .checkpoints(freshCheckpoints())
                .output(options().output())
                .listener(progress)
                .fit(train)) {
      TrainingState.Best best = classifier.training().orElseThrow().best();
      out().printf(Locale.ROOT, "best: F1 %.4f after step %d%n", best.value(), best.step());

      step(EVALUATE);
      Evaluation evaluation = classifier.evaluate(test);
      out().println(evaluation.report());
      out().println(evaluation);

      step(DROPOUT);
      try (Classifier shorter = classifier.withMaxTokens(Math.min(256, classifier.maxTokens()))) {
        notSure(shorter, test);
      }

      Figures.add(figures(), evaluation, List.of("accuracy", "macro_f1", "loss"));
      figures().addProperty("f1", evaluation.of(SingleLabelMetrics.f1(labels.name(1))));
      Figures.add(figures(), classifier.training().orElseThrow());
      Figures.addModel(figures(), options().output());
    }
  }

  /** As many rows of each label, from both ends of the split, which has the bad ones first. */
  static Dataset balanced(Dataset train, Labels labels) {
    Dataset sorted = train.sort(Comparator.comparing(row -> labels.index(label(row))));
    int half = Math.min(OF_EACH_LABEL, Collections.min(sorted.classCounts().values()));
    return sorted.head(half).concat(sorted.slice(sorted.size() - half, sorted.size()));
  }

  /** The very rows that Python's datasets draws. */
  static Dataset.Split split(Dataset balanced) {
    return balanced.split(TrainTestSplit.ofDatasets(42).testShare(0.2));
  }

  private void notSure(Classifier classifier, Dataset test) {
    for (String text : TEXTS) {
      Uncertainty answer = classifier.predictWithDropout(text, PASSES, 42);
      out()
          .println(
              text + "\n  → " + (isSure(answer) ? answer.label() : "not sure") + ": " + answer);
    }
    List<Uncertainty> answers = classifier.predictWithDropout(test, PASSES, 42);
    int sure = 0;
    int right = 0;
    for (int i = 0; i < test.size(); i++) {
      if (isSure(answers.get(i))) {
        sure++;
        right += answers.get(i).label().equals(label(test.get(i))) ? 1 : 0;
      }
    }
    out()
        .printf(
            Locale.ROOT,
            "%nof %d reviews: sure of %d, right on %d of these; not sure of %d%n",
            test.size(),
            sure,
            right,
            test.size() - sure);
    figures().addProperty("sure", sure);
    figures().addProperty("notSure", test.size() - sure);
    figures().addProperty("accuracyOfSure", sure == 0 ? 0 : (double) right / sure);
  }

  private static boolean isSure(Uncertainty answer) {
    return answer.score() >= SURE;
  }

  private static String label(Example row) {
    return Objects.requireNonNull(row.label());
  }

  private DataSplits reviews() throws IOException {
    Optional<DataSource> source = options().data();
    if (source.isEmpty()) {
      return DataSplits.of(
          GoEmotions.ATTRIBUTION,
          Map.of("train", GoEmotions.sentiments("train")),
          Optional.of(GoEmotions.SENTIMENTS));
    }
    Optional<Path> folder = source.get().path();
    if (folder.isPresent() && Files.isDirectory(folder.get().resolve("train/neg"))) {
      Labels labels = Labels.of("neg", "pos");
      FolderFormat format = FolderFormat.standard().labels("neg", "pos");
      Dataset train = Dataset.folders(folder.get().resolve("train"), format);
      return DataSplits.of(folder.get().toString(), Map.of("train", train), Optional.of(labels));
    }
    return source.get().read(TextColumns.standard(), hub());
  }
}
