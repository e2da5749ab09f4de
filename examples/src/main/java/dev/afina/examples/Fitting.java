package dev.afina.examples;

import dev.afina.EvaluationResult;
import dev.afina.TextModel;
import dev.afina.TextModelBuilder;
import dev.afina.data.Dataset;
import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.Shutdown;
import dev.afina.training.ProgressBar;
import dev.afina.training.TrainingListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training with progress on the console, whose weights are in a folder from the first epoch on.
 */
final class Fitting {
  private Fitting() {}

  /**
   * Trains and saves.
   *
   * @param shown the metrics of an epoch's line
   * @param listener is told of the training, too
   * @throws InterruptedIOException when it was stopped; says what is in the folder then
   */
  static <M extends TextModel<P, E>, P, E extends EvaluationResult<P>> M fit(
      TextModelBuilder<?, M, P, E> builder,
      Dataset train,
      Path output,
      List<String> shown,
      TrainingListener listener,
      Console console)
      throws IOException {
    boolean replaces = Files.exists(output);
    KeptEpoch kept = new KeptEpoch();
    try (ProgressBar bar = console.progress(shown.toArray(String[]::new))) {
      try {
        return builder
            .output(output)
            .listener(TrainingListener.all(bar, kept, listener))
            .fit(train);
      } catch (InterruptedIOException e) {
        throw stopped(e.getMessage(), whatIsThere(kept, output, replaces), e);
      } catch (IllegalStateException e) {
        if (!Shutdown.isRequested()) {
          throw e;
        }
        // The exit came before the first step: the JVM took no further shutdown hooks.
        String what = "training was stopped before its first step: the JVM is shutting down";
        throw stopped(what, whatIsThere(kept, output, replaces), e);
      }
    }
  }

  /** The last epoch whose weights are in the output folder; 0 before there is one. */
  private static final class KeptEpoch implements TrainingListener {
    private int number;

    @Override
    public void epochEnded(Epoch epoch) {
      if (epoch.best()) {
        number = epoch.epoch();
      }
    }
  }

  private static String whatIsThere(KeptEpoch kept, Path output, boolean replaces) {
    if (kept.number > 0) {
      return "the weights of epoch " + kept.number + " are in " + output;
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
