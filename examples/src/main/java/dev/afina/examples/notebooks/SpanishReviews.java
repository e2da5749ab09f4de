package dev.afina.examples.notebooks;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.Evaluation;
import dev.afina.Prediction;
import dev.afina.PushOptions;
import dev.afina.Tokenizers;
import dev.afina.data.Dataset;
import dev.afina.data.DatasetException;
import dev.afina.data.Labels;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.DataSource;
import dev.afina.examples.cli.DataSplits;
import dev.afina.examples.cli.Figures;
import dev.afina.examples.cli.NotebookProgram;
import dev.afina.examples.cli.Step;
import dev.afina.examples.cli.Steps;
import dev.afina.examples.cli.TextColumns;
import dev.afina.examples.shipped.InventedReviews;
import dev.afina.hub.HubClient;
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.ProgressBar;
import dev.afina.training.TrainingOptions;
import dev.afina.training.TrainingResult;
import dev.afina.training.TrainingState;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether a Spanish review is good: the notebook on amazon_reviews_multi. */
@Command(
    name = "spanish-reviews",
    description =
        "Fine-tunes a model to tell good Spanish reviews from bad ones, as the notebook on"
            + " amazon_reviews_multi does, pushes it to the Hub at each save, and loads it back.",
    sortOptions = false)
public final class SpanishReviews extends NotebookProgram {
  private static final Step DATA =
      new Step(
          "Random reviews, and how many have which stars and which category",
          "dataset[\"train\"].shuffle(seed=42).select(range(3)); df[\"stars\"].value_counts();"
              + " df[\"product_category\"].value_counts()");
  private static final Step LABELS =
      new Step(
          "Without the 3 stars; 1 and 2 are negative, 4 and 5 positive",
          "dataset.filter(lambda x: x[\"stars\"] != 3).map(merge_star_ratings)");
  private static final Step TOKENS =
      new Step(
          "The vocabulary and the tokens of a Spanish byte-level BPE",
          "tokenizer.vocab_size; tokenizer(\"¡hola, me llamo lewis!\").tokens()");
  private static final Step SAMPLE =
      new Step("20,000 reviews by seed 42", "train.shuffle(seed=42).select(range(20000))");
  private static final Step FIT =
      new Step(
          "Fine-tune: 2 epochs at 2e-5, batches of 16, weight decay 0.01, the best by accuracy",
          "TrainingArguments(eval_strategy=\"epoch\", save_strategy=\"epoch\", push_to_hub=True,"
              + " logging_steps=len(train) // 16 // 2, load_best_model_at_end=True,"
              + " metric_for_best_model=\"accuracy\")");
  private static final Step TEST = new Step("Evaluate", "trainer.evaluate()");
  private static final Step LOAD =
      new Step(
          "Load it back and classify",
          "pipeline(\"text-classification\", \"owner/name\")(\"¡me encanta el ipad!\")");
  private static final Steps STEPS = Steps.of(DATA, LABELS, TOKENS, SAMPLE, FIT, TEST, LOAD);

  private static final int SEED = 42;
  private static final int BATCH = 16;
  private static final int ROWS = 20_000;
  private static final int SLICE = 1_000;
  private static final int OTHERS = 500;

  private static final Labels SENTIMENTS = Labels.of("negative", "positive");
  private static final String GREETING = "¡hola, me llamo lewis!";
  private static final String IPAD = "¡me encanta el ipad!";

  @Option(
      names = "--push",
      paramLabel = "OWNER/NAME",
      description =
          "Push to this model of the Hub at each save, with the token of HF_TOKEN, and load it back"
              + " from there. Default: nothing is pushed, and it is loaded from --output")
  private @Nullable String push;

  @Option(
      names = "--tokenizer",
      paramLabel = "REFERENCE",
      description =
          "Whose tokens to look at: a folder or a model of the Hub, such as the checkpoint. Default:"
              + " a small Spanish byte-level BPE that is shipped")
  private @Nullable String tokenizer;

  private SpanishReviews(Console console) {
    super(console, STEPS);
  }

  public static CommandLine command(Console console) {
    return new SpanishReviews(console)
        .command(
            "Without --data: 1,500 invented Spanish reviews, because amazon_reviews_multi may not be",
            "shipped; easier than real ones. The data of the notebook:",
            "  spanish-reviews --full --data amazon_reviews_multi:es --push me/reviews \\",
            "      --checkpoint PlanTL-GOB-ES/roberta-base-bne --tokenizer PlanTL-GOB-ES/roberta-base-bne",
            "or any data set or folder with review_body and stars, or with text and label; labels may be",
            "stars from 1 or from 0, or negative, neutral and positive.");
  }

