package dev.afina.examples;

import dev.afina.Classifier;
import dev.afina.ClassifierBuilder;
import dev.afina.data.Dataset;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A training with progress on the console, whose weights are in a folder from the first epoch on.
 */
final class Fitting {
  private Fitting() {}

  /**
   * Trains and saves.
   *
   * @param listener is told of the training, too
   * @throws InterruptedIOException when it was stopped; says what is in the folder then
   */
  static Classifier fit(
      ClassifierBuilder builder,
      Dataset train,
      Path output,
      TrainingListener listener,
      Console console)
      throws IOException {
    boolean replaces = Files.exists(output);
    try (Progress progress = new Progress(console.err(), console.interactive())) {
      try {
        return builder.output(output).listener(TrainingListener.all(progress, listener)).fit(train);
      } catch (InterruptedIOException e) {
        throw stopped(e.getMessage(), kept(progress, output, replaces), e);
      } catch (IllegalStateException e) {
        if (!Shutdown.isRequested()) {
          throw e;
        }
        // The exit came before the first step: the JVM took no further shutdown hooks.
        String what = "training was stopped before its first step: the JVM is shutting down";
        throw stopped(what, kept(progress, output, replaces), e);
      }
    }
  }

  private static String kept(Progress progress, Path output, boolean replaces) {
    if (progress.savedEpoch() > 0) {
      return "the weights of epoch " + progress.savedEpoch() + " are in " + output;
    }
    return replaces
        ? output + " is as it was before"
        : "no epoch was complete, so nothing was saved";
  }

  private static InterruptedIOException stopped(
      @Nullable String what, String kept, Exception cause) {
    InterruptedIOException told = new InterruptedIOException(what + "; " + kept);
    told.initCause(cause);
    return told;
  }
}
