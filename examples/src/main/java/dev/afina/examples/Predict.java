package dev.afina.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.Classifier;
import dev.afina.Prediction;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Predicts the label of each line of standard input. */
@Command(
    name = "predict",
    description =
        "Predicts the label of each line of standard input (UTF-8) and prints a line for it:"
            + " label, tab, probability.",
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
          "So many labels with their probabilities, the best first. Default: 1, with --json all")
  private @Nullable Integer topK;

  @Option(
      names = "--pairs",
      description = "Each line is two texts with a tab between; the first tab counts.")
  private boolean pairs;

  @Option(
      names = "--json",
      description = "Print one JSON object at the end, with a member \"predictions\".")
  private boolean json;

  @Mixin private final CommonOptions common = new CommonOptions();

  Predict(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (topK != null && topK < 1) {
      throw common.wrong("--top-k: expected 1 or more, got " + topK);
    }
    Lines lines = new Lines(console.in());
    JsonArray all = new JsonArray();
    try (Classifier classifier = Classifier.load(model)) {
      for (List<Example> chunk = next(lines); !chunk.isEmpty(); chunk = next(lines)) {
        List<Prediction> predictions = classifier.predict(Dataset.of(chunk));
        if (json) {
          predictions.forEach(p -> all.add(json(p)));
        } else {
          print(predictions);
        }
      }
    }
    if (json) {
      JsonObject result = new JsonObject();
      result.add("predictions", all);
      console.out().println(result);
    }
    return 0;
  }

  /** The lines that are there, at least one; none at the end of the input. */
  private List<Example> next(Lines lines) throws IOException {
    List<Example> chunk = new ArrayList<>();
    while (chunk.size() < CHUNK && (chunk.isEmpty() || lines.ready())) {
      String line = console.shutdown().waitFor(lines::next);
      if (line == null) {
        break;
      }
      chunk.add(pairs ? pair(line, lines.number()) : Example.of(line));
    }
    return chunk;
  }

  private static Example pair(String line, long number) throws IOException {
    int tab = line.indexOf('\t');
    if (tab == -1) {
      throw new IOException(
          "standard input:" + number + ": no tab, expected two texts with a tab between (--pairs)");
    }
    return Example.ofPair(line.substring(0, tab), line.substring(tab + 1));
  }

  private void print(List<Prediction> predictions) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Prediction prediction : predictions) {
      String separator = "";
      for (Map.Entry<String, Double> score : prediction.top(topK == null ? 1 : topK).entrySet()) {
        text.append(separator).append(score.getKey()).append('\t');
        text.append(String.format(Locale.ROOT, "%.6f", score.getValue()));
        separator = "\t";
      }
      text.append('\n');
    }
    console.out().print(text);
    console.out().flush();
    if (console.out().checkError()) { // the only way in which a PrintStream tells
      throw new IOException("standard output: closed or full before all was written");
    }
  }

  private JsonObject json(Prediction prediction) {
    JsonObject object = new JsonObject();
    object.addProperty("label", prediction.label());
    object.addProperty("score", prediction.score());
    JsonObject scores = new JsonObject();
    (topK == null ? prediction.scores() : prediction.top(topK)).forEach(scores::addProperty);
    object.add("scores", scores);
    JsonArray logits = new JsonArray();
    for (float logit : prediction.logits()) {
      logits.add(logit);
    }
    object.add("logits", logits);
    return object;
  }
}
