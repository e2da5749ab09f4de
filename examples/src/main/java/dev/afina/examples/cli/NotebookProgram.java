package dev.afina.examples.cli;

import com.google.gson.JsonObject;
import dev.afina.Tokenizers;
import dev.afina.data.Dataset;
import dev.afina.hub.HubClient;
import dev.afina.internal.files.FileTree;
import dev.afina.tokenization.Tokenizer;
import dev.afina.training.ProgressBar;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/**
 * A program that was made after a notebook and can be read beside it: what is around its steps.
 * Each begins with {@link #step}, and what it finds out goes into {@link #figures}, which --json
 * prints in the last line.
 */
public abstract class NotebookProgram implements Callable<Integer> {
  /** Smaller files come in no time. */
  private static final long TOLD_BYTES = 1_000_000;

  private final Console console;
  private final Steps steps;
  private final JsonObject figures = new JsonObject();

  @Mixin private final NotebookOptions options = new NotebookOptions();

  protected NotebookProgram(Console console, Steps steps) {
    this.console = console;
    this.steps = steps;
  }

  /**
   * Makes it a command, whose help shows the steps.
   *
   * @param notes what else its help says
   */
  protected final CommandLine command(String... notes) {
    CommandLine command = new CommandLine(this).setUsageHelpWidth(Steps.WIDTH);
    steps.describe(command.getCommandSpec(), notes);
    return command;
  }

  /** The steps. */
  protected abstract void run() throws IOException;

  /** What goes on when the figures are told, such as a server; by default nothing. */
  protected void afterFigures() throws IOException {}

  @Override
  public final Integer call() throws IOException {
    long started = System.nanoTime();
    figures.addProperty("command", options.program());
    figures.addProperty("checkpoint", options.checkpoint());
    figures.addProperty("full", options.full());
    run();
    figures.addProperty("seconds", Figures.seconds(Duration.ofNanos(System.nanoTime() - started)));
    if (options.json()) {
      console.out().println(figures);
    }
    afterFigures();
    return 0;
  }

  protected final Console console() {
    return console;
  }

  /** The Hub that the environment names; files that come from there are told of. */
  protected final HubClient hub() {
    return HubClient.fromEnvironment(console.environment())
        .listener(
            file -> {
              if (file.done() && file.size() > TOLD_BYTES) {
                console
                    .err()
                    .printf(
                        Locale.ROOT, "downloaded %s: %.1f MB%n", file.file(), file.size() / 1e6);
              }
            })
        .build();
  }

  /** So many tokens per text, or as many as the checkpoint's tokenizer says that it can take. */
  protected final int atMostTokens(int wanted) throws IOException {
    try (Tokenizer tokenizer = Tokenizers.load(options.checkpoint(), hub())) {
      return Math.min(wanted, tokenizer.modelMaxLength());
    }
  }

  /** The folder of the training checkpoints, without those of an earlier run. */
  protected final Path freshCheckpoints() throws IOException {
    Path folder = Path.of(options.output() + "-checkpoints");
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> earlier = Files.newDirectoryStream(folder, "checkpoint-*")) {
        for (Path checkpoint : earlier) {
          if (Files.exists(checkpoint.resolve("trainer_state.json"))) {
            FileTree.delete(checkpoint);
          }
        }
      }
    }
    return folder;
  }

  protected final NotebookOptions options() {
    return options;
  }

  /** Where people read. */
  protected final PrintStream out() {
    return console.text(options.json());
  }

  /** What programs read. */
  protected final JsonObject figures() {
    return figures;
  }

  /** Begins a step, if nobody wants the program to end. */
  protected final void step(Step step) throws IOException {
    Shutdown.check("before the step \"" + step.title() + "\"");
    steps.begin(step, out());
  }

  /** Says where the rows are from. */
  protected final DataSplits told(DataSplits data) {
    out().println("data: " + data.source());
    data.splits().forEach((split, rows) -> out().println("  " + split + ": " + rows));
    figures.addProperty("data", data.source());
    data.splits().forEach((split, rows) -> figures.addProperty(split + "Examples", rows.size()));
    return data;
  }

  /** Says which of a split's rows are used, where that is not all of them. */
  protected final Dataset used(String split, Dataset rows) {
    out().println(split + ": " + rows);
    figures.addProperty(split + "Examples", rows.size());
    return rows;
  }

  /** Says what is smaller or shorter than in the notebook, where that is so. */
  protected final void slice(String what) {
    if (!options.full()) {
      out().println("a slice: " + what + "; --full has the notebook's sizes");
    }
  }

  /** Shows a training, with these metrics after each epoch. */
  protected final ProgressBar progress(String... metrics) {
    return console.progress(metrics);
  }
}
