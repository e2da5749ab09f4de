package dev.afina.benchmarks;

import dev.afina.Classifier;
import dev.afina.Prediction;
import java.io.IOException;
import java.nio.file.Path;

/** A program that predicts one text; the time until it prints is what starting costs. */
final class Startup {
  private Startup() {}

  /** Folder and text. */
  public static void main(String... args) throws IOException {
    try (Classifier classifier = Classifier.load(Path.of(args[0]))) {
      Prediction prediction = classifier.predict(args[1]);
      System.out.println(Json.object("label", prediction.label(), "score", prediction.score()));
    }
  }
}
