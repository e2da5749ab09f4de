package dev.afina.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.MultiLabelClassifier;
import dev.afina.Regressor;
import dev.afina.TextModel;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.examples.cli.CommonOptions;
import dev.afina.examples.cli.Console;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says of each line of standard input what a model says. */
@Command(
    name = "predict",
    description =
        "Prints a line for each line of standard input (UTF-8): label, tab, probability; of a model"
            + " of several labels all over the threshold, with tabs between; \"not sure\" where the"
            + " model's rules say so; of a regression its numbers.",
    sortOptions = false,
    footer = {"", "For example:", "  echo 'where is my card?' | ... predict --model afina-intents"})
final class Predict implements Callable<Integer> {
  /** Enough to fill batches; few enough that a slow model shows something soon. */
  private static final int CHUNK = 256;

  private final Console console;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      required = true,
      description =
          "The folder that train or transformers saved; or classpath:RESOURCE, or a model of the"
              + " Hugging Face Hub (owner/name).")
  @SuppressWarnings("NullAway.Init")
  private String model;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description =
          "So many labels with their probabilities, the best first. Default: 1, or those over the"
              + " threshold; with --json all")
  private @Nullable Integer topK;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description =
          "For models of several labels per text: a label is printed if its probability is over"
              + " this, from 0 to 1. Default: the model's own thresholds, or 0.5")
  private @Nullable Double threshold;

  @Option(
      names = "--dropout-passes",
      paramLabel = "N",
      description =
          "With --json: also what N passes with dropout say, and how much they disagree. Default:"
              + " none")
  private @Nullable Integer dropoutPasses;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Read fewer tokens of a text, or of a window, at once. Default: as trained")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--pairs",
      description = "Each line is two texts with a tab between; the first tab counts.")
  private boolean pairs;

  @Option(
      names = "--explain",
      paramLabel = "LABEL",
      arity = "0..1",
      fallbackValue = "",
      description =
          "Add which words carried the label given, or the best one (integrated gradients); about"
              + " 100 times as slow.")
  private @Nullable String explain;

  @Option(
      names = "--json",
      description =
          "Print one JSON object at the end, with a member \"predictions\"; where a line cannot be"
              + " read, with those of the lines before it.")
  private boolean json;

  @Mixin private final CommonOptions common = new CommonOptions();

  Predict(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    check();
    try (TextModel<?, ?> saved = TextModel.load(model);
        TextModel<?, ?> loaded = shortened(saved)) {
      if (loaded instanceof Classifier classifier) {
        requireOutput(classifier.labels());
        refuse("--threshold", threshold, "models of several labels per text", classifier);
        answer(classifier, new SingleLabelAnswers(topK, dropoutPasses));
      } else if (loaded instanceof MultiLabelClassifier classifier) {
        requireOutput(classifier.labels());
        answer(classifier, new MultiLabelAnswers(threshold, topK, dropoutPasses));
      } else if (loaded instanceof Regressor regressor) {
        requireOutput(regressor.targets());
        refuse("--threshold", threshold, "models of several labels per text", regressor);
        refuse("--top-k", topK, "models of labels", regressor);
        answer(regressor, new RegressionAnswers(dropoutPasses));
      }
    }
    return 0;
  }

  private TextModel<?, ?> shortened(TextModel<?, ?> saved) {
    try {
      return saved.withMaxTokens(maxTokens == null ? saved.maxTokens() : maxTokens);
    } catch (IllegalArgumentException e) {
      throw common.wrong(e.getMessage());
    }
  }

  private void check() {
    if (topK != null && topK < 1) {
      throw common.wrong("--top-k: expected 1 or more, got " + topK);
    }
    if (dropoutPasses != null && (dropoutPasses < 2 || !json)) {
      throw common.wrong(
          "--dropout-passes: expected 2 or more, and --json, got "
              + dropoutPasses
              + (json ? "" : " without it"));
    }
    if (threshold != null && !(threshold >= 0 && threshold <= 1)) {
      throw common.wrong("--threshold: expected 0 to 1, got " + threshold);
    }
    if (topK != null && threshold != null && !json) {
      throw common.wrong(
          "--top-k %s and --threshold %s contradict each other: a line has the best labels, or those"
                  .formatted(topK, threshold)
              + " over the threshold");
    }
  }

  /** Before the input is read: what was answered until then would be lost. */
  private void requireOutput(Labels outputs) {
    if (explain != null && !explain.isEmpty() && !outputs.names().contains(explain)) {
      throw common.wrong(
          "--explain: expected one of %s, got \"%s\""
              .formatted(Excerpt.of(outputs.names()), Excerpt.of(explain)));
    }
  }

  private void refuse(
      String option, @Nullable Object value, String models, TextModel<?, ?> loaded) {
    if (value != null) {
      throw common.wrong(
          "%s %s is for %s, but %s is a model of the task %s; leave the option out"
              .formatted(option, value, models, model, Tasks.name(loaded.problemType())));
    }
  }

  private <P> void answer(TextModel<P, ?> asked, Answers<P> answers) throws IOException {
    Lines lines = new Lines(console.in());
    Explaining explaining = new Explaining(asked, explain);
    JsonArray all = new JsonArray();
    try {
      Chunk chunk = next(lines);
      while (!chunk.examples().isEmpty()) {
        Dataset texts = Dataset.of(chunk.examples());
        if (json) {
          List<JsonObject> objects = answers.json(asked, texts);
          explaining.addTo(objects, chunk.examples());
          objects.forEach(all::add);
        } else {
          List<String> said = asked.predict(texts).stream().map(answers::line).toList();
          print(explaining.addedTo(said, chunk.examples()));
        }
        chunk.requireWhole();
        chunk = next(lines);
      }
      chunk.requireWhole();
    } catch (IOException e) {
      if (!all.isEmpty()) {
        printAll(all); // what was answered before
      }
      throw e;
    }
    if (json) {
      printAll(all);
    }
  }

  private void printAll(JsonArray predictions) {
    JsonObject result = new JsonObject();
    result.add("predictions", predictions);
    console.out().println(result);
  }

  /**
   * Lines that are answered together.
   *
   * @param problem why the line behind them cannot be read, which is said after their answers; null
   *     if it can
   */
  private record Chunk(List<Example> examples, @Nullable IOException problem) {
    void requireWhole() throws IOException {
      if (problem != null) {
        throw problem;
      }
    }
  }

  /** The lines that are there, at least one; none at the end of the input. */
  private Chunk next(Lines lines) {
    List<Example> chunk = new ArrayList<>();
    try {
      while (chunk.size() < CHUNK && (chunk.isEmpty() || lines.ready())) {
        String line = console.shutdown().waitFor(lines::next);
        if (line == null) {
          break;
        }
        chunk.add(pairs ? pair(line, lines.number()) : Example.of(line));
      }
      return new Chunk(chunk, null);
    } catch (IOException e) {
      return new Chunk(chunk, e);
    }
  }

  private static Example pair(String line, long number) throws IOException {
    int tab = line.indexOf('\t');
    if (tab == -1) {
      throw new IOException(
          "standard input:" + number + ": no tab, expected two texts with a tab between (--pairs)");
    }
    return Example.ofPair(line.substring(0, tab), line.substring(tab + 1));
  }

  private void print(List<String> lines) throws IOException {
    console.out().print(String.join("\n", lines) + "\n");
    console.out().flush();
    if (console.out().checkError()) { // the only way in which a PrintStream tells
      throw new IOException("standard output: closed or full before all was written");
    }
  }
}
