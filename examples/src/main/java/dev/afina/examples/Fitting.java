package dev.afina.examples;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.Dataset;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A training with progress on the console, whose weights are in a folder from the first epoch on.
 */
final class Fitting {
  private Fitting() {}

  /**
   * Trains and saves.
   *
   * @throws InterruptedIOException when it was stopped; says what is in the folder then
   */
  static Classifier fit(ClassifierBuilder builder, Dataset train, Path output, Console console)
      throws IOException {
    boolean replaces = Files.exists(output);
    try (Progress progress = new Progress(console.err(), console.interactive())) {
      try {
        return builder.output(output).listener(progress).fit(train);
      } catch (InterruptedIOException e) {
        progress.close(); // a message begins on its own line
        String kept =
            progress.savedEpoch() > 0
                ? "the weights of epoch " + progress.savedEpoch() + " are in " + output
                : replaces
                    ? output + " is as it was before"
                    : "no epoch was complete, so nothing was saved";
        InterruptedIOException told = new InterruptedIOException(e.getMessage() + "; " + kept);
        told.initCause(e);
        throw told;
      }
    }
  }
}
