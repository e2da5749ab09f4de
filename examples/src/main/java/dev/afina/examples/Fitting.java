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
    Kept kept = new Kept();
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

  /** Whose weights are in the output folder; empty before any are. */
  private static final class Kept implements TrainingListener {
    private String whose = "";

    @Override
    public void evaluated(Evaluated evaluation) {
      if (evaluation.best()) {
        whose = "step " + evaluation.step();
      }
    }

    @Override
    public void epochEnded(Epoch epoch) {
      if (epoch.best()) {
        whose = "epoch " + epoch.epoch();
      }
    }
  }

  private static String whatIsThere(Kept kept, Path output, boolean replaces) {
    if (!kept.whose.isEmpty()) {
      return "the weights of " + kept.whose + " are in " + output;
    }
    return replaces ? output + " is as it was before" : "nothing had been saved yet";
  }

  private static InterruptedIOException stopped(
      @Nullable String what, String kept, Exception cause) {
    InterruptedIOException told = new InterruptedIOException(what + "; " + kept);
    told.initCause(cause);
    return told;
  }
}
