package dev.afina.examples.notebooks;

import dev.afina.Classifier;
import dev.afina.Evaluation;
import dev.afina.Head;
import dev.afina.data.CsvFormat;
import dev.afina.data.Dataset;
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
import dev.afina.examples.shipped.Banking77;
import dev.afina.training.ProgressBar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What news are about: the notebook on AG News. */
@Command(
    name = "news",
    description =
        "Fine-tunes a model with a head of its own on the first token to tell what news are about,"
            + " as the notebook on AG News does.",
    sortOptions = false)
public final class News extends NotebookProgram {
  private static final Step DATA =
      new Step(
          "The news: title and description in one text, without backslashes",
          "pd.read_csv(\"train.csv\", header=None); df[\"title\"] + \" \" + df[\"description\"];"
              + " .str.replace(\"\\\\\", \" \")");
  private static final Step COUNTS =
      new Step("How many of each class", "train_df[\"class\"].value_counts()");
  private static final Step SPLIT =
      new Step(
          "90 % to train on, 10 % to validate on",
          "train_test_split(train_df, train_size=0.9, random_state=1122)");
  private static final Step FIT =
      new Step(
          "Fine-tune: [CLS] → dropout → linear, 2 epochs, batches of 24, weight decay 0.01",
          "nn.Linear(hidden, 4)(nn.Dropout(p)(bert(**x).last_hidden_state[:, 0])); Trainer(…).train()");
  private static final Step TEST =
      new Step("The report on the test news", "classification_report(y, p, target_names=classes)");
  private static final Steps STEPS = Steps.of(DATA, COUNTS, SPLIT, FIT, TEST);

  private static final int SEED = 1122;
  private static final int SLICE = 1_500;
  private static final int TEST_SLICE = 1_000;

  private News(Console console) {
    super(console, STEPS);
  }

  public static CommandLine command(Console console) {
    return new News(console)
        .command(
            "Without --data: questions of BANKING77 (CC BY 4.0) about four topics, because AG News may",
            "not be shipped. The data of the notebook:",
            "  news --full --data FOLDER --checkpoint bert-base-cased",
            "where the folder has train.csv and test.csv without a header (class from 1, title,",
            "description) and classes.txt; or --data fancyzhx/ag_news, whose texts are joined already.");
  }

  @Override
  protected void run() throws IOException {
    boolean full = options().full();

    step(DATA);
    DataSplits data = told(news()).with(SEED, "test");
    Dataset all = full ? data.train() : data.train().shuffle(SEED).head(SLICE);
    out().print(all.show(3, SEED));

    step(COUNTS);
    all.classCounts().forEach((name, count) -> out().println(name + ": " + count));

    step(SPLIT);
    Dataset.Split split = all.split(TrainTestSplit.ofScikitLearn(SEED).trainShare(0.9));
    Dataset train = used("train", split.train());
    Dataset validation = used("validation", split.test());
    Dataset test = used("test", full ? data.test() : data.test().shuffle(SEED).head(TEST_SLICE));

    step(FIT);
    slice(SLICE + " rows, 128 tokens, a rate of 1e-4");
    try (ProgressBar progress = progress("loss", "accuracy", "macro_f1");
        Classifier classifier =
            Classifier.builder()
                .checkpoint(options().checkpoint(), hub())
                .labels(data.labels())
                .head(Head.plain()) // dropout and a linear layer on [CLS]
                .maxTokens(atMostTokens(full ? 512 : 128))
                .epochs(2)
                .batchSize(24)
                .weightDecay(0.01)
                .learningRate(full ? 5e-5 : 1e-4) // fewer steps, greater ones
                .seed(SEED)
                .validation(validation) // after each epoch
                .output(options().output())
                .listener(progress)
                .fit(train)) {
      out().print(classifier.training().orElseThrow().table(List.of("loss", "accuracy")));

      step(TEST);
      Evaluation evaluation = classifier.evaluate(test);
      out().println(evaluation.report());
      out().println("test: " + evaluation);

      Figures.add(figures(), evaluation, List.of("accuracy", "macro_f1", "loss"));
      Figures.add(figures(), classifier.training().orElseThrow());
      Figures.addModel(figures(), options().output());
    }
  }

  private DataSplits news() throws IOException {
    Optional<DataSource> source = options().data();
    if (source.isEmpty()) {
      Map<String, Dataset> topics =
          Map.of(
              "train", Banking77.topics(Banking77.train()),
              "test", Banking77.topics(Banking77.test()));
      return DataSplits.of(Banking77.ATTRIBUTION, topics, Optional.of(Banking77.TOPICS));
    }
    return source.get().hasFile("classes.txt")
        ? agNews(source.get())
        : source.get().read(TextColumns.standard(), hub());
  }

  /** AG News as it is published: no header, classes from 1. */
  private static DataSplits agNews(DataSource source) throws IOException {
    Labels classes = Labels.of(Files.readAllLines(source.file("classes.txt")));
    String folder = source.path().map(Path::toString).orElseThrow();
    Map<String, Dataset> splits =
        Map.of(
            "train", agNews(source.file("train.csv"), classes),
            "test", agNews(source.file("test.csv"), classes));
    return new DataSplits(folder, splits, Optional.of(classes));
  }

  static Dataset agNews(Path file, Labels classes) throws IOException {
    return Dataset.csv(file, CsvFormat.withoutHeader().label(0).text(1, 2).joinedBy(" "))
        .map(row -> row.withText(row.text().replace('\\', ' ')))
        .withLabelNames(classes, 1);
  }
}
