package dev.afina.examples.notebooks;

import dev.afina.Classifier;
import dev.afina.Evaluation;
import dev.afina.Pooling;
import dev.afina.Prediction;
import dev.afina.Tokenizers;
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
import dev.afina.tokenization.Encoding;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.ProgressBar;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Which emotion, or which stance, is in a tweet: the notebook on tweet_eval. */
@Command(
    name = "tweets",
    description =
        "Fine-tunes a model to tell the emotion (or the stance) of tweets, as the notebook on"
            + " tweet_eval does, looks into its tokens, logits and hidden states, and predicts.",
    sortOptions = false)
public final class Tweets extends NotebookProgram {
  private static final Step DATA =
      new Step("The tweets", "load_dataset(\"tweet_eval\", \"emotion\"); dataset[\"train\"][0]");
  private static final Step TOKENS =
      new Step(
          "Tokens and ids of a sentence, and back",
          "tokenizer.tokenize(s); tokenizer.convert_tokens_to_ids(tokens); tokenizer.decode(ids)");
  private static final Step FIT =
      new Step(
          "Fine-tune: 60 tokens, 5 epochs, batches of 16, the best epoch at the end",
          "tokenizer(…, truncation=True, max_length=60); Trainer(…, TrainingArguments(…,"
              + " load_best_model_at_end=True)).train()");
  private static final Step TEST =
      new Step("Evaluate on the test tweets", "trainer.predict(test); classification_report(…)");
  private static final Step OWN =
      new Step("Texts of one's own", "pipeline(\"text-classification\", model)(texts)");
  private static final Step INSIDE =
      new Step(
          "Logits and the mean hidden state",
          "model(**inputs).logits; outputs.hidden_states[-1].mean(dim=1).shape");
  private static final Steps STEPS = Steps.of(DATA, TOKENS, FIT, TEST, OWN, INSIDE);

  private static final String SENTENCE = "A long trip to Mordor";
  private static final List<String> TEXTS =
      List.of(
          "So hyped for the new Spiderman movie!",
          "Nobody came to my birthday, and I miss her so much",
          "How dare you talk to my mother like that",
          "Tomorrow is another day, we will get there",
          "The planet gets warmer every year and our leaders look away");

  private Tweets(Console console) {
    super(console, STEPS);
  }

  public static CommandLine command(Console console) {
    return new Tweets(console)
        .command(
            "Without --data: comments of GoEmotions (CC BY 4.0) that have one of the same four",
            "emotions, because tweet_eval may not be shipped; 2 epochs. The data of the notebook:",
            "  tweets --full --data cardiffnlp/tweet_eval:emotion --checkpoint distilbert-base-uncased",
            "  tweets --full --data cardiffnlp/tweet_eval:stance_climate",
            "or a folder with train, validation and test as .csv (text, label) and labels.txt, or with",
            "TweetEval's own train_text.txt, train_labels.txt, ..., mapping.txt.");
  }

  @Override
  protected void run() throws IOException {
    boolean full = options().full();

    step(DATA);
    DataSplits data = told(tweets()).with(42, "validation", "test");
    out().print(data.train().show(3, 42));

    step(TOKENS);
    try (Tokenizer tokenizer = Tokenizers.load(options().checkpoint(), hub())) {
      tokens(tokenizer);
    }

    step(FIT);
    slice("2 epochs at a rate of 1e-4 in place of 5 at 5e-5");
    try (ProgressBar progress = progress("loss", "accuracy", "macro_f1");
        Classifier classifier =
            Classifier.builder()
                .checkpoint(options().checkpoint(), hub())
                .labels(data.labels())
                .maxTokens(60)
                .epochs(full ? 5 : 2)
                .batchSize(16)
                .learningRate(full ? 5e-5 : 1e-4) // fewer steps, greater ones
                .seed(42)
                .validation(data.validation())
                .keepBest("accuracy")
                .output(options().output())
                .listener(progress)
                .fit(data.train())) {
      out().print(classifier.training().orElseThrow().table(List.of("loss", "accuracy")));

      step(TEST);
      Evaluation evaluation = classifier.evaluate(data.test());
      out().println(evaluation.report());
      out().println("test: " + evaluation);

      step(OWN);
      List<Prediction> predictions = classifier.predict(TEXTS);
      for (int i = 0; i < TEXTS.size(); i++) {
        out().println(TEXTS.get(i) + "\n  → " + predictions.get(i));
      }

      step(INSIDE);
      Prediction prediction = classifier.predict(SENTENCE);
      float[] hidden = classifier.embedding(SENTENCE, Pooling.MEAN);
      out().println("logits " + rounded(prediction.logits()) + " of " + classifier.labels());
      out().println("mean hidden state: [1, " + hidden.length + "]");

      Figures.add(figures(), evaluation, List.of("accuracy", "macro_f1", "loss"));
      Figures.add(figures(), classifier.training().orElseThrow());
      Figures.addModel(figures(), options().output());
      figures().addProperty("hiddenSize", hidden.length);
    }
  }

  private void tokens(Tokenizer tokenizer) {
    Encoding encoding = tokenizer.encode(SENTENCE, 60);
    out().println("tokens " + tokenizer.tokens(encoding));
    out().println("ids    " + Arrays.toString(encoding.ids()));
    out().println("back   " + tokenizer.decode(encoding.ids()));
    out().println("vocabulary: " + tokenizer.vocabularySize() + " tokens");
    figures().addProperty("vocabularySize", tokenizer.vocabularySize());
    figures().addProperty("roundTrip", tokenizer.decode(encoding.ids()));
  }

  private DataSplits tweets() throws IOException {
    Optional<DataSource> source = options().data();
    if (source.isEmpty()) {
      Map<String, Dataset> splits = new LinkedHashMap<>();
      for (String split : List.of("train", "validation", "test")) {
        splits.put(split, GoEmotions.emotions(split));
      }
      Labels names = GoEmotions.EMOTIONS;
      return DataSplits.of(GoEmotions.ATTRIBUTION, splits, Optional.of(names));
    }
    return TweetEvalFiles.isIn(source.get())
        ? TweetEvalFiles.read(source.get())
        : source.get().read(TextColumns.standard(), hub());
  }

  private static List<String> rounded(float[] logits) {
    return IntStream.range(0, logits.length)
        .mapToObj(i -> String.format(Locale.ROOT, "%.3f", logits[i]))
        .toList();
  }
}