  @Override
  protected void run() throws IOException {
    boolean full = options().full();

    step(DATA);
    DataSplits data = told(reviews()).with(SEED, "validation", "test");
    out().print(data.train().show(3, SEED));
    out().println("\nstars: " + data.train().classCounts());
    if (data.train().columnNames().contains("product_category")) {
      out().println("categories: " + data.train().valueCounts("product_category"));
    }

    step(LABELS);
    int first = firstStar(data.splits().values());
    Dataset train = twoLabels(data.train(), first);
    Dataset rated = twoLabels(data.validation(), first);
    Dataset tested = twoLabels(data.test(), first);
    out().println("train: " + train);

    step(TOKENS);
    try (Tokenizer spanish = spanish()) {
      Encoding encoding = spanish.encode(GREETING, 512);
      out().println("vocabulary: " + spanish.vocabularySize() + " tokens");
      out().println("tokens " + spanish.tokens(encoding));
      out().println("ids    " + Arrays.toString(encoding.ids()));
      figures().addProperty("vocabularySize", spanish.vocabularySize());
    }

    step(SAMPLE);
    Dataset sample = used("train", train.shuffle(SEED).head(full ? ROWS : SLICE));
    Dataset validation = used("validation", full ? rated : rated.shuffle(SEED).head(OTHERS));
    Dataset test = used("test", full ? tested : tested.shuffle(SEED).head(OTHERS));

    step(FIT);
    slice(SLICE + " rows, 128 tokens, a rate of 1e-4");
    int logging = Math.max(1, sample.size() / BATCH / 2); // twice an epoch
    ClassifierBuilder training =
        Classifier.builder()
            .checkpoint(options().checkpoint(), hub())
            .labels(SENTIMENTS)
            .maxTokens(atMostTokens(full ? 512 : 128))
            .options(TrainingOptions.standard().loggingSteps(logging))
            .epochs(2)
            .learningRate(full ? 2e-5 : 1e-4) // fewer steps, greater ones
            .batchSize(BATCH)
            .weightDecay(0.01)
            .seed(SEED)
            .validation(validation)
            .keepBest("accuracy")
            .checkpoints(freshCheckpoints())
            .output(options().output());
    if (push != null) {
      training.pushEachSave(push, PushOptions.standard().client(hub()));
    }
    try (ProgressBar progress = progress("loss", "accuracy", "macro_f1");
        Classifier classifier = training.listener(progress).fit(sample)) {
      TrainingResult result = classifier.training().orElseThrow();
      result.history().forEach(this::log);
      out().print(result.table(List.of("loss", "accuracy")));

      step(TEST);
      Evaluation evaluation = classifier.evaluate(test);
      out().println(evaluation.report());
      out().println("test: " + evaluation);

      step(LOAD);
      if (push != null) {
        out().println("pushed " + classifier.pushToHub(push, PushOptions.standard().client(hub())));
      }
      Figures.add(figures(), evaluation, List.of("accuracy", "macro_f1", "loss"));
      Figures.add(figures(), result);
      Figures.addModel(figures(), options().output());
    }

    String reference = push == null ? options().output().toString() : push;
    try (Classifier loaded = Classifier.load(reference, hub())) {
      Prediction prediction = loaded.predict(IPAD);
      out().println(reference + ": " + IPAD + "\n  → " + prediction);
      figures().addProperty("loadedFrom", reference);
      figures().addProperty("ipad", prediction.label());
    }
  }

  /** What transformers logs, but for the evaluations. */
  private void log(TrainingState.LogEntry entry) {
    Double loss = entry.values().get("loss");
    if (loss != null) {
      out().printf(Locale.ROOT, "logged at epoch %.2f: loss %.4f%n", entry.epoch(), loss);
    }
  }

  /** What stands for one star: some copies count from 0. A small split need not have any. */
  static int firstStar(Collection<Dataset> splits) {
    return splits.stream().anyMatch(split -> split.classCounts().containsKey("0")) ? 0 : 1;
  }

  /** The rows with an opinion: no 3 stars. */
  static Dataset twoLabels(Dataset reviews, int first) {
    return reviews
        .map(row -> row.withLabel(sentiment(String.valueOf(row.label()), first)))
        .labelled();
  }

  private static @Nullable String sentiment(String label, int first) {
    String stars = label.matches("[0-5]") ? "" + (Integer.parseInt(label) - first + 1) : label;
    return switch (stars) {
      case "1", "2", "negative" -> "negative";
      case "3", "neutral" -> null;
      case "4", "5", "positive" -> "positive";
      default ->
          throw new IllegalArgumentException(
              "label \"%s\": expected stars, or negative, neutral or positive".formatted(label));
    };
  }

  private Tokenizer spanish() throws IOException {
    return tokenizer == null ? InventedReviews.tokenizer() : Tokenizers.load(tokenizer, hub());
  }

  private DataSplits reviews() throws IOException {
    Optional<DataSource> source = options().data();
    if (source.isEmpty()) {
      Map<String, Dataset> splits = new LinkedHashMap<>();
      for (String split : List.of("train", "validation", "test")) {
        splits.put(split, InventedReviews.reviews(split));
      }
      return new DataSplits(InventedReviews.ATTRIBUTION, splits, Optional.empty());
    }
    HubClient hub = hub();
    try {
      return source.get().read(new TextColumns("review_body", "stars"), hub);
    } catch (DatasetException original) {
      try {
        return source.get().read(TextColumns.standard(), hub);
      } catch (DatasetException e) {
        original.addSuppressed(e);
        throw original;
      }
    }
  }
}
