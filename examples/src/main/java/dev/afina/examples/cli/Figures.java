package dev.afina.examples.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.CrossValidation;
import dev.afina.EvaluationResult;
import dev.afina.training.TrainingListener;
import dev.afina.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** How the figures of a training are told, to people and to programs. */
public final class Figures {
  private Figures() {}

  /** Adds those metrics that an evaluation defines. */
  public static void add(JsonObject json, EvaluationResult<?> evaluation, List<String> metrics) {
    evaluation
        .metrics()
        .forEach(
            (name, value) -> {
              if (metrics.contains(name)) {
                json.addProperty(camelCase(name), value);
              }
            });
  }

  /** Adds mean and deviation of those metrics that all folds define. */
  public static void add(JsonObject json, CrossValidation<?> result, List<String> metrics) {
    for (String metric : metrics) {
      if (result.metricNames().contains(metric)) {
        json.addProperty(camelCase(metric) + "Mean", result.mean(metric));
        json.addProperty(camelCase(metric) + "Deviation", result.deviation(metric));
      }
    }
  }

  /** Adds what a training did, with an entry an epoch under "history". */
  public static void add(JsonObject json, TrainingResult training) {
    json.addProperty("examplesPerSecond", training.examplesPerSecond());
    json.addProperty("trainingSeconds", seconds(training.duration()));
    json.addProperty("trainingLoss", training.trainingLoss());
    json.addProperty("epochs", training.epochs().size());
    json.addProperty("steps", training.steps());
    JsonArray history = new JsonArray();
    for (TrainingListener.Epoch epoch : training.epochs()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("epoch", epoch.epoch());
      entry.addProperty("step", epoch.step());
      entry.addProperty("trainingLoss", epoch.trainingLoss());
      epoch.metrics().forEach((name, value) -> entry.addProperty(camelCase(name), value));
      entry.addProperty("seconds", seconds(epoch.duration()));
      entry.addProperty("best", epoch.best());
      history.add(entry);
    }
    json.add("history", history);
  }

  /** Adds where the model is and how large. */
  public static void addModel(JsonObject json, Path folder) throws IOException {
    json.addProperty("output", folder.toAbsolutePath().normalize().toString());
    json.addProperty("modelBytes", bytes(folder));
  }

  /** The size of all files of a model. */
  public static long bytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  public static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  /** macro_f1 → macroF1: the names in JSON are all of one kind. */
  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_", -1)) {
      camel.append(
          camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return camel.toString();
  }
}
